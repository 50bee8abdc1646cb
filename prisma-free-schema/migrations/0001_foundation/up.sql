-- Roles are cluster-wide, so several databases of one server share them and may create them at once.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['pdx_owner', 'pdx_app', 'pdx_gateway'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

-- The migrating user acts as pdx_owner and opens the application's sessions as pdx_app.
GRANT pdx_owner, pdx_app TO CURRENT_USER;
GRANT pdx_gateway TO pdx_owner;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO pdx_owner;
GRANT USAGE ON SCHEMA public TO pdx_app, pdx_gateway;
-- Only for a function to be handed over to pdx_gateway; see 0008.
GRANT CREATE ON SCHEMA public TO pdx_gateway;

-- One table per dataset version, made and read by functions only; the application may not select from them.
CREATE SCHEMA dataset_row AUTHORIZATION pdx_owner;
GRANT USAGE ON SCHEMA dataset_row TO pdx_app, pdx_gateway;

SET LOCAL ROLE pdx_owner;

-- Who the current transaction acts for. Set with set_config(…, true): it ends with the transaction.
CREATE FUNCTION app_party() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.party_id', true), '')::uuid
$$;

CREATE FUNCTION app_has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_to_array(current_setting('app.roles', true), ',') && wanted, false)
$$;

CREATE FUNCTION reject_row_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

-- The one row that says which exchange this database holds.
CREATE TABLE exchange (
    id         boolean     NOT NULL DEFAULT true,
    name       text        NOT NULL,
    log_origin text        NOT NULL,
    is_sample  boolean     NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT exchange_pkey PRIMARY KEY (id),
    CONSTRAINT exchange_is_one CHECK (id)
);
GRANT SELECT, INSERT ON exchange TO pdx_app;

-- How far exchange time runs ahead of real time. Only a sample exchange's is ever more than zero.
CREATE TABLE exchange_clock (
    id        boolean NOT NULL DEFAULT true,
    offset_ms bigint  NOT NULL DEFAULT 0,
    CONSTRAINT exchange_clock_pkey PRIMARY KEY (id),
    CONSTRAINT exchange_clock_is_one CHECK (id),
    CONSTRAINT exchange_clock_never_late CHECK (offset_ms >= 0)
);
INSERT INTO exchange_clock DEFAULT VALUES;
GRANT SELECT, UPDATE (offset_ms) ON exchange_clock TO pdx_app;

CREATE FUNCTION reject_clock_going_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.offset_ms < OLD.offset_ms THEN
        RAISE EXCEPTION 'exchange time never goes back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exchange_clock_never_goes_back';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER exchange_clock_never_goes_back BEFORE UPDATE ON exchange_clock
    FOR EACH ROW EXECUTE FUNCTION reject_clock_going_back();

-- One row per command of a party: the client's id is the idempotency key. The row of a refused command is
-- rolled back with it, so a refused id may be used again.
CREATE TABLE command (
    party_id     uuid        NOT NULL,
    client_id    text        NOT NULL,
    action       text        NOT NULL,
    content_hash bytea       NOT NULL,
    subject_id   uuid,
    created_at   timestamptz NOT NULL,
    CONSTRAINT command_pkey PRIMARY KEY (party_id, client_id),
    CONSTRAINT command_client_id_shape CHECK (client_id ~ '^[A-Za-z0-9._:-]{1,64}$')
);
ALTER TABLE command ENABLE ROW LEVEL SECURITY;
ALTER TABLE command FORCE ROW LEVEL SECURITY;
CREATE POLICY command_own ON command TO pdx_app
    USING (party_id = (SELECT app_party()))
    WITH CHECK (party_id = (SELECT app_party()));
GRANT SELECT, INSERT, UPDATE (subject_id) ON command TO pdx_app;
