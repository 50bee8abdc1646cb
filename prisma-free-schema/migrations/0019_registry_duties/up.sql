SET LOCAL ROLE pdx_owner;

-- What a registry owes by itself: 数据产权登记工作指引(试行), 国数综政策〔2026〕35号, Art. 10–11 and 30; kept alike on track A.

-- When a look at a file happens, by the exchange's clock. Who does not say it sees nothing that is open for a time only.
CREATE FUNCTION app_looks_at() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.looks_at', true), '')::timestamptz
$$;

-- Every act about an application: what it was, whose, when; written by the database, never changed.
CREATE TABLE registration_act (
    registration_id uuid        NOT NULL REFERENCES registration (id),
    number          integer     NOT NULL,
    -- The command; null: it was by the clock, or before acts were kept.
    action          text,
    done_by         text        NOT NULL,
    done_at         timestamptz NOT NULL,
    -- Null: there was no application yet.
    state_before    text,
    state_after     text        NOT NULL,
    reason          text,
    track           text        NOT NULL,
    type            text        NOT NULL,
    applicant_id    uuid        NOT NULL REFERENCES party (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    CONSTRAINT registration_act_pkey PRIMARY KEY (registration_id, number),
    CONSTRAINT registration_act_done_by_known CHECK (done_by IN ('APPLICANT', 'FILER', 'REGISTRY', 'CLOCK'))
);
CREATE INDEX registration_act_by_registry ON registration_act (registry_id, done_at);
CREATE TRIGGER registration_act_append_only BEFORE UPDATE OR DELETE ON registration_act
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();

-- What was done before: as far as the applications themselves still tell it.
INSERT INTO registration_act
SELECT id, row_number() OVER (PARTITION BY id ORDER BY done.at, done.n), NULL, done.by, done.at,
       lag(done.state) OVER (PARTITION BY id ORDER BY done.at, done.n), done.state, NULL, track, type, applicant_id, registry_id
FROM registration, LATERAL (VALUES
    (1, 'APPLICANT', prepared_at, 'DRAFT'),
    (2, 'APPLICANT', submitted_at, 'SUBMITTED'),
    (3, CASE WHEN is_accepted_by_silence THEN 'CLOCK' ELSE 'REGISTRY' END, accepted_at, 'ACCEPTED'),
    (4, 'REGISTRY', reviewed_at, CASE WHEN publicity_from IS NOT NULL THEN 'PUBLICIZED' ELSE state END),
    (5, CASE WHEN state IN ('DRAFT', 'SUBMITTED', 'WITHDRAWN') THEN 'APPLICANT' ELSE 'REGISTRY' END,
     coalesce(decided_at, greatest(reviewed_at, accepted_at, submitted_at, prepared_at)), state)) AS done (n, by, at, state)
WHERE done.at IS NOT NULL AND NOT (done.n < 5 AND done.state = registration.state)
      AND NOT (done.n = 1 AND prepared_at > submitted_at);

-- SECURITY DEFINER, because nobody else writes acts down.
CREATE FUNCTION registration_act_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registration_act
    SELECT NEW.id, coalesce(max(number), 0) + 1, nullif(current_setting('app.command_action', true), ''),
           CASE WHEN app_party() IS NULL THEN 'CLOCK' WHEN app_party() = NEW.registry_id THEN 'REGISTRY'
                WHEN app_party() = NEW.applicant_id THEN 'APPLICANT' ELSE 'FILER' END,
           -- What is done by the clock says itself when.
           coalesce(nullif(current_setting('app.command_at', true), '')::timestamptz,
                    greatest(NEW.decided_at, NEW.reviewed_at, NEW.accepted_at, NEW.submitted_at, NEW.prepared_at)),
           CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, NEW.state,
           CASE WHEN TG_OP = 'INSERT' OR NEW.reason IS DISTINCT FROM OLD.reason THEN NEW.reason END,
           NEW.track, NEW.type, NEW.applicant_id, NEW.registry_id
    FROM registration_act WHERE registration_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER registration_act_begins AFTER INSERT ON registration
    FOR EACH ROW EXECUTE FUNCTION registration_act_done();
-- An amendment and an extension leave the state as it is.
CREATE TRIGGER registration_act_done AFTER UPDATE ON registration FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.prepared_at <> OLD.prepared_at OR NEW.extension_days IS DISTINCT FROM OLD.extension_days)
    EXECUTE FUNCTION registration_act_done();

-- A registry is no applicant at itself (Art. 10), nor a holder beside the applicant.
ALTER TABLE registration ADD CONSTRAINT registration_holders_are_not_registry CHECK
    (NOT (form -> 'rights') @> jsonb_build_array(jsonb_build_object('holderId', registry_id)));

-- Somebody with an interest asks to see a file, says for what and shows why (Art. 30).
CREATE TABLE file_inspection_request (
    id              uuid        NOT NULL,
    registration_id uuid        NOT NULL REFERENCES registration (id),
    requester_id    uuid        NOT NULL REFERENCES party (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    interest        text        NOT NULL,
    purpose         text        NOT NULL,
    requested_by    uuid        NOT NULL REFERENCES person (id),
    requested_at    timestamptz NOT NULL,
    state           text        NOT NULL,
    decided_by      uuid        REFERENCES person (id),
    decided_at      timestamptz,
    decision_reason text,
    parts           text[],
    -- Exclusive.
    open_until      timestamptz,
    CONSTRAINT file_inspection_request_pkey PRIMARY KEY (id),
    CONSTRAINT file_inspection_request_state_known CHECK (state IN ('REQUESTED', 'GRANTED', 'DECLINED')),
    CONSTRAINT file_inspection_request_said CHECK
        (char_length(interest) BETWEEN 1 AND 1000 AND char_length(purpose) BETWEEN 1 AND 200),
    CONSTRAINT file_inspection_request_by_another CHECK (requester_id <> registry_id),
    CONSTRAINT file_inspection_request_decided_with_reason CHECK
        ((state = 'REQUESTED') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)
         AND (decided_at IS NULL) = (decision_reason IS NULL)),
    CONSTRAINT file_inspection_request_granted_in_part_for_a_time CHECK
        (CASE state WHEN 'GRANTED' THEN cardinality(parts) > 0 AND open_until > decided_at
              AND parts <@ ARRAY['APPLICATION', 'EVIDENCE', 'ACTS', 'OBJECTIONS']
         ELSE parts IS NULL AND open_until IS NULL END)
);
CREATE UNIQUE INDEX file_inspection_request_one_open ON file_inspection_request (registration_id, requester_id)
    WHERE state = 'REQUESTED';
CREATE INDEX file_inspection_request_by_requester ON file_inspection_request (requester_id, id);
CREATE INDEX file_inspection_request_by_registry ON file_inspection_request (registry_id, id);
ALTER TABLE file_inspection_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_inspection_request FORCE ROW LEVEL SECURITY;
CREATE POLICY file_inspection_request_read ON file_inspection_request FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (requester_id, registry_id) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY file_inspection_request_decide ON file_inspection_request FOR UPDATE TO pdx_app
    USING (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER')));
CREATE POLICY file_inspection_request_functions ON file_inspection_request TO pdx_owner USING (true);
GRANT SELECT, UPDATE (state, decided_by, decided_at, decision_reason, parts, open_until) ON file_inspection_request TO pdx_app;

CREATE FUNCTION reject_second_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is decided stays decided'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'file_inspection_request_decided_once';
END
$$;
CREATE TRIGGER file_inspection_request_decided_once BEFORE UPDATE ON file_inspection_request FOR EACH ROW
    WHEN (OLD.state <> 'REQUESTED') EXECUTE FUNCTION reject_second_decision();

-- What shows the interest: files of the one who asks.
CREATE TABLE file_inspection_evidence (
    request_id   uuid  NOT NULL REFERENCES file_inspection_request (id),
    upload_id    uuid  NOT NULL REFERENCES upload (id),
    sha256       bytea NOT NULL,
    requester_id uuid  NOT NULL REFERENCES party (id),
    registry_id  uuid  NOT NULL REFERENCES party (id),
    CONSTRAINT file_inspection_evidence_pkey PRIMARY KEY (request_id, upload_id)
);
CREATE INDEX file_inspection_evidence_by_upload ON file_inspection_evidence (upload_id);
CREATE TRIGGER file_inspection_evidence_append_only BEFORE UPDATE OR DELETE ON file_inspection_evidence
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE file_inspection_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_inspection_evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY file_inspection_evidence_read ON file_inspection_evidence FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (requester_id, registry_id) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY file_inspection_evidence_show ON file_inspection_evidence FOR INSERT TO pdx_app
    WITH CHECK (requester_id = (SELECT app_party()));
GRANT SELECT, INSERT ON file_inspection_evidence TO pdx_app;
-- Beside upload_as_evidence, which stays as it is.
CREATE POLICY upload_as_inspection_evidence ON upload FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM file_inspection_evidence WHERE file_inspection_evidence.upload_id = upload.id));

-- Who asks may not read applications: this finds the file, and answers nothing but whether it could be asked for.
CREATE FUNCTION file_inspection_ask(
    new_id uuid, wanted uuid, wanted_code text, why text, what_for text, person uuid, at timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target registration;
BEGIN
    SELECT registration.* INTO target FROM registration LEFT JOIN certificate ON registration_id = registration.id
    WHERE (registration.id = wanted OR query_code = wanted_code)
      -- Of what never was public nobody may learn that it is there.
      AND (publicity_from IS NOT NULL OR certificate.id IS NOT NULL);
    IF NOT FOUND THEN
        RETURN 'NOT_FOUND';
    ELSIF app_party() IN (target.applicant_id, target.registry_id)
          OR EXISTS (SELECT FROM registration_filer
                     WHERE registration_id = target.id AND party_id = app_party() AND joined_at IS NOT NULL) THEN
        RETURN 'OWN';
    END IF;
    INSERT INTO file_inspection_request (id, registration_id, requester_id, registry_id, interest, purpose, requested_by,
                                         requested_at, state)
    VALUES (new_id, target.id, app_party(), target.registry_id, why, what_for, person, at, 'REQUESTED')
    ON CONFLICT DO NOTHING;
    RETURN CASE WHEN FOUND THEN 'DONE' ELSE 'TWICE' END;
END
$$;

-- Files that are open to the caller though they are not its own: joint holders for good, others for a time and in part.
CREATE FUNCTION files_open(part text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT registration_id FROM registration_filer WHERE party_id = app_party() AND joined_at IS NOT NULL
    UNION ALL
    SELECT registration_id FROM file_inspection_request
    WHERE requester_id = app_party() AND state = 'GRANTED' AND part = ANY (parts) AND app_looks_at() < open_until
$$;

-- On what the caller may look at a file, once it was received; no row: there is none for it.
CREATE FUNCTION file_entitlement(wanted uuid) RETURNS TABLE (entitlement text, request_id uuid, parts text[], open_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM (
        SELECT CASE WHEN applicant_id = app_party() THEN 'APPLICANT'
                    WHEN registry_id = app_party() THEN 'REGISTRY'
                    WHEN EXISTS (SELECT FROM registration_filer WHERE registration_id = wanted AND party_id = app_party()
                                 AND joined_at IS NOT NULL) THEN 'JOINT_HOLDER'
                    WHEN app_has_role('REGULATOR') THEN 'REGULATOR'
                    ELSE 'INTERESTED_PARTY' END AS entitlement,
               granted.id, granted.parts, granted.open_until
        FROM registration
        LEFT JOIN LATERAL (
            SELECT id, file_inspection_request.parts, file_inspection_request.open_until FROM file_inspection_request
            WHERE registration_id = wanted AND requester_id = app_party() AND state = 'GRANTED'
              AND app_looks_at() < file_inspection_request.open_until
            ORDER BY decided_at DESC LIMIT 1) AS granted ON true
        WHERE registration.id = wanted AND submitted_at IS NOT NULL) AS found
    WHERE entitlement <> 'INTERESTED_PARTY' OR id IS NOT NULL
$$;

-- Objections as a file shows them: of whoever objects only what kind of party it is.
CREATE FUNCTION file_objections(wanted uuid)
RETURNS TABLE (objector_kind text, is_later boolean, lodged_at timestamptz, state text, decided_at timestamptz, decision_reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT party.kind, objection.is_later, objection.lodged_at, objection.state, objection.decided_at, objection.decision_reason
    FROM objection JOIN party ON party.id = objector_id
    WHERE registration_id = wanted
      AND EXISTS (SELECT FROM file_entitlement(wanted)
                  WHERE entitlement <> 'INTERESTED_PARTY' OR 'OBJECTIONS' = ANY (parts))
    ORDER BY objection.lodged_at, objection.id
$$;

-- The day from which on a file is kept: of its last act so far or of the end of its certificate, whichever is later.
CREATE FUNCTION file_kept_from(wanted uuid) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(day) FROM (
        SELECT (done_at AT TIME ZONE 'Asia/Shanghai')::date FROM registration_act WHERE registration_id = wanted
        UNION ALL
        SELECT (greatest(lodged_at, decided_at) AT TIME ZONE 'Asia/Shanghai')::date FROM objection WHERE registration_id = wanted
        UNION ALL
        SELECT coalesce((ended_at AT TIME ZONE 'Asia/Shanghai')::date, valid_until - 1)
        FROM certificate LEFT JOIN certificate_end ON certificate_id = id WHERE registration_id = wanted) AS ends (day)
    WHERE EXISTS (SELECT FROM file_entitlement(wanted))
$$;

-- Who has looked at which file, on what and for what.
CREATE TABLE file_look (
    id              uuid        NOT NULL,
    registration_id uuid        NOT NULL REFERENCES registration (id),
    party_id        uuid        NOT NULL REFERENCES party (id),
    -- The person or the API key.
    actor_id        uuid        NOT NULL,
    entitlement     text        NOT NULL,
    request_id      uuid        REFERENCES file_inspection_request (id),
    -- Null: one piece of evidence was fetched.
    purpose         text,
    upload_id       uuid        REFERENCES upload (id),
    looked_at       timestamptz NOT NULL,
    applicant_id    uuid        NOT NULL REFERENCES party (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    CONSTRAINT file_look_pkey PRIMARY KEY (id),
    CONSTRAINT file_look_entitlement_known CHECK (entitlement IN
        ('APPLICANT', 'JOINT_HOLDER', 'REGISTRY', 'REGULATOR', 'INTERESTED_PARTY')),
    CONSTRAINT file_look_on_a_grant CHECK (entitlement <> 'INTERESTED_PARTY' OR request_id IS NOT NULL),
    CONSTRAINT file_look_for_a_purpose CHECK ((purpose IS NULL) = (upload_id IS NOT NULL))
);
CREATE INDEX file_look_by_registration ON file_look (registration_id, looked_at, id);
CREATE INDEX file_look_by_registry ON file_look (registry_id, looked_at);
CREATE TRIGGER file_look_append_only BEFORE UPDATE OR DELETE ON file_look
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE file_look ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_look FORCE ROW LEVEL SECURITY;
CREATE POLICY file_look_read ON file_look FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (applicant_id, registry_id) OR (SELECT app_has_role('REGULATOR'))
           OR registration_id IN (SELECT registration_id FROM registration_filer
                                  WHERE party_id = (SELECT app_party()) AND joined_at IS NOT NULL));
CREATE POLICY file_look_functions ON file_look TO pdx_owner USING (true);
GRANT SELECT ON file_look TO pdx_app;

-- Writes the look down and tells on what it rests and at which file; no row: the caller may not look, and nothing is written.
CREATE FUNCTION file_look_at(wanted uuid, new_id uuid, actor uuid, what_for text)
RETURNS TABLE (entitlement text, request_id uuid, parts text[], open_until timestamptz, track text, type text, state text,
               asset_id uuid, applicant_id uuid, registry_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    WITH entitled AS (
             SELECT file_entitlement.*, file.track, file.type, file.state, file.asset_id, file.applicant_id, file.registry_id
             FROM registration AS file, file_entitlement(wanted) WHERE file.id = wanted),
         looked AS (
             INSERT INTO file_look
             SELECT new_id, wanted, app_party(), actor, entitled.entitlement, entitled.request_id, what_for, NULL,
                    app_looks_at(), entitled.applicant_id, entitled.registry_id
             FROM entitled RETURNING file_look.id)
    SELECT entitled.* FROM entitled, looked;
END
$$;

-- A piece of evidence is fetched: a look at every file that shows it to the caller.
CREATE FUNCTION file_look_at_upload(wanted uuid, actor uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO file_look
    SELECT gen_random_uuid(), registration.id, app_party(), actor, entitled.entitlement, entitled.request_id, NULL, wanted,
           app_looks_at(), registration.applicant_id, registration.registry_id
    FROM (SELECT DISTINCT registration_id FROM registration_evidence JOIN evidence_deposit ON id = deposit_id
          WHERE upload_id = wanted) AS shown
    JOIN registration ON registration.id = shown.registration_id,
    LATERAL file_entitlement(registration.id) AS entitled
    WHERE entitled.entitlement <> 'INTERESTED_PARTY' OR 'EVIDENCE' = ANY (entitled.parts)
$$;
REVOKE EXECUTE ON FUNCTION file_inspection_ask, files_open, file_entitlement, file_objections, file_kept_from, file_look_at,
    file_look_at_upload, registration_act_done FROM PUBLIC;
GRANT EXECUTE ON FUNCTION file_inspection_ask, files_open, file_entitlement, file_objections, file_kept_from, file_look_at,
    file_look_at_upload TO pdx_app;
CREATE POLICY registration_evidence_functions ON registration_evidence FOR SELECT TO pdx_owner USING (true);
CREATE POLICY evidence_deposit_functions ON evidence_deposit FOR SELECT TO pdx_owner USING (true);

ALTER TABLE registration_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_act FORCE ROW LEVEL SECURITY;
CREATE POLICY registration_act_read ON registration_act FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (applicant_id, registry_id) OR (SELECT app_has_role('REGULATOR', 'SYSTEM'))
           OR registration_id IN (SELECT files_open('ACTS')));
CREATE POLICY registration_act_functions ON registration_act TO pdx_owner USING (true);
GRANT SELECT ON registration_act TO pdx_app;
-- Beside what these tables show to the parties of an application.
CREATE POLICY registration_inspected ON registration FOR SELECT TO pdx_app USING (id IN (SELECT files_open('APPLICATION')));
CREATE POLICY registration_evidence_inspected ON registration_evidence FOR SELECT TO pdx_app
    USING (registration_id IN (SELECT files_open('EVIDENCE')));
CREATE POLICY legal_deadline_inspected ON legal_deadline FOR SELECT TO pdx_app
    USING (registration_id IN (SELECT files_open('ACTS')));

-- What a registry reports of a year to the data authority, by 31 March of the next (Art. 11).
CREATE TABLE yearly_report (
    id              uuid        NOT NULL,
    registry_id     uuid        NOT NULL REFERENCES party (id),
    year            integer     NOT NULL,
    state           text        NOT NULL,
    -- Figures and text, canonical JSON (RFC 8785).
    document        text,
    document_sha256 bytea,
    prepared_by     uuid        REFERENCES person (id),
    prepared_at     timestamptz,
    submitted_by    uuid        REFERENCES person (id),
    submitted_at    timestamptz,
    CONSTRAINT yearly_report_pkey PRIMARY KEY (id),
    CONSTRAINT yearly_report_one_per_year UNIQUE (registry_id, year),
    CONSTRAINT yearly_report_state_known CHECK (state IN ('DUE', 'PREPARED', 'SUBMITTED')),
    CONSTRAINT yearly_report_is_its_hash CHECK (document_sha256 = sha256(convert_to(document, 'UTF8'))),
    CONSTRAINT yearly_report_prepared CHECK
        (CASE state WHEN 'DUE' THEN num_nonnulls(document, document_sha256, prepared_by, prepared_at) = 0
         ELSE num_nulls(document, document_sha256, prepared_by, prepared_at) = 0 END),
    CONSTRAINT yearly_report_submitted CHECK
        (CASE state WHEN 'SUBMITTED' THEN num_nulls(submitted_by, submitted_at) = 0
         ELSE num_nonnulls(submitted_by, submitted_at) = 0 END),
    CONSTRAINT yearly_report_submitter_is_not_preparer CHECK (submitted_by <> prepared_by)
);
CREATE INDEX yearly_report_public ON yearly_report (id) WHERE state = 'SUBMITTED';
CREATE FUNCTION reject_report_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a report is submitted as it was prepared, and stays as it was submitted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'yearly_report_stays';
END
$$;
CREATE TRIGGER yearly_report_stays BEFORE UPDATE ON yearly_report FOR EACH ROW
    WHEN (OLD.state = 'SUBMITTED' OR NEW.state = 'SUBMITTED' AND OLD.document IS DISTINCT FROM NEW.document)
    EXECUTE FUNCTION reject_report_change();
ALTER TABLE yearly_report ENABLE ROW LEVEL SECURITY;
ALTER TABLE yearly_report FORCE ROW LEVEL SECURITY;
-- What is submitted is public (Art. 10: handling of registrations is disclosed).
CREATE POLICY yearly_report_read ON yearly_report FOR SELECT TO pdx_app
    USING (state = 'SUBMITTED' OR registry_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE POLICY yearly_report_open ON yearly_report FOR INSERT TO pdx_app
    WITH CHECK (state = 'DUE' AND (SELECT app_has_role('SYSTEM')));
CREATE POLICY yearly_report_act ON yearly_report FOR UPDATE TO pdx_app
    USING (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER', 'REVIEWER')));
GRANT SELECT, INSERT, UPDATE (state, document, document_sha256, prepared_by, prepared_at, submitted_by, submitted_at)
    ON yearly_report TO pdx_app;

ALTER TABLE legal_deadline
    DROP CONSTRAINT legal_deadline_kind_known,
    DROP CONSTRAINT legal_deadline_matter_known,
    -- Correction requests are another migration's, which may come before or after this one.
    ADD CONSTRAINT legal_deadline_kind_known CHECK (kind IN
        ('ACCEPTANCE', 'REVIEW', 'PUBLICITY', 'CANCELLATION', 'OBJECTION', 'RENEWAL', 'EXPIRY', 'CURE', 'EXAMINATION',
         'LATER_OBJECTION', 'CORRECTION_FORWARD', 'CORRECTION_ANSWER', 'YEARLY_REPORT')),
    ADD CONSTRAINT legal_deadline_matter_known CHECK (matter IN ('REGISTRATION', 'CORRECTION_REQUEST', 'YEARLY_REPORT'));
CREATE INDEX legal_deadline_by_registry ON legal_deadline (registry_id, due);

-- Files are kept for at least twenty years (Art. 10): nobody takes anything out of them, not the owner of the tables either.
CREATE FUNCTION reject_file_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% belongs to the files of the registry, which are kept for at least twenty years', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'registry_file_kept';
END
$$;
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['registration', 'registration_act', 'registration_evidence', 'registration_filer',
        'evidence_deposit', 'upload', 'certificate', 'certificate_end', 'objection', 'register_entry', 'asset', 'title',
        'encumbrance', 'legal_deadline', 'file_inspection_request', 'file_inspection_evidence', 'file_look',
        'yearly_report'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION reject_file_removal()', kept || '_not_emptied', kept);
        IF kept NOT IN ('registration_evidence', 'registration_filer') THEN
            EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION reject_file_removal()',
                           kept || '_kept', kept);
        END IF;
    END LOOP;
END
$$;

-- What a draft, or what was returned, shows and who files it may still be told anew; afterwards it is part of the file.
CREATE FUNCTION reject_removal_from_filed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registration WHERE id = OLD.registration_id AND state IN ('DRAFT', 'RETURNED')) THEN
        RAISE EXCEPTION '% belongs to the files of the registry, which are kept for at least twenty years', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'registry_file_kept';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER registration_evidence_kept BEFORE DELETE ON registration_evidence
    FOR EACH ROW EXECUTE FUNCTION reject_removal_from_filed();
CREATE TRIGGER registration_filer_kept BEFORE DELETE ON registration_filer
    FOR EACH ROW EXECUTE FUNCTION reject_removal_from_filed();
