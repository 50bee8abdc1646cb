SET LOCAL ROLE pdx_owner;

-- Bytes a party has sent, found again by their SHA-256. The file itself lies in the file store.
CREATE TABLE upload (
    id          uuid        NOT NULL,
    party_id    uuid        NOT NULL REFERENCES party (id),
    file_name   text        NOT NULL,
    sha256      bytea       NOT NULL,
    byte_size   bigint      NOT NULL,
    uploaded_at timestamptz NOT NULL,
    CONSTRAINT upload_pkey PRIMARY KEY (id),
    CONSTRAINT upload_size_not_negative CHECK (byte_size >= 0)
);
ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload FORCE ROW LEVEL SECURITY;
CREATE POLICY upload_own ON upload TO pdx_app
    USING (party_id = (SELECT app_party())) WITH CHECK (party_id = (SELECT app_party()));
GRANT SELECT, INSERT ON upload TO pdx_app;

CREATE TABLE dataset (
    id            uuid        NOT NULL,
    provider_id   uuid        NOT NULL REFERENCES party (id),
    name          text        NOT NULL,
    description   text        NOT NULL,
    registered_at timestamptz NOT NULL,
    CONSTRAINT dataset_pkey PRIMARY KEY (id),
    -- 数据产权登记工作指引, Annex 1: a data name has at most 40 characters, an overview at most 400.
    CONSTRAINT dataset_name_length CHECK (char_length(name) BETWEEN 1 AND 40),
    CONSTRAINT dataset_description_length CHECK (char_length(description) <= 400),
    CONSTRAINT dataset_name_unique UNIQUE (provider_id, name)
);
CREATE INDEX dataset_by_provider ON dataset (provider_id, id);

-- One load of a dataset. Its columns may be retyped until the provider confirms them; then it never changes.
CREATE TABLE dataset_version (
    id             uuid        NOT NULL,
    dataset_id     uuid        NOT NULL REFERENCES dataset (id),
    provider_id    uuid        NOT NULL REFERENCES party (id),
    number         integer     NOT NULL,
    upload_id      uuid        NOT NULL REFERENCES upload (id),
    encoding       text        NOT NULL,
    delimiter      text        NOT NULL,
    row_count      bigint      NOT NULL,
    -- The column whose value names the subject of a row; null: the row's number, from 1, does.
    subject_column text,
    state          text        NOT NULL,
    loaded_at      timestamptz NOT NULL,
    confirmed_at   timestamptz,
    CONSTRAINT dataset_version_pkey PRIMARY KEY (id),
    CONSTRAINT dataset_version_number_unique UNIQUE (dataset_id, number),
    CONSTRAINT dataset_version_encoding_known CHECK (encoding IN ('UTF-8', 'GB18030')),
    CONSTRAINT dataset_version_has_rows CHECK (row_count > 0),
    CONSTRAINT dataset_version_state_known CHECK (state IN ('LOADED', 'CONFIRMED')),
    CONSTRAINT dataset_version_confirmed_when CHECK ((state = 'CONFIRMED') = (confirmed_at IS NOT NULL))
);
CREATE INDEX dataset_version_by_provider ON dataset_version (provider_id, id);

-- The columns of a version with their profile. `position` counts from 1 and names the stored column c<position>.
CREATE TABLE dataset_column (
    dataset_version_id uuid    NOT NULL REFERENCES dataset_version (id),
    position           integer NOT NULL,
    provider_id        uuid    NOT NULL REFERENCES party (id),
    name               text    NOT NULL,
    type               text    NOT NULL,
    -- Identifies a natural person: only its keyed pseudonym is stored.
    is_personal        boolean NOT NULL,
    nulls              bigint,
    distinct_values    bigint,
    minimum            text,
    maximum            text,
    CONSTRAINT dataset_column_pkey PRIMARY KEY (dataset_version_id, position),
    CONSTRAINT dataset_column_name_unique UNIQUE (dataset_version_id, name),
    CONSTRAINT dataset_column_position_bounded CHECK (position BETWEEN 1 AND 1000),
    CONSTRAINT dataset_column_type_known CHECK (type IN ('TEXT', 'INTEGER', 'DECIMAL', 'DATE', 'BOOLEAN')),
    CONSTRAINT dataset_column_personal_is_text CHECK (type = 'TEXT' OR NOT is_personal)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['dataset', 'dataset_version', 'dataset_column'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT TO pdx_app, pdx_owner USING (provider_id = (SELECT app_party())
            OR (SELECT app_has_role('OPERATOR', 'REGISTRY_OFFICER', 'REVIEWER', 'APPRAISER', 'REGULATOR', 'SYSTEM')))$p$,
            t || '_read', t);
        EXECUTE format($p$CREATE POLICY %I ON %I TO pdx_app, pdx_owner USING (provider_id = (SELECT app_party()))
            WITH CHECK (provider_id = (SELECT app_party()))$p$, t || '_own', t);
    END LOOP;
END
$$;
GRANT SELECT, INSERT ON dataset TO pdx_app;
GRANT SELECT, INSERT, UPDATE (state, confirmed_at, subject_column, row_count) ON dataset_version TO pdx_app;
GRANT SELECT, INSERT, UPDATE (type, is_personal, nulls, distinct_values, minimum, maximum) ON dataset_column TO pdx_app;

CREATE FUNCTION reject_change_of_confirmed_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'dataset_version' THEN
        IF OLD.state = 'CONFIRMED' THEN
            RAISE EXCEPTION 'a confirmed dataset version never changes' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM dataset_version WHERE id = OLD.dataset_version_id AND state = 'CONFIRMED') THEN
        RAISE EXCEPTION 'a confirmed dataset version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER dataset_version_frozen BEFORE UPDATE ON dataset_version
    FOR EACH ROW EXECUTE FUNCTION reject_change_of_confirmed_version();
CREATE TRIGGER dataset_column_frozen BEFORE UPDATE ON dataset_column
    FOR EACH ROW EXECUTE FUNCTION reject_change_of_confirmed_version();

CREATE FUNCTION dataset_table_name(p_version uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'v_' || replace(p_version::text, '-', '')
$$;

-- Makes (again) the table that takes the rows of a version which is not confirmed yet, from its declared columns.
-- The application may only add rows to it; reading goes through dataset_profile and the gateway's function.
CREATE FUNCTION dataset_make_table(p_version uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    columns_sql text;
BEGIN
    IF NOT EXISTS (SELECT FROM dataset_version
                   WHERE id = p_version AND state = 'LOADED' AND provider_id = app_party()) THEN
        RAISE EXCEPTION 'not an own, unconfirmed dataset version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT string_agg(format('c%s %s', position, CASE type
               WHEN 'INTEGER' THEN 'bigint' WHEN 'DECIMAL' THEN 'numeric' WHEN 'DATE' THEN 'date'
               WHEN 'BOOLEAN' THEN 'boolean' ELSE 'text' END), ', ' ORDER BY position)
    INTO STRICT columns_sql FROM dataset_column WHERE dataset_version_id = p_version;
    EXECUTE format('DROP TABLE IF EXISTS dataset_row.%I', dataset_table_name(p_version));
    EXECUTE format('CREATE TABLE dataset_row.%I (row_number bigint NOT NULL, subject_key bytea NOT NULL, %s)',
                   dataset_table_name(p_version), columns_sql);
    EXECUTE format('GRANT INSERT ON dataset_row.%I TO pdx_app', dataset_table_name(p_version));
    EXECUTE format('GRANT SELECT ON dataset_row.%I TO pdx_gateway', dataset_table_name(p_version));
END
$$;

-- Ends the loading of a version: the rows are indexed by subject, the table takes no more of them. A subject that
-- has two rows violates dataset_row_subject_unique.
CREATE FUNCTION dataset_seal_table(p_version uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    table_name text := dataset_table_name(p_version);
BEGIN
    IF NOT EXISTS (SELECT FROM dataset_version
                   WHERE id = p_version AND state = 'LOADED' AND provider_id = app_party()) THEN
        RAISE EXCEPTION 'not an own, unconfirmed dataset version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    BEGIN
        EXECUTE format('ALTER TABLE dataset_row.%I ADD PRIMARY KEY (subject_key)', table_name);
    EXCEPTION WHEN unique_violation THEN
        RAISE EXCEPTION 'a subject has more than one row'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'dataset_row_subject_unique';
    END;
    EXECUTE format('REVOKE INSERT ON dataset_row.%I FROM pdx_app', table_name);
    EXECUTE format('ANALYZE dataset_row.%I', table_name);
END
$$;

-- Exact counts per column of a loaded version, from the stored rows.
CREATE FUNCTION dataset_profile(p_version uuid)
RETURNS TABLE (column_position integer, nulls bigint, distinct_values bigint, minimum text, maximum text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    col record;
BEGIN
    IF NOT EXISTS (SELECT FROM dataset_version WHERE id = p_version AND provider_id = app_party()) THEN
        RAISE EXCEPTION 'not an own dataset version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR col IN SELECT c.position, c.type, c.is_personal FROM dataset_column c
               WHERE c.dataset_version_id = p_version ORDER BY c.position LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %1$s, count(*) - count(c%1$s), count(DISTINCT c%1$s), %3$s FROM dataset_row.%2$I',
            col.position, dataset_table_name(p_version),
            CASE WHEN col.is_personal THEN 'NULL::text, NULL::text'
                 WHEN col.type = 'BOOLEAN' THEN format('bool_and(c%1$s)::text, bool_or(c%1$s)::text', col.position)
                 ELSE format('min(c%1$s)::text, max(c%1$s)::text', col.position) END);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION dataset_make_table(uuid), dataset_seal_table(uuid), dataset_profile(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dataset_make_table(uuid), dataset_seal_table(uuid), dataset_profile(uuid) TO pdx_app;
