SET LOCAL ROLE pdx_owner;

-- 更正申请, 青岛市公共数据管理办法 (令299号) Art. 17: somebody finds public data about it wrong and asks for their correction.
CREATE TABLE correction_request (
    id                 uuid        NOT NULL,
    asker_id           uuid        NOT NULL REFERENCES party (id),
    -- The body that holds the data, or the data bureau, which forwards it.
    addressee_id       uuid        NOT NULL REFERENCES party (id),
    -- Null: at the bureau, not forwarded.
    holder_id          uuid        REFERENCES party (id),
    -- What it is about, where the asker can name it.
    dataset_id         uuid        REFERENCES dataset (id),
    asset_id           uuid        REFERENCES asset (id),
    -- These may hold personal data.
    which_field        text        NOT NULL,
    what_is_wrong      text        NOT NULL,
    what_it_should_be  text        NOT NULL,
    state              text        NOT NULL,
    filed_by           uuid        NOT NULL REFERENCES person (id),
    filed_at           timestamptz NOT NULL,
    forwarded_by       uuid        REFERENCES person (id),
    forwarded_at       timestamptz,
    -- When the holding body received it: its five working days begin.
    received_at        timestamptz,
    extended_by        uuid        REFERENCES person (id),
    extended_at        timestamptz,
    extension_reason   text,
    withdrawn_by       uuid        REFERENCES person (id),
    withdrawn_at       timestamptz,
    CONSTRAINT correction_request_pkey PRIMARY KEY (id),
    CONSTRAINT correction_request_state_known CHECK (state IN
        ('AT_BUREAU', 'RECEIVED', 'PREPARED', 'ANSWERED', 'WITHDRAWN')),
    -- Nobody asks, forwards or answers itself.
    CONSTRAINT correction_request_of_another CHECK (asker_id <> addressee_id AND asker_id <> holder_id),
    CONSTRAINT correction_request_about_one_thing CHECK (dataset_id IS NULL OR asset_id IS NULL),
    CONSTRAINT correction_request_lengths CHECK
        (char_length(which_field) BETWEEN 1 AND 200 AND char_length(what_is_wrong) BETWEEN 1 AND 2000
         AND char_length(what_it_should_be) BETWEEN 1 AND 2000),
    CONSTRAINT correction_request_with_its_holder CHECK
        ((holder_id IS NULL) = (received_at IS NULL)
         AND CASE state WHEN 'AT_BUREAU' THEN holder_id IS NULL WHEN 'WITHDRAWN' THEN true ELSE holder_id IS NOT NULL END),
    CONSTRAINT correction_request_forwarded_by_bureau CHECK
        ((forwarded_by IS NULL) = (forwarded_at IS NULL)
         AND (holder_id IS NULL OR holder_id = addressee_id OR forwarded_at IS NOT NULL)),
    CONSTRAINT correction_request_extended_for_reason CHECK
        ((extended_at IS NULL) = (extension_reason IS NULL) AND (extended_at IS NULL) = (extended_by IS NULL)
         AND (extended_at IS NULL OR holder_id IS NOT NULL)),
    CONSTRAINT correction_request_withdrawn_when CHECK
        ((state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX correction_request_by_asker ON correction_request (asker_id, id);
CREATE INDEX correction_request_by_addressee ON correction_request (addressee_id, id);
CREATE INDEX correction_request_by_holder ON correction_request (holder_id, id);

-- What was answered or withdrawn is over; who holds the data and the one extension are said once.
CREATE FUNCTION reject_correction_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a correction request does not go back'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_request_goes_forward';
END
$$;
CREATE TRIGGER correction_request_goes_forward BEFORE UPDATE ON correction_request FOR EACH ROW
    WHEN (OLD.state IN ('ANSWERED', 'WITHDRAWN')
          OR OLD.holder_id IS NOT NULL AND NEW.holder_id IS DISTINCT FROM OLD.holder_id
          OR OLD.extended_at IS NOT NULL AND NEW.extended_at IS DISTINCT FROM OLD.extended_at)
    EXECUTE FUNCTION reject_correction_step_back();

ALTER TABLE correction_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction_request FORCE ROW LEVEL SECURITY;
CREATE POLICY correction_request_read ON correction_request FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (asker_id, addressee_id, holder_id) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY correction_request_file ON correction_request FOR INSERT TO pdx_app
    WITH CHECK (asker_id = (SELECT app_party()));
CREATE POLICY correction_request_act ON correction_request FOR UPDATE TO pdx_app
    USING ((SELECT app_party()) IN (asker_id, addressee_id, holder_id));
GRANT SELECT, INSERT, UPDATE (state, holder_id, forwarded_by, forwarded_at, received_at, extended_by, extended_at,
                              extension_reason, withdrawn_by, withdrawn_at) ON correction_request TO pdx_app;

-- The files that an asker shows.
CREATE TABLE correction_evidence (
    request_id uuid  NOT NULL REFERENCES correction_request (id),
    upload_id  uuid  NOT NULL REFERENCES upload (id),
    sha256     bytea NOT NULL,
    CONSTRAINT correction_evidence_pkey PRIMARY KEY (request_id, upload_id)
);
CREATE INDEX correction_evidence_by_upload ON correction_evidence (upload_id);
CREATE TRIGGER correction_evidence_append_only BEFORE UPDATE OR DELETE ON correction_evidence
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE correction_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction_evidence FORCE ROW LEVEL SECURITY;
-- Whoever sees the request sees what it shows.
CREATE POLICY correction_evidence_read ON correction_evidence FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM correction_request WHERE id = request_id));
CREATE POLICY correction_evidence_show ON correction_evidence FOR INSERT TO pdx_app
    WITH CHECK (EXISTS (SELECT FROM correction_request WHERE id = request_id AND asker_id = (SELECT app_party())));
GRANT SELECT, INSERT ON correction_evidence TO pdx_app;
CREATE POLICY upload_as_correction_evidence ON upload FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM correction_evidence WHERE correction_evidence.upload_id = upload.id));

-- Every answer that was prepared; at most one of them was given.
CREATE TABLE correction_answer (
    request_id         uuid        NOT NULL REFERENCES correction_request (id),
    number             integer     NOT NULL,
    holder_id          uuid        NOT NULL REFERENCES party (id),
    outcome            text        NOT NULL,
    -- What was done, or why it is not.
    explanation        text        NOT NULL,
    -- The version that holds the correction.
    dataset_version_id uuid        REFERENCES dataset_version (id),
    prepared_by        uuid        NOT NULL REFERENCES person (id),
    prepared_at        timestamptz NOT NULL,
    given_by           uuid        REFERENCES person (id),
    given_at           timestamptz,
    CONSTRAINT correction_answer_pkey PRIMARY KEY (request_id, number),
    CONSTRAINT correction_answer_outcome_known CHECK (outcome IN ('CORRECTED', 'DECLINED', 'NOT_HELD')),
    CONSTRAINT correction_answer_explanation_length CHECK (char_length(explanation) BETWEEN 1 AND 2000),
    CONSTRAINT correction_answer_version_fits_outcome CHECK (dataset_version_id IS NULL OR outcome = 'CORRECTED'),
    CONSTRAINT correction_answer_given_by_somebody CHECK ((given_by IS NULL) = (given_at IS NULL)),
    CONSTRAINT correction_answer_maker_is_not_checker CHECK (given_by <> prepared_by)
);
CREATE UNIQUE INDEX correction_answer_given_once ON correction_answer (request_id) WHERE given_at IS NOT NULL;
ALTER TABLE correction_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction_answer FORCE ROW LEVEL SECURITY;
-- What was not given stays inside the holding body.
CREATE POLICY correction_answer_read ON correction_answer FOR SELECT TO pdx_app
    USING (holder_id = (SELECT app_party())
           OR given_at IS NOT NULL AND EXISTS (SELECT FROM correction_request WHERE id = request_id));
CREATE POLICY correction_answer_prepare ON correction_answer FOR INSERT TO pdx_app
    WITH CHECK (given_at IS NULL AND (SELECT app_has_role('DATA_SPECIALIST')) AND holder_id = (SELECT app_party())
                AND EXISTS (SELECT FROM correction_request r WHERE r.id = request_id AND r.holder_id = (SELECT app_party())));
CREATE POLICY correction_answer_give ON correction_answer FOR UPDATE TO pdx_app
    USING (holder_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE')) AND given_at IS NULL)
    WITH CHECK (holder_id = (SELECT app_party()));
GRANT SELECT, INSERT, UPDATE (given_by, given_at) ON correction_answer TO pdx_app;

-- Askers may not read datasets: this says whose one is, and no more. Only functions of this schema run as pdx_owner.
CREATE POLICY dataset_functions ON dataset FOR SELECT TO pdx_owner USING (true);
CREATE FUNCTION dataset_holder(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT provider_id FROM dataset WHERE id = wanted
$$;
REVOKE EXECUTE ON FUNCTION dataset_holder FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dataset_holder TO pdx_app;

-- The bureau has two working days to forward, the holding body five to answer, ten if it is complex (Art. 17).
ALTER TABLE legal_deadline
    DROP CONSTRAINT legal_deadline_kind_known,
    DROP CONSTRAINT legal_deadline_matter_known,
    ADD CONSTRAINT legal_deadline_kind_known CHECK (kind IN
        ('ACCEPTANCE', 'REVIEW', 'PUBLICITY', 'CANCELLATION', 'OBJECTION', 'RENEWAL', 'EXPIRY', 'CURE', 'EXAMINATION',
         'LATER_OBJECTION', 'CORRECTION_FORWARD', 'CORRECTION_ANSWER')),
    ADD CONSTRAINT legal_deadline_matter_known CHECK (matter IN ('REGISTRATION', 'CORRECTION_REQUEST')),
    ADD CONSTRAINT legal_deadline_kind_of_correction CHECK
        ((matter = 'CORRECTION_REQUEST') = (kind IN ('CORRECTION_FORWARD', 'CORRECTION_ANSWER'))),
    ADD CONSTRAINT legal_deadline_correction_days CHECK (CASE kind
        WHEN 'CORRECTION_FORWARD' THEN working_days = 2
        WHEN 'CORRECTION_ANSWER' THEN working_days IN (5, 10)
        ELSE true END);
CREATE UNIQUE INDEX legal_deadline_one_per_correction ON legal_deadline (matter_id)
    WHERE closed_at IS NULL AND matter = 'CORRECTION_REQUEST';
-- The bureau starts the period of the body that it forwards to.
CREATE POLICY legal_deadline_forward ON legal_deadline FOR INSERT TO pdx_app
    WITH CHECK (matter = 'CORRECTION_REQUEST'
                AND EXISTS (SELECT FROM correction_request r WHERE r.id = matter_id AND r.addressee_id = (SELECT app_party())));
