SET LOCAL ROLE pdx_owner;

-- 存证: what a party has deposited as evidence before it applies for anything; never changed.
CREATE TABLE evidence_deposit (
    id           uuid        NOT NULL,
    party_id     uuid        NOT NULL REFERENCES party (id),
    upload_id    uuid        NOT NULL REFERENCES upload (id),
    sha256       bytea       NOT NULL,
    title        text        NOT NULL,
    deposited_by uuid        NOT NULL REFERENCES person (id),
    deposited_at timestamptz NOT NULL,
    CONSTRAINT evidence_deposit_pkey PRIMARY KEY (id),
    CONSTRAINT evidence_deposit_once UNIQUE (party_id, upload_id),
    CONSTRAINT evidence_deposit_title_length CHECK (char_length(title) BETWEEN 1 AND 100)
);
CREATE INDEX evidence_deposit_by_upload ON evidence_deposit (upload_id);
CREATE TRIGGER evidence_deposit_append_only BEFORE UPDATE OR DELETE ON evidence_deposit
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
-- Which application shows which evidence, and for what.
CREATE TABLE registration_evidence (
    registration_id uuid NOT NULL REFERENCES registration (id),
    deposit_id      uuid NOT NULL REFERENCES evidence_deposit (id),
    subject         text NOT NULL,
    applicant_id    uuid NOT NULL REFERENCES party (id),
    registry_id     uuid NOT NULL REFERENCES party (id),
    CONSTRAINT registration_evidence_pkey PRIMARY KEY (registration_id, deposit_id, subject),
    CONSTRAINT registration_evidence_subject_known CHECK (subject IN
        ('DATA', 'SUBJECT', 'LAWFUL_SOURCE', 'RESOURCE', 'RIGHTS', 'PRODUCTS_AND_SERVICES', 'SCENARIOS', 'RISK_ASSESSMENT'))
);
CREATE INDEX registration_evidence_by_deposit ON registration_evidence (deposit_id);
ALTER TABLE evidence_deposit ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence_deposit FORCE ROW LEVEL SECURITY;
ALTER TABLE registration_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY registration_evidence_read ON registration_evidence FOR SELECT TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY registration_evidence_bind ON registration_evidence FOR INSERT TO pdx_app
    WITH CHECK (applicant_id = (SELECT app_party()));
CREATE POLICY registration_evidence_rebind ON registration_evidence FOR DELETE TO pdx_app
    USING (applicant_id = (SELECT app_party()));
GRANT SELECT, INSERT, DELETE ON registration_evidence TO pdx_app;
CREATE POLICY evidence_deposit_read ON evidence_deposit FOR SELECT TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR'))
           OR EXISTS (SELECT FROM registration_evidence WHERE deposit_id = evidence_deposit.id));
CREATE POLICY evidence_deposit_make ON evidence_deposit FOR INSERT TO pdx_app WITH CHECK (party_id = (SELECT app_party()));
GRANT SELECT, INSERT ON evidence_deposit TO pdx_app;
DROP POLICY upload_as_evidence ON upload;
CREATE POLICY upload_as_evidence ON upload FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM objection WHERE objection.upload_id = upload.id)
           OR EXISTS (SELECT FROM evidence_deposit WHERE evidence_deposit.upload_id = upload.id));

-- 数据产权登记, 国数综政策〔2026〕35号, is track B of the register; its applications have acts and types of their own.
ALTER TABLE registration
    ADD COLUMN track                 text    NOT NULL DEFAULT 'A',
    -- Track B: the form of Annex 1.
    ADD COLUMN form                  jsonb,
    -- Track B: nobody decided in time (Art. 17).
    ADD COLUMN is_accepted_by_silence boolean NOT NULL DEFAULT false,
    -- Track B: the examination is extended once at most (Art. 28).
    ADD COLUMN extension_days        integer,
    ADD COLUMN extension_reason      text,
    -- Track B: why there was no public notice (Art. 24).
    ADD COLUMN waiver_reason         text,
    -- Track B: 备注 (Art. 23).
    ADD COLUMN remarks               text,
    -- Track B: on which of the grounds of Art. 22 it was refused.
    ADD COLUMN refusal_ground        text,
    ALTER COLUMN materials DROP NOT NULL,
    DROP CONSTRAINT registration_type_known,
    DROP CONSTRAINT registration_state_known,
    DROP CONSTRAINT registration_ground_fits_type,
    DROP CONSTRAINT registration_end_fits_type,
    DROP CONSTRAINT registration_publicity_not_short,
    DROP CONSTRAINT registration_decided_after_publicity,
    ADD CONSTRAINT registration_track_known CHECK (track IN ('A', 'B')),
    ADD CONSTRAINT registration_filed_as_its_track_asks CHECK
        (CASE track WHEN 'A' THEN materials IS NOT NULL AND form IS NULL ELSE materials IS NULL AND form IS NOT NULL END),
    ADD CONSTRAINT registration_type_known CHECK (type = ANY (CASE track
        WHEN 'A' THEN ARRAY['FIRST', 'CHANGE', 'CORRECTION', 'CANCELLATION', 'RENEWAL']
        ELSE ARRAY['INITIAL', 'TRANSFER', 'CHANGE', 'RENEWAL', 'CANCELLATION'] END)),
    ADD CONSTRAINT registration_state_known CHECK (state = ANY (CASE track
        WHEN 'A' THEN ARRAY['DRAFT', 'SUBMITTED', 'RETURNED', 'NOT_ACCEPTED', 'ACCEPTED', 'PUBLICIZED', 'REFUSED', 'CODED',
                            'WITHDRAWN', 'TERMINATED', 'CANCELLED']
        ELSE ARRAY['DRAFT', 'SUBMITTED', 'RETURNED', 'NOT_ACCEPTED', 'ACCEPTED', 'SUPPLEMENTING', 'EXAMINED', 'PUBLICIZED',
                   'REFUSED', 'CERTIFIED', 'WITHDRAWN', 'TERMINATED', 'CANCELLED'] END)),
    ADD CONSTRAINT registration_ground_fits_type CHECK (CASE
        WHEN track = 'A' AND type = 'CHANGE' THEN ground IN ('SOURCE', 'RESOURCE', 'PRODUCT_OR_SERVICE', 'EVIDENCE', 'SUBJECT')
        WHEN track = 'A' AND type = 'CANCELLATION' THEN ground IN ('DATA_LOST', 'RIGHT_WAIVED_OR_EXPIRED', 'SUBJECT_ENDED', 'OTHER')
        ELSE ground IS NULL END),
    ADD CONSTRAINT registration_end_fits_type CHECK
        ((state NOT IN ('CODED', 'CERTIFIED') OR type <> 'CANCELLATION') AND (state <> 'CANCELLED' OR type = 'CANCELLATION')),
    ADD CONSTRAINT registration_refused_on_known_ground CHECK (refusal_ground IN
        ('HARM', 'UNLAWFUL_SOURCE', 'UNRESOLVED_DISPUTE', 'CONCEALMENT_OR_FALSE_PROOF', 'NOT_SUPPLEMENTED', 'OTHER_LAW')),
    ADD CONSTRAINT registration_accepted_by_somebody_or_silence CHECK
        (NOT is_accepted_by_silence OR track = 'B' AND accepted_by IS NULL),
    -- Working days are counted by the application; no notice is ever shorter in days (A Art. 12, B Art. 24).
    ADD CONSTRAINT registration_publicity_not_short CHECK
        (publicity_until - publicity_from >= CASE track WHEN 'A' THEN 10 ELSE 5 END),
    ADD CONSTRAINT registration_decided_after_publicity CHECK (CASE
        WHEN state NOT IN ('CODED', 'CERTIFIED') THEN true
        WHEN track = 'B' AND waiver_reason IS NOT NULL THEN publicity_until IS NULL AND decided_at IS NOT NULL
        ELSE publicity_until IS NOT NULL AND decided_at IS NOT NULL
             AND (decided_at AT TIME ZONE 'Asia/Shanghai')::date > publicity_until END),
    ADD CONSTRAINT registration_extended_once_by_ten CHECK
        (extension_days BETWEEN 1 AND 10 AND extension_reason IS NOT NULL OR extension_days IS NULL);
DROP INDEX registration_one_open_per_asset;
CREATE UNIQUE INDEX registration_one_open_per_asset ON registration (asset_id, track)
    WHERE state IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'SUPPLEMENTING', 'EXAMINED', 'PUBLICIZED');
DROP INDEX registration_by_applicant;
DROP INDEX registration_by_registry_and_state;
CREATE INDEX registration_by_applicant ON registration (applicant_id, track, id);
CREATE INDEX registration_by_registry_and_state ON registration (registry_id, track, state, id);

-- The other holders of a right, before and after, who file together with the applicant (Art. 14, 34).
CREATE TABLE registration_filer (
    registration_id uuid        NOT NULL REFERENCES registration (id),
    party_id        uuid        NOT NULL REFERENCES party (id),
    applicant_id    uuid        NOT NULL REFERENCES party (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    -- SHA-256 of the form they have agreed to.
    form_sha256     bytea       NOT NULL,
    joined_by       uuid        REFERENCES person (id),
    joined_at       timestamptz,
    CONSTRAINT registration_filer_pkey PRIMARY KEY (registration_id, party_id),
    CONSTRAINT registration_filer_is_another CHECK (party_id NOT IN (applicant_id, registry_id)),
    CONSTRAINT registration_filer_joined_by_somebody CHECK ((joined_by IS NULL) = (joined_at IS NULL))
);
CREATE INDEX registration_filer_by_party ON registration_filer (party_id, registration_id);
ALTER TABLE registration_filer ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_filer FORCE ROW LEVEL SECURITY;
CREATE POLICY registration_filer_read ON registration_filer FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (party_id, applicant_id, registry_id) OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY registration_filer_ask ON registration_filer FOR INSERT TO pdx_app
    WITH CHECK (applicant_id = (SELECT app_party()) AND joined_at IS NULL);
CREATE POLICY registration_filer_ask_anew ON registration_filer FOR DELETE TO pdx_app
    USING (applicant_id = (SELECT app_party()));
-- Nobody joins for another.
CREATE POLICY registration_filer_join ON registration_filer FOR UPDATE TO pdx_app
    USING (party_id = (SELECT app_party()));
CREATE POLICY registration_filer_functions ON registration_filer TO pdx_owner USING (true);
GRANT SELECT, INSERT, DELETE, UPDATE (joined_by, joined_at) ON registration_filer TO pdx_app;
-- A natural person who has joined an application is known by name to those it deals with there.
CREATE POLICY party_as_filer ON party FOR SELECT TO pdx_app
    USING (kind = 'PERSON' AND EXISTS (SELECT FROM registration_filer filer WHERE filer.party_id = party.id
           AND filer.joined_at IS NOT NULL AND (SELECT app_party()) IN (filer.applicant_id, filer.registry_id)));
DROP POLICY registration_read ON registration;
CREATE POLICY registration_read ON registration FOR SELECT TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party())
           OR (SELECT app_has_role('REGULATOR', 'SYSTEM'))
           OR EXISTS (SELECT FROM registration_filer WHERE registration_id = registration.id AND party_id = (SELECT app_party())));

-- Track B makes public: applicant, data name, overview, limits of right (Art. 24).
DROP VIEW publicity_notice;
CREATE VIEW publicity_notice AS
SELECT registration.id, registration.track, party.name AS applicant_name, registration.type AS registration_type,
       registration.name AS data_name, registration.overview AS data_overview, registration.form ->> 'limits' AS limits,
       registration.publicity_from, registration.publicity_until
FROM registration
JOIN party ON party.id = registration.applicant_id
WHERE registration.state = 'PUBLICIZED';
GRANT SELECT ON publicity_notice TO pdx_app;
CREATE INDEX registration_on_notice ON registration (track, id) WHERE state = 'PUBLICIZED';

-- A period is about an application, or about another matter with an office; its kind says which.
ALTER TABLE legal_deadline
    ADD COLUMN track     text DEFAULT 'A',
    ADD COLUMN matter    text NOT NULL DEFAULT 'REGISTRATION',
    ADD COLUMN matter_id uuid,
    ALTER COLUMN registration_id DROP NOT NULL,
    ALTER COLUMN asset_id DROP NOT NULL,
    DROP CONSTRAINT legal_deadline_kind_known,
    ADD CONSTRAINT legal_deadline_kind_known CHECK (kind IN
        ('ACCEPTANCE', 'REVIEW', 'PUBLICITY', 'CANCELLATION', 'OBJECTION', 'RENEWAL', 'EXPIRY', 'CURE', 'EXAMINATION',
         'LATER_OBJECTION'));
UPDATE legal_deadline SET matter_id = registration_id;
ALTER TABLE legal_deadline
    ALTER COLUMN track DROP DEFAULT,
    ALTER COLUMN matter DROP DEFAULT,
    ALTER COLUMN matter_id SET NOT NULL,
    ADD CONSTRAINT legal_deadline_matter_known CHECK (matter IN ('REGISTRATION')),
    ADD CONSTRAINT legal_deadline_of_its_registration CHECK (CASE matter
        WHEN 'REGISTRATION' THEN matter_id = registration_id AND asset_id IS NOT NULL AND track IS NOT NULL
        ELSE registration_id IS NULL AND track IS NULL END);
CREATE INDEX legal_deadline_by_matter ON legal_deadline (matter_id, id);
GRANT UPDATE (begins_on, working_days) ON legal_deadline TO pdx_app;
DROP POLICY legal_deadline_set ON legal_deadline;
CREATE POLICY legal_deadline_set ON legal_deadline FOR INSERT TO pdx_app
    WITH CHECK (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE INDEX legal_deadline_silence ON legal_deadline (due)
    WHERE closed_at IS NULL AND kind = 'ACCEPTANCE' AND track = 'B' AND NOT is_provisional;
CREATE INDEX legal_deadline_cure ON legal_deadline (due)
    WHERE closed_at IS NULL AND kind = 'CURE' AND NOT is_provisional;

-- Objectors may not read applications: this takes the lock for them, and answers nothing but whether it could be.
DROP FUNCTION objection_lodge;
CREATE FUNCTION objection_lodge(
    new_id uuid, wanted uuid, person uuid, why text, upload uuid, sha256 bytea, at timestamptz,
    days integer, due_on date, provisional boolean
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target registration;
    today  date := (at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO target FROM registration WHERE id = wanted AND state = 'PUBLICIZED' FOR SHARE;
    IF NOT FOUND OR today > target.publicity_until THEN
        RETURN 'NOT_PUBLICIZED';
    ELSIF target.applicant_id = app_party()
          OR EXISTS (SELECT FROM registration_filer WHERE registration_id = wanted AND party_id = app_party()) THEN
        RETURN 'OWN';
    END IF;
    INSERT INTO objection VALUES (new_id, wanted, app_party(), target.applicant_id, target.registry_id, person, why,
                                  upload, sha256, at, 'OPEN') ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'TWICE';
    END IF;
    INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                                registry_id, begins_on, working_days, due, is_provisional)
    VALUES (new_id, 'OBJECTION', 'REGISTRATION', wanted, target.track, target.asset_id, wanted, target.registry_id,
            target.applicant_id, target.registry_id, today, days, due_on, provisional);
    -- Track B: objections are not counted in the examination (Art. 28).
    UPDATE legal_deadline SET is_blocked = true
    WHERE registration_id = wanted AND kind = 'EXAMINATION' AND closed_at IS NULL;
    RETURN 'DONE';
END
$$;
REVOKE EXECUTE ON FUNCTION objection_lodge FROM PUBLIC;
GRANT EXECUTE ON FUNCTION objection_lodge TO pdx_app;

-- Which digits of the code of Annex 6 are a registry's: region and agency.
CREATE TABLE registry_agency (
    party_id    uuid        NOT NULL REFERENCES party (id),
    region      text        NOT NULL,
    agency      text        NOT NULL,
    assigned_by uuid        NOT NULL REFERENCES person (id),
    assigned_at timestamptz NOT NULL,
    CONSTRAINT registry_agency_pkey PRIMARY KEY (party_id),
    CONSTRAINT registry_agency_unique UNIQUE (region, agency),
    CONSTRAINT registry_agency_shape CHECK (region ~ '^[0-9]{2}$' AND agency ~ '^[0-9]$')
);
ALTER TABLE registry_agency ENABLE ROW LEVEL SECURITY;
ALTER TABLE registry_agency FORCE ROW LEVEL SECURITY;
CREATE POLICY registry_agency_read ON registry_agency FOR SELECT TO pdx_app USING (true);
CREATE POLICY registry_agency_assign ON registry_agency FOR INSERT TO pdx_app WITH CHECK ((SELECT app_has_role('OPERATOR')));
GRANT SELECT, INSERT ON registry_agency TO pdx_app;

-- The last serial handed out per agency and month (Annex 6): a rolled-back certificate gives its serial back.
CREATE TABLE certificate_serial (
    region text    NOT NULL,
    agency text    NOT NULL,
    month  text    NOT NULL,
    serial integer NOT NULL,
    CONSTRAINT certificate_serial_pkey PRIMARY KEY (region, agency, month),
    CONSTRAINT certificate_serial_capacity CHECK (serial BETWEEN 1 AND 9999)
);
GRANT SELECT, INSERT, UPDATE (serial) ON certificate_serial TO pdx_app;

ALTER TABLE certificate ADD COLUMN track text NOT NULL DEFAULT 'A';
ALTER TABLE certificate
    ALTER COLUMN track DROP DEFAULT,
    -- Track B: five years at most from the deposit (Art. 26).
    ADD CONSTRAINT certificate_five_years_at_most CHECK (track = 'A' OR valid_until <= valid_from + interval '5 years'),
    ADD CONSTRAINT certificate_code_fits_track CHECK
        (track = 'A' OR query_code ~ '^SJ[0-9]{2}[0-9][0-9]{4}(0[1-9]|1[0-2])(?!0000)[0-9]{4}$');

-- What track B's register says of the data behind an asset: who holds which right, until when.
CREATE TABLE title (
    asset_id        uuid        NOT NULL REFERENCES asset (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    state           text        NOT NULL,
    -- The act that made it what it is, and how many there were.
    last_type       text        NOT NULL,
    version         integer     NOT NULL,
    name            text        NOT NULL,
    overview        text        NOT NULL,
    -- [{holderId, kinds, until, limits}]
    rights          jsonb       NOT NULL,
    holder_ids      uuid[]      NOT NULL,
    valid_from      date        NOT NULL,
    -- Exclusive.
    valid_until     date        NOT NULL,
    ended_at        timestamptz,
    CONSTRAINT title_pkey PRIMARY KEY (asset_id),
    CONSTRAINT title_state_known CHECK (state IN ('REGISTERED', 'CANCELLED', 'LAPSED')),
    CONSTRAINT title_ended_when_not_registered CHECK ((ended_at IS NULL) = (state = 'REGISTERED')),
    CONSTRAINT title_has_holders CHECK (cardinality(holder_ids) > 0 AND NOT registry_id = ANY (holder_ids))
);
CREATE INDEX title_by_holder ON title USING gin (holder_ids);
ALTER TABLE title ENABLE ROW LEVEL SECURITY;
ALTER TABLE title FORCE ROW LEVEL SECURITY;
-- The register is public.
CREATE POLICY title_read ON title FOR SELECT TO pdx_app USING (true);
CREATE POLICY title_functions ON title TO pdx_owner USING (true);
CREATE POLICY title_enter ON title FOR INSERT TO pdx_app
    WITH CHECK (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER')));
CREATE POLICY title_act ON title FOR UPDATE TO pdx_app
    USING (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER', 'REVIEWER'))
           OR (SELECT app_has_role('SYSTEM')));
GRANT SELECT, INSERT, UPDATE ON title TO pdx_app;

-- Later objections (track B, Art. 29): to what is registered already; the registrant is told of them.
ALTER TABLE objection
    ADD COLUMN is_later boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT objection_once_per_party,
    DROP CONSTRAINT objection_not_by_applicant,
    DROP CONSTRAINT objection_state_known,
    DROP CONSTRAINT objection_decided_with_reason,
    ADD CONSTRAINT objection_once_per_party UNIQUE (registration_id, objector_id, is_later),
    -- Who had a right before may be against whoever has it now.
    ADD CONSTRAINT objection_not_by_applicant CHECK (objector_id <> applicant_id OR is_later),
    ADD CONSTRAINT objection_state_known CHECK
        (state IN ('OPEN', 'MOOT') OR state IN ('DISMISSED', 'UPHELD') AND NOT is_later OR state = 'NOTIFIED' AND is_later),
    ADD CONSTRAINT objection_decided_with_reason CHECK
        ((state IN ('DISMISSED', 'UPHELD', 'NOTIFIED')) = (decided_by IS NOT NULL)
         AND (decided_by IS NULL) = (decision_reason IS NULL) AND (state = 'OPEN') = (decided_at IS NULL));
CREATE FUNCTION objection_lodge_later(
    new_id uuid, wanted_asset uuid, person uuid, why text, upload uuid, sha256 bytea, at timestamptz,
    days integer, due_on date, provisional boolean
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target registration;
    held   title;
BEGIN
    SELECT * INTO held FROM title WHERE asset_id = wanted_asset AND state = 'REGISTERED' FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'NOT_REGISTERED';
    ELSIF app_party() = ANY (held.holder_ids) THEN
        RETURN 'OWN';
    END IF;
    SELECT registration.* INTO target FROM registration JOIN certificate ON registration_id = registration.id
    WHERE registration.asset_id = wanted_asset AND registration.track = 'B' ORDER BY issued_at DESC LIMIT 1;
    INSERT INTO objection (id, registration_id, objector_id, applicant_id, registry_id, lodged_by, grounds, upload_id,
                           evidence_sha256, lodged_at, state, is_later)
    VALUES (new_id, target.id, app_party(), target.applicant_id, target.registry_id, person, why, upload, sha256, at,
            'OPEN', true) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'TWICE';
    END IF;
    INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                                registry_id, begins_on, working_days, due, is_provisional)
    VALUES (new_id, 'LATER_OBJECTION', 'REGISTRATION', target.id, 'B', wanted_asset, target.id, target.registry_id,
            target.applicant_id, target.registry_id, (at AT TIME ZONE 'Asia/Shanghai')::date, days, due_on, provisional);
    RETURN 'DONE';
END
$$;
REVOKE EXECUTE ON FUNCTION objection_lodge_later FROM PUBLIC;
GRANT EXECUTE ON FUNCTION objection_lodge_later TO pdx_app;

-- Holds off the transfer and the end of a title for this transaction.
CREATE FUNCTION title_hold(wanted uuid) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT state FROM title WHERE asset_id = wanted FOR SHARE
$$;
REVOKE EXECUTE ON FUNCTION title_hold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION title_hold TO pdx_app;

-- 质押, 作价入股, and freezes that a registry notes (Art. 23, 31): while one is in force, title does not move or end by will.
CREATE TABLE encumbrance (
    id             uuid        NOT NULL,
    asset_id       uuid        NOT NULL REFERENCES title (asset_id),
    kind           text        NOT NULL,
    -- Whose rights bear it, and for whom; a freeze is for nobody's account.
    holder_id      uuid        NOT NULL REFERENCES party (id),
    beneficiary_id uuid        REFERENCES party (id),
    registry_id    uuid        NOT NULL REFERENCES party (id),
    -- What it secures, or is put in at; minor units.
    amount         bigint,
    currency       text,
    terms          text        NOT NULL,
    state          text        NOT NULL,
    proposed_by    uuid        NOT NULL REFERENCES person (id),
    proposed_at    timestamptz NOT NULL,
    answered_by    uuid        REFERENCES person (id),
    answered_at    timestamptz,
    released_by    uuid        REFERENCES person (id),
    released_at    timestamptz,
    release_reason text,
    CONSTRAINT encumbrance_pkey PRIMARY KEY (id),
    CONSTRAINT encumbrance_kind_known CHECK (kind IN ('PLEDGE', 'CAPITAL_CONTRIBUTION', 'FREEZE')),
    CONSTRAINT encumbrance_state_known CHECK (state IN ('PROPOSED', 'IN_FORCE', 'DECLINED', 'RELEASED')),
    CONSTRAINT encumbrance_is_for_another CHECK ((kind = 'FREEZE') = (beneficiary_id IS NULL) AND beneficiary_id <> holder_id),
    CONSTRAINT encumbrance_amount_positive CHECK (amount > 0 AND currency IS NOT NULL OR amount IS NULL AND currency IS NULL),
    CONSTRAINT encumbrance_released_for_reason CHECK ((state = 'RELEASED') = (released_at IS NOT NULL AND release_reason IS NOT NULL))
);
CREATE INDEX encumbrance_by_asset ON encumbrance (asset_id, id);
CREATE INDEX encumbrance_by_beneficiary ON encumbrance (beneficiary_id, id);
ALTER TABLE encumbrance ENABLE ROW LEVEL SECURITY;
ALTER TABLE encumbrance FORCE ROW LEVEL SECURITY;
-- Whoever deals with a title has to know what it bears.
CREATE POLICY encumbrance_read ON encumbrance FOR SELECT TO pdx_app USING (true);
CREATE POLICY encumbrance_functions ON encumbrance TO pdx_owner USING (true);
CREATE POLICY encumbrance_make ON encumbrance FOR INSERT TO pdx_app
    WITH CHECK (CASE kind WHEN 'FREEZE' THEN registry_id = (SELECT app_party()) AND (SELECT app_has_role('REVIEWER'))
                ELSE holder_id = (SELECT app_party()) AND state = 'PROPOSED' END);
CREATE POLICY encumbrance_act ON encumbrance FOR UPDATE TO pdx_app
    USING (CASE kind WHEN 'FREEZE' THEN registry_id = (SELECT app_party()) AND (SELECT app_has_role('REVIEWER'))
           ELSE beneficiary_id = (SELECT app_party()) END);
GRANT SELECT, INSERT, UPDATE (state, answered_by, answered_at, released_by, released_at, release_reason) ON encumbrance TO pdx_app;

CREATE FUNCTION reject_encumbered_title() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM encumbrance WHERE asset_id = NEW.asset_id AND state = 'IN_FORCE') THEN
        RAISE EXCEPTION 'a title that is encumbered is neither transferred nor cancelled'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'title_not_while_encumbered';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER title_not_while_encumbered BEFORE UPDATE ON title FOR EACH ROW
    WHEN (NEW.state = 'CANCELLED'
          OR NEW.state = 'REGISTERED' AND NEW.version <> OLD.version AND NEW.last_type = 'TRANSFER')
    EXECUTE FUNCTION reject_encumbered_title();

-- Every state of the register, of either track: what it said from when on, and since when it says so. Never changed.
CREATE TABLE register_entry (
    asset_id       uuid        NOT NULL REFERENCES asset (id),
    track          text        NOT NULL,
    number         integer     NOT NULL,
    registration_id uuid       REFERENCES registration (id),
    -- The type of the application, or LAPSE or REVOCATION.
    act            text        NOT NULL,
    -- What is registered; null: nothing any more.
    facts          jsonb,
    -- Valid time and record time.
    effective_from timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    -- Null: by the clock.
    recorded_by    uuid        REFERENCES person (id),
    reason         text,
    CONSTRAINT register_entry_pkey PRIMARY KEY (asset_id, track, number),
    CONSTRAINT register_entry_track_known CHECK (track IN ('A', 'B'))
);
CREATE TRIGGER register_entry_append_only BEFORE UPDATE OR DELETE ON register_entry
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
-- The register is public.
GRANT SELECT, INSERT ON register_entry TO pdx_app;
INSERT INTO register_entry
SELECT certificate.asset_id, 'A', row_number() OVER (PARTITION BY certificate.asset_id ORDER BY issued_at), registration.id,
       registration.type,
       jsonb_build_object('name', registration.name, 'overview', registration.overview, 'holderId', holder_id,
                          'datasetVersionId', asset.dataset_version_id, 'validFrom', valid_from, 'validUntil', valid_until,
                          'code', query_code),
       valid_from::timestamp AT TIME ZONE 'Asia/Shanghai', issued_at, registration.decided_by, NULL
FROM certificate JOIN registration ON registration.id = registration_id JOIN asset ON asset.id = certificate.asset_id;
INSERT INTO register_entry
SELECT id, 'A', (SELECT count(*) + 1 FROM register_entry WHERE asset_id = asset.id), NULL,
       CASE state WHEN 'CANCELLED' THEN 'CANCELLATION' WHEN 'LAPSED' THEN 'LAPSE' ELSE 'REVOCATION' END,
       NULL, ended_at, ended_at, NULL, NULL
FROM asset WHERE ended_at IS NOT NULL;
