SET LOCAL ROLE pdx_owner;

-- Who acts on the exchange: bodies by their unified social credit code (GB 32100-2015), natural persons by pseudonym.
CREATE TABLE party (
    id            uuid        NOT NULL,
    kind          text        NOT NULL,
    name          text        NOT NULL,
    uscc          text,
    -- Keyed pseudonym of a natural person's identifier; the identifier itself is not stored.
    subject_key   bytea,
    is_sample     boolean     NOT NULL,
    registered_at timestamptz NOT NULL,
    CONSTRAINT party_pkey PRIMARY KEY (id),
    CONSTRAINT party_kind_known CHECK (kind IN
        ('PROVIDER', 'OPERATOR', 'PLATFORM', 'INSTITUTION', 'REGISTRY', 'APPRAISAL_FIRM', 'REGULATOR', 'PERSON')),
    CONSTRAINT party_name_present CHECK (length(name) BETWEEN 1 AND 120),
    CONSTRAINT party_uscc_unique UNIQUE (uscc),
    CONSTRAINT party_uscc_shape CHECK (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
    CONSTRAINT party_subject_unique UNIQUE (subject_key),
    CONSTRAINT party_is_body_or_person CHECK
        ((kind = 'PERSON') = (uscc IS NULL) AND (kind = 'PERSON') = (subject_key IS NOT NULL))
);
CREATE UNIQUE INDEX party_one_platform ON party (kind) WHERE kind = 'PLATFORM';
CREATE INDEX party_by_kind ON party (kind, id);
ALTER TABLE party ENABLE ROW LEVEL SECURITY;
ALTER TABLE party FORCE ROW LEVEL SECURITY;
-- Bodies are public; a natural person is seen by itself and by the system.
CREATE POLICY party_read ON party FOR SELECT TO pdx_app
    USING (kind <> 'PERSON' OR id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE POLICY party_register ON party FOR INSERT TO pdx_app
    WITH CHECK ((SELECT app_has_role('OPERATOR', 'SYSTEM')));
GRANT SELECT, INSERT ON party TO pdx_app;

-- A field of application with its own products: finance, medicine, ocean …
CREATE TABLE zone (
    code    text    NOT NULL,
    name    text    NOT NULL,
    name_en text    NOT NULL,
    CONSTRAINT zone_pkey PRIMARY KEY (code),
    CONSTRAINT zone_code_shape CHECK (code ~ '^[A-Z][A-Z_]{1,29}$')
);
GRANT SELECT, INSERT ON zone TO pdx_app;

-- A human being who acts for a party, in one or more roles.
CREATE TABLE person (
    id            uuid        NOT NULL,
    party_id      uuid        NOT NULL REFERENCES party (id),
    login         text        NOT NULL,
    display_name  text        NOT NULL,
    roles         text[]      NOT NULL,
    password_hash text        NOT NULL,
    is_active     boolean     NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (id),
    CONSTRAINT person_login_unique UNIQUE (login),
    CONSTRAINT person_login_shape CHECK (login ~ '^[a-z0-9][a-z0-9._-]{2,63}$'),
    CONSTRAINT person_has_a_role CHECK (cardinality(roles) > 0),
    CONSTRAINT person_roles_known CHECK (roles <@ ARRAY[
        'DATA_SPECIALIST', 'CHIEF_DATA_REPRESENTATIVE', 'REGISTRY_OFFICER', 'REVIEWER', 'APPRAISER',
        'OPERATOR', 'INSTITUTION_USER', 'REGULATOR', 'DATA_SUBJECT'])
);
CREATE INDEX person_by_party ON person (party_id, id);
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
CREATE POLICY person_read ON person FOR SELECT TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('OPERATOR', 'REGULATOR', 'SYSTEM')));
CREATE POLICY person_register ON person FOR INSERT TO pdx_app
    WITH CHECK ((SELECT app_has_role('OPERATOR', 'SYSTEM')));
CREATE POLICY person_change ON person FOR UPDATE TO pdx_app
    USING ((SELECT app_has_role('OPERATOR', 'SYSTEM')));
GRANT SELECT, INSERT, UPDATE (is_active, password_hash, roles) ON person TO pdx_app;

-- One row per refresh token ever issued. A token that is shown twice ends its whole family.
CREATE TABLE session (
    id           uuid        NOT NULL,
    family_id    uuid        NOT NULL,
    person_id    uuid        NOT NULL REFERENCES person (id),
    refresh_hash bytea       NOT NULL,
    issued_at    timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_refresh_unique UNIQUE (refresh_hash)
);
CREATE INDEX session_by_family ON session (family_id);
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
CREATE POLICY session_system ON session TO pdx_app
    USING ((SELECT app_has_role('SYSTEM'))) WITH CHECK ((SELECT app_has_role('SYSTEM')));
GRANT SELECT, INSERT, UPDATE (used_at, revoked_at) ON session TO pdx_app;

-- A machine's key: a public prefix and the SHA-256 of 32 random bytes. Its roles are a part of its maker's.
CREATE TABLE api_key (
    id          uuid        NOT NULL,
    party_id    uuid        NOT NULL REFERENCES party (id),
    issued_by   uuid        NOT NULL REFERENCES person (id),
    name        text        NOT NULL,
    prefix      text        NOT NULL,
    secret_hash bytea       NOT NULL,
    roles       text[]      NOT NULL,
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    CONSTRAINT api_key_pkey PRIMARY KEY (id),
    CONSTRAINT api_key_prefix_unique UNIQUE (prefix),
    CONSTRAINT api_key_has_a_role CHECK (cardinality(roles) > 0),
    CONSTRAINT api_key_expires CHECK (expires_at > issued_at)
);
CREATE INDEX api_key_by_party ON api_key (party_id, id);
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key FORCE ROW LEVEL SECURITY;
CREATE POLICY api_key_own ON api_key TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')))
    WITH CHECK (party_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_key TO pdx_app;
