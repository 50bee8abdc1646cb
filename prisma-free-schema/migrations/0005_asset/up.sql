SET LOCAL ROLE pdx_owner;

-- A dataset version that is being registered, or is registered, as a data asset.
CREATE TABLE asset (
    id                 uuid        NOT NULL,
    dataset_version_id uuid        NOT NULL REFERENCES dataset_version (id),
    provider_id        uuid        NOT NULL REFERENCES party (id),
    name               text        NOT NULL,
    overview           text        NOT NULL,
    state              text        NOT NULL,
    created_at         timestamptz NOT NULL,
    CONSTRAINT asset_pkey PRIMARY KEY (id),
    CONSTRAINT asset_name_length CHECK (char_length(name) BETWEEN 1 AND 40),
    CONSTRAINT asset_overview_length CHECK (char_length(overview) BETWEEN 1 AND 400),
    CONSTRAINT asset_state_known CHECK (state IN ('UNREGISTERED', 'REGISTERED'))
);
CREATE UNIQUE INDEX asset_dataset_version_unique ON asset (dataset_version_id);
CREATE INDEX asset_by_provider ON asset (provider_id, id);

-- An application on track A, 公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号), with its stages.
CREATE TABLE registration (
    id               uuid        NOT NULL,
    asset_id         uuid        NOT NULL REFERENCES asset (id),
    applicant_id     uuid        NOT NULL REFERENCES party (id),
    registry_id      uuid        NOT NULL REFERENCES party (id),
    type             text        NOT NULL,
    state            text        NOT NULL,
    -- The seven groups of materials of Art. 9.
    materials        jsonb       NOT NULL,
    prepared_by      uuid        NOT NULL REFERENCES person (id),
    prepared_at      timestamptz NOT NULL,
    submitted_by     uuid        REFERENCES person (id),
    submitted_at     timestamptz,
    acceptance_due   date,
    accepted_by      uuid        REFERENCES person (id),
    accepted_at      timestamptz,
    review_due       date,
    reviewed_by      uuid        REFERENCES person (id),
    reviewed_at      timestamptz,
    -- Publicity runs from the day of publication to the end of publicity_until.
    publicity_from   date,
    publicity_until  date,
    decided_by       uuid        REFERENCES person (id),
    decided_at       timestamptz,
    -- Why it was returned, not accepted or refused.
    reason           text,
    CONSTRAINT registration_pkey PRIMARY KEY (id),
    CONSTRAINT registration_type_known CHECK (type IN ('FIRST')),
    CONSTRAINT registration_state_known CHECK (state IN
        ('DRAFT', 'SUBMITTED', 'RETURNED', 'NOT_ACCEPTED', 'ACCEPTED', 'PUBLICIZED', 'REFUSED', 'CODED')),
    CONSTRAINT registration_submitter_is_not_preparer CHECK (submitted_by <> prepared_by),
    CONSTRAINT registration_reviewer_is_not_acceptor CHECK (reviewed_by <> accepted_by),
    -- Ten working days are counted by the application; no notice is ever shorter than ten days (Art. 12).
    CONSTRAINT registration_publicity_not_short CHECK (publicity_until - publicity_from >= 10),
    CONSTRAINT registration_decided_after_publicity CHECK
        (state <> 'CODED' OR (decided_at AT TIME ZONE 'Asia/Shanghai')::date > publicity_until),
    CONSTRAINT registration_registry_is_not_applicant CHECK (registry_id <> applicant_id)
);
CREATE UNIQUE INDEX registration_one_open_per_asset ON registration (asset_id)
    WHERE state NOT IN ('NOT_ACCEPTED', 'REFUSED');
CREATE INDEX registration_by_applicant ON registration (applicant_id, id);
CREATE INDEX registration_by_registry_and_state ON registration (registry_id, state, id);

-- The last serial handed out per month of the local query code.
CREATE TABLE registration_serial (
    month  text    NOT NULL,
    serial integer NOT NULL,
    CONSTRAINT registration_serial_pkey PRIMARY KEY (month),
    CONSTRAINT registration_serial_capacity CHECK (serial BETWEEN 1 AND 999999)
);
GRANT SELECT, INSERT, UPDATE (serial) ON registration_serial TO pdx_app;

-- The result of a registration: exact signed bytes, never changed.
CREATE TABLE certificate (
    id              uuid        NOT NULL,
    registration_id uuid        NOT NULL REFERENCES registration (id),
    asset_id        uuid        NOT NULL REFERENCES asset (id),
    holder_id       uuid        NOT NULL REFERENCES party (id),
    query_code      text        NOT NULL,
    valid_from      date        NOT NULL,
    -- Exclusive.
    valid_until     date        NOT NULL,
    -- Canonical JSON (RFC 8785) and the Ed25519 signature over it.
    document        text        NOT NULL,
    signature       bytea       NOT NULL,
    key_id          text        NOT NULL,
    issued_at       timestamptz NOT NULL,
    CONSTRAINT certificate_pkey PRIMARY KEY (id),
    CONSTRAINT certificate_registration_unique UNIQUE (registration_id),
    CONSTRAINT certificate_query_code_unique UNIQUE (query_code),
    CONSTRAINT certificate_valid_forward CHECK (valid_until > valid_from)
);
CREATE INDEX certificate_by_asset ON certificate (asset_id);
CREATE TRIGGER certificate_append_only BEFORE UPDATE OR DELETE ON certificate
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
-- Anyone may look up and check a certificate.
GRANT SELECT, INSERT ON certificate TO pdx_app;

ALTER TABLE asset ENABLE ROW LEVEL SECURITY;
ALTER TABLE asset FORCE ROW LEVEL SECURITY;
-- A registered asset is public; before, its provider and the offices that deal with it see it.
CREATE POLICY asset_read ON asset FOR SELECT TO pdx_app, pdx_owner
    USING (state = 'REGISTERED' OR provider_id = (SELECT app_party())
           OR (SELECT app_has_role('OPERATOR', 'REGISTRY_OFFICER', 'REVIEWER', 'APPRAISER', 'REGULATOR', 'SYSTEM')));
CREATE POLICY asset_prepare ON asset FOR INSERT TO pdx_app
    WITH CHECK (provider_id = (SELECT app_party()) AND state = 'UNREGISTERED');
CREATE POLICY asset_register ON asset FOR UPDATE TO pdx_app
    USING ((SELECT app_has_role('REGISTRY_OFFICER')));
GRANT SELECT, INSERT, UPDATE (state) ON asset TO pdx_app;

ALTER TABLE registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration FORCE ROW LEVEL SECURITY;
CREATE POLICY registration_read ON registration FOR SELECT TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party())
           OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY registration_prepare ON registration FOR INSERT TO pdx_app
    WITH CHECK (applicant_id = (SELECT app_party()));
CREATE POLICY registration_act ON registration FOR UPDATE TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()));
GRANT SELECT, INSERT, UPDATE ON registration TO pdx_app;

-- What Art. 12 lets the public see while a registration is publicized: four fields and the dates.
CREATE VIEW publicity_notice AS
SELECT registration.id, party.name AS applicant_name, registration.type AS registration_type,
       asset.name AS data_name, asset.overview AS data_overview,
       registration.publicity_from, registration.publicity_until
FROM registration
JOIN asset ON asset.id = registration.asset_id
JOIN party ON party.id = registration.applicant_id
WHERE registration.state = 'PUBLICIZED';
CREATE POLICY registration_publicity ON registration FOR SELECT TO pdx_owner USING (state = 'PUBLICIZED');
CREATE POLICY asset_publicity ON asset FOR SELECT TO pdx_owner USING (true);
CREATE POLICY party_publicity ON party FOR SELECT TO pdx_owner USING (kind <> 'PERSON');
GRANT SELECT ON publicity_notice TO pdx_app;
