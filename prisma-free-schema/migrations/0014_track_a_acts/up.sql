SET LOCAL ROLE pdx_owner;

-- The State Council's arrangement of one year, as published; it goes before the one that came with the program.
CREATE TABLE calendar_year (
    year        text        NOT NULL,
    -- Runs of days off, [["MM-DD","MM-DD"]], both ends included.
    off         jsonb       NOT NULL,
    -- Saturdays and Sundays that are worked, ["MM-DD"].
    worked      jsonb       NOT NULL,
    -- The document it was published in.
    source      text        NOT NULL,
    imported_by uuid        NOT NULL REFERENCES person (id),
    imported_at timestamptz NOT NULL,
    CONSTRAINT calendar_year_pkey PRIMARY KEY (year),
    CONSTRAINT calendar_year_is_year CHECK (year ~ '^20[0-9]{2}$')
);
GRANT SELECT, INSERT, UPDATE (off, worked, source, imported_by, imported_at) ON calendar_year TO pdx_app;

-- Track A knows five types (Art. 9, 15); each application carries what it would have the register say.
ALTER TABLE registration
    ADD COLUMN name     text,
    ADD COLUMN overview text,
    -- What gives occasion to a change or a cancellation (Art. 9).
    ADD COLUMN ground   text,
    DROP CONSTRAINT registration_type_known,
    DROP CONSTRAINT registration_state_known,
    ADD CONSTRAINT registration_type_known CHECK (type IN ('FIRST', 'CHANGE', 'CORRECTION', 'CANCELLATION', 'RENEWAL')),
    ADD CONSTRAINT registration_state_known CHECK (state IN
        ('DRAFT', 'SUBMITTED', 'RETURNED', 'NOT_ACCEPTED', 'ACCEPTED', 'PUBLICIZED', 'REFUSED', 'CODED', 'WITHDRAWN',
         'TERMINATED', 'CANCELLED')),
    ADD CONSTRAINT registration_ground_fits_type CHECK (CASE type
        WHEN 'CHANGE' THEN ground IN ('SOURCE', 'RESOURCE', 'PRODUCT_OR_SERVICE', 'EVIDENCE', 'SUBJECT')
        WHEN 'CANCELLATION' THEN ground IN ('DATA_LOST', 'RIGHT_WAIVED_OR_EXPIRED', 'SUBJECT_ENDED', 'OTHER')
        ELSE ground IS NULL END),
    ADD CONSTRAINT registration_end_fits_type CHECK
        ((state <> 'CODED' OR type <> 'CANCELLATION') AND (state <> 'CANCELLED' OR type = 'CANCELLATION'));
UPDATE registration SET name = asset.name, overview = asset.overview FROM asset WHERE asset.id = asset_id;
ALTER TABLE registration
    ALTER COLUMN name SET NOT NULL,
    ALTER COLUMN overview SET NOT NULL,
    ADD CONSTRAINT registration_name_length CHECK (char_length(name) BETWEEN 1 AND 40),
    ADD CONSTRAINT registration_overview_length CHECK (char_length(overview) BETWEEN 1 AND 400);
DROP INDEX registration_one_open_per_asset;
CREATE UNIQUE INDEX registration_one_open_per_asset ON registration (asset_id)
    WHERE state IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'PUBLICIZED');

CREATE OR REPLACE VIEW publicity_notice AS
SELECT registration.id, party.name AS applicant_name, registration.type AS registration_type,
       registration.name AS data_name, registration.overview AS data_overview,
       registration.publicity_from, registration.publicity_until
FROM registration
JOIN party ON party.id = registration.applicant_id
WHERE registration.state = 'PUBLICIZED';
-- Only functions and views of this schema run as pdx_owner.
DROP POLICY registration_publicity ON registration;
CREATE POLICY registration_functions ON registration TO pdx_owner USING (true);

-- An asset leaves the register by cancellation, by lapse or by revocation, and never comes back.
ALTER TABLE asset
    ADD COLUMN ended_at timestamptz,
    DROP CONSTRAINT asset_state_known,
    ADD CONSTRAINT asset_state_known CHECK (state IN ('UNREGISTERED', 'REGISTERED', 'CANCELLED', 'LAPSED', 'REVOKED')),
    ADD CONSTRAINT asset_ended_when_not_registered CHECK ((ended_at IS NULL) = (state IN ('UNREGISTERED', 'REGISTERED')));
GRANT UPDATE (name, overview, ended_at) ON asset TO pdx_app;
DROP POLICY asset_read ON asset;
CREATE POLICY asset_read ON asset FOR SELECT TO pdx_app, pdx_owner
    USING (state <> 'UNREGISTERED' OR provider_id = (SELECT app_party())
           OR (SELECT app_has_role('OPERATOR', 'REGISTRY_OFFICER', 'REVIEWER', 'APPRAISER', 'REGULATOR', 'SYSTEM')));
DROP POLICY asset_register ON asset;
CREATE POLICY asset_register ON asset FOR UPDATE TO pdx_app
    USING ((SELECT app_has_role('REGISTRY_OFFICER', 'REVIEWER', 'SYSTEM')));
CREATE POLICY asset_functions ON asset FOR UPDATE TO pdx_owner USING (true);

CREATE FUNCTION reject_asset_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an asset that has left the register does not come back'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'asset_never_returns';
END
$$;
CREATE TRIGGER asset_never_returns BEFORE UPDATE ON asset FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
    EXECUTE FUNCTION reject_asset_return();

-- Holds off the end of the caller's asset for this transaction; holders may not write to the register themselves.
CREATE FUNCTION asset_hold(wanted uuid) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT state FROM asset WHERE id = wanted AND provider_id = app_party() FOR SHARE
$$;
REVOKE EXECUTE ON FUNCTION asset_hold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asset_hold TO pdx_app;

-- When a certificate stopped to count before its time.
CREATE TABLE certificate_end (
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    ended_at       timestamptz NOT NULL,
    cause          text        NOT NULL,
    reason         text,
    CONSTRAINT certificate_end_pkey PRIMARY KEY (certificate_id),
    CONSTRAINT certificate_end_cause_known CHECK (cause IN ('SUPERSEDED', 'CANCELLED', 'REVOKED')),
    CONSTRAINT certificate_end_revoked_for_reason CHECK (cause <> 'REVOKED' OR reason IS NOT NULL)
);
CREATE TRIGGER certificate_end_append_only BEFORE UPDATE OR DELETE ON certificate_end
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
-- Anyone may know.
GRANT SELECT, INSERT ON certificate_end TO pdx_app;

-- What leaves the register is neither offered nor answered from then on, in the same transaction.
CREATE FUNCTION asset_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE listing SET state = 'DELISTED', delisted_at = NEW.ended_at
    FROM product WHERE product.id = listing.product_id AND product.asset_id = NEW.id AND listing.state = 'LISTED';
    UPDATE product SET state = 'DELISTED' WHERE asset_id = NEW.id AND state = 'LISTED';
    UPDATE usage_grant SET expires_at = greatest(NEW.ended_at, valid_from + interval '1 microsecond')
    FROM product WHERE product.id = usage_grant.product_id AND product.asset_id = NEW.id AND expires_at > NEW.ended_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER asset_ends AFTER UPDATE OF ended_at ON asset FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION asset_ends();
CREATE POLICY product_ends ON product FOR UPDATE TO pdx_owner
    USING (EXISTS (SELECT FROM asset WHERE asset.id = asset_id AND ended_at IS NOT NULL));
CREATE POLICY listing_ends ON listing TO pdx_owner
    USING (EXISTS (SELECT FROM product JOIN asset ON asset.id = asset_id WHERE product.id = product_id AND ended_at IS NOT NULL));
CREATE POLICY usage_grant_ends ON usage_grant TO pdx_owner
    USING (EXISTS (SELECT FROM product JOIN asset ON asset.id = asset_id WHERE product.id = product_id AND ended_at IS NOT NULL));

-- What somebody has to do by a day, or what happens by itself after it.
CREATE TABLE legal_deadline (
    id              uuid    NOT NULL,
    kind            text    NOT NULL,
    asset_id        uuid    NOT NULL REFERENCES asset (id),
    -- The application it belongs to.
    registration_id uuid    NOT NULL REFERENCES registration (id),
    -- Who has to act; the two parties to the application.
    party_id        uuid    NOT NULL REFERENCES party (id),
    applicant_id    uuid    NOT NULL REFERENCES party (id),
    registry_id     uuid    NOT NULL REFERENCES party (id),
    -- The day on which it begins, which is not counted (Civil Code Art. 201).
    begins_on       date    NOT NULL,
    -- Null: it is a day of the calendar.
    working_days    integer,
    -- Its last day.
    due             date    NOT NULL,
    -- It reaches into a year whose calendar is not published: the day may still move.
    is_provisional  boolean NOT NULL,
    -- It does not run out while something else is decided.
    is_blocked      boolean NOT NULL DEFAULT false,
    -- When what it asked for was done, or was not to be done any more.
    closed_at       timestamptz,
    CONSTRAINT legal_deadline_pkey PRIMARY KEY (id),
    CONSTRAINT legal_deadline_kind_known CHECK (kind IN
        ('ACCEPTANCE', 'REVIEW', 'PUBLICITY', 'CANCELLATION', 'OBJECTION', 'RENEWAL', 'EXPIRY')),
    CONSTRAINT legal_deadline_of_a_party CHECK (party_id IN (applicant_id, registry_id)),
    CONSTRAINT legal_deadline_forward CHECK (due >= begins_on)
);
CREATE INDEX legal_deadline_by_party ON legal_deadline (party_id, due, id) WHERE closed_at IS NULL;
CREATE INDEX legal_deadline_by_registration ON legal_deadline (registration_id, id);
CREATE INDEX legal_deadline_by_asset ON legal_deadline (asset_id) WHERE closed_at IS NULL;
CREATE INDEX legal_deadline_expiry ON legal_deadline (due) WHERE closed_at IS NULL AND kind = 'EXPIRY' AND NOT is_blocked;
CREATE INDEX legal_deadline_provisional ON legal_deadline (id) WHERE closed_at IS NULL AND is_provisional;

ALTER TABLE legal_deadline ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_deadline FORCE ROW LEVEL SECURITY;
CREATE POLICY legal_deadline_read ON legal_deadline FOR SELECT TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party())
           OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY legal_deadline_set ON legal_deadline FOR INSERT TO pdx_app
    WITH CHECK (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()));
CREATE POLICY legal_deadline_close ON legal_deadline FOR UPDATE TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE POLICY legal_deadline_functions ON legal_deadline TO pdx_owner USING (true);
GRANT SELECT, INSERT, UPDATE (due, is_provisional, is_blocked, closed_at) ON legal_deadline TO pdx_app;

-- A worker reads what is due and lapses it, as nobody's party.
DROP POLICY registration_act ON registration;
CREATE POLICY registration_act ON registration FOR UPDATE TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));

-- Somebody known by name, with evidence, is against what is publicized (Art. 12).
CREATE TABLE objection (
    id              uuid        NOT NULL,
    registration_id uuid        NOT NULL REFERENCES registration (id),
    objector_id     uuid        NOT NULL REFERENCES party (id),
    applicant_id    uuid        NOT NULL REFERENCES party (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    lodged_by       uuid        NOT NULL REFERENCES person (id),
    grounds         text        NOT NULL,
    upload_id       uuid        NOT NULL REFERENCES upload (id),
    evidence_sha256 bytea       NOT NULL,
    lodged_at       timestamptz NOT NULL,
    state           text        NOT NULL,
    decided_by      uuid        REFERENCES person (id),
    decided_at      timestamptz,
    decision_reason text,
    CONSTRAINT objection_pkey PRIMARY KEY (id),
    CONSTRAINT objection_once_per_party UNIQUE (registration_id, objector_id),
    CONSTRAINT objection_not_by_applicant CHECK (objector_id <> applicant_id),
    CONSTRAINT objection_grounds_length CHECK (char_length(grounds) BETWEEN 1 AND 2000),
    CONSTRAINT objection_state_known CHECK (state IN ('OPEN', 'DISMISSED', 'UPHELD', 'MOOT')),
    CONSTRAINT objection_decided_with_reason CHECK
        ((state IN ('DISMISSED', 'UPHELD')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decision_reason IS NULL)
         AND (state = 'OPEN') = (decided_at IS NULL))
);
CREATE INDEX objection_by_objector ON objection (objector_id, id);
ALTER TABLE objection ENABLE ROW LEVEL SECURITY;
ALTER TABLE objection FORCE ROW LEVEL SECURITY;
CREATE POLICY objection_read ON objection FOR SELECT TO pdx_app
    USING (objector_id = (SELECT app_party()) OR applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party())
           OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY objection_decide ON objection FOR UPDATE TO pdx_app
    USING (registry_id = (SELECT app_party()) OR applicant_id = (SELECT app_party()));
CREATE POLICY objection_functions ON objection TO pdx_owner USING (true);
GRANT SELECT, UPDATE (state, decided_by, decided_at, decision_reason) ON objection TO pdx_app;

-- Evidence is seen by whoever sees the objection.
CREATE POLICY upload_as_evidence ON upload FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM objection WHERE objection.upload_id = upload.id));
CREATE INDEX objection_by_upload ON objection (upload_id);

-- Objectors may not read applications: this takes the lock for them, and answers nothing but whether it could be.
CREATE FUNCTION objection_lodge(
    new_id uuid, wanted uuid, person uuid, why text, upload uuid, sha256 bytea, at timestamptz,
    deadline uuid, days integer, due_on date, provisional boolean
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target registration;
    today  date := (at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO target FROM registration WHERE id = wanted AND state = 'PUBLICIZED' FOR SHARE;
    IF NOT FOUND OR today > target.publicity_until THEN
        RETURN 'NOT_PUBLICIZED';
    ELSIF target.applicant_id = app_party() THEN
        RETURN 'OWN';
    END IF;
    INSERT INTO objection VALUES (new_id, wanted, app_party(), target.applicant_id, target.registry_id, person, why,
                                  upload, sha256, at, 'OPEN') ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'TWICE';
    END IF;
    INSERT INTO legal_deadline VALUES (deadline, 'OBJECTION', target.asset_id, wanted, target.registry_id,
                                       target.applicant_id, target.registry_id, today, days, due_on, provisional);
    RETURN 'DONE';
END
$$;
REVOKE EXECUTE ON FUNCTION objection_lodge FROM PUBLIC;
GRANT EXECUTE ON FUNCTION objection_lodge TO pdx_app;

-- What was running when this was migrated goes on.
INSERT INTO legal_deadline
SELECT gen_random_uuid(), kind, asset_id, id, registry_id, applicant_id, registry_id, begins_on, days, due, false
FROM registration, LATERAL (VALUES
    ('ACCEPTANCE', 'SUBMITTED', (submitted_at AT TIME ZONE 'Asia/Shanghai')::date, 3, acceptance_due),
    ('REVIEW', 'ACCEPTED', (accepted_at AT TIME ZONE 'Asia/Shanghai')::date, 20, review_due),
    ('PUBLICITY', 'PUBLICIZED', publicity_from, 10, publicity_until)) AS running (kind, at, begins_on, days, due)
WHERE state = running.at;
INSERT INTO legal_deadline
SELECT gen_random_uuid(), kind, registration.asset_id, registration.id, running.party, applicant_id, registry_id, begins_on, NULL, valid_until - 1, false
FROM certificate JOIN registration ON registration.id = registration_id,
     LATERAL (VALUES ('RENEWAL', applicant_id, valid_until - 61), ('EXPIRY', registry_id, valid_from)) AS running (kind, party, begins_on);
ALTER TABLE registration DROP COLUMN acceptance_due, DROP COLUMN review_due;
