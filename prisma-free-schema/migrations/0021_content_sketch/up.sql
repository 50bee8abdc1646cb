SET LOCAL ROLE pdx_owner;

-- What a dataset version holds, as the smallest keyed hashes of its values: position 0 is its rows, the others are its
-- columns. The key is not in the database, so the hashes tell which values are the same and not what they are. A
-- version that was loaded before there were sketches has none.
CREATE TABLE content_sketch (
    dataset_version_id uuid    NOT NULL REFERENCES dataset_version (id),
    position           integer NOT NULL,
    -- Of the algorithm, and of the key: only sketches that agree in both are compared.
    sketch_version     integer NOT NULL,
    key_id             bigint  NOT NULL,
    -- Exact below 256, else estimated.
    distinct_values    bigint  NOT NULL,
    -- Eight bytes each, ascending.
    hashes             bytea   NOT NULL,
    -- Those of them by which other versions are found: none of a column of few values, which is alike in half of all files.
    keys               bigint[] NOT NULL,
    CONSTRAINT content_sketch_pkey PRIMARY KEY (dataset_version_id, position),
    CONSTRAINT content_sketch_is_of_hashes CHECK (octet_length(hashes) % 8 = 0 AND octet_length(hashes) <= 2048)
);
CREATE TRIGGER content_sketch_append_only BEFORE UPDATE OR DELETE ON content_sketch
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE content_sketch ENABLE ROW LEVEL SECURITY;
ALTER TABLE content_sketch FORCE ROW LEVEL SECURITY;
-- Not even whose data it is reads it: with two accounts one could compare oneself with a third.
CREATE POLICY content_sketch_read ON content_sketch FOR SELECT TO pdx_app
    USING ((SELECT app_has_role('REGISTRY_OFFICER', 'REVIEWER', 'REGULATOR')));
CREATE POLICY content_sketch_make ON content_sketch FOR INSERT TO pdx_app
    WITH CHECK (EXISTS (SELECT FROM dataset_version WHERE id = dataset_version_id AND provider_id = (SELECT app_party())));
CREATE POLICY content_sketch_functions ON content_sketch TO pdx_owner USING (true);
GRANT SELECT, INSERT ON content_sketch TO pdx_app;

-- Which versions have a key, of their rows or of a column. Rows of it and not an index over the arrays, so that a key
-- that is everywhere can be left after as many versions as one wants, and no plan depends on guesses about arrays.
CREATE TABLE content_sketch_key (
    key                bigint NOT NULL,
    dataset_version_id uuid   NOT NULL REFERENCES dataset_version (id),
    CONSTRAINT content_sketch_key_pkey PRIMARY KEY (key, dataset_version_id)
);
ALTER TABLE content_sketch_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE content_sketch_key FORCE ROW LEVEL SECURITY;
CREATE POLICY content_sketch_key_make ON content_sketch_key FOR INSERT TO pdx_app
    WITH CHECK (EXISTS (SELECT FROM dataset_version WHERE id = dataset_version_id AND provider_id = (SELECT app_party())));
CREATE POLICY content_sketch_key_functions ON content_sketch_key TO pdx_owner USING (true);
GRANT INSERT ON content_sketch_key TO pdx_app;

-- Pairs of neighbouring characters: names that share many of them are alike, in a language that parts no words.
CREATE FUNCTION name_bigrams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT array_agg(DISTINCT substr(bare, i, 2))
    FROM (SELECT regexp_replace(lower(normalize(name, NFKC)), '[\s·,、。()_-]', '', 'g')) AS n (bare),
         generate_series(1, greatest(char_length(bare) - 1, 1)) AS i
$$;
CREATE FUNCTION bare_column_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(normalize(name, NFKC)), '[\s_-]', '', 'g')
$$;
CREATE FUNCTION registration_under_way(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'SUPPLEMENTING', 'EXAMINED', 'PUBLICIZED')
$$;
CREATE INDEX asset_by_name ON asset USING gin (name_bigrams(name));
CREATE INDEX registration_by_name ON registration USING gin (name_bigrams(name)) WHERE registration_under_way(state);
CREATE INDEX registration_by_asset ON registration (asset_id);
CREATE INDEX dataset_column_by_name ON dataset_column (bare_column_name(name));
-- Only functions of this schema run as pdx_owner; with conditions of its own, no policy would let them use the index.
CREATE POLICY dataset_column_functions ON dataset_column FOR SELECT TO pdx_owner USING (true);

-- The assets of these versions that an application can overlap with: what either register holds, and other applications
-- that are under way at the same registry. A draft has not been filed.
CREATE FUNCTION overlap_comparable(versions uuid[], own_asset uuid, registry uuid)
RETURNS TABLE (asset_id uuid, provider_id uuid, dataset_version_id uuid, name text, registration_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT asset.id, asset.provider_id, asset.dataset_version_id,
           CASE asset.state WHEN 'REGISTERED' THEN asset.name ELSE coalesce(title.name, under_way.name) END,
           coalesce(under_way.id, (SELECT done.id FROM registration AS done
                                   WHERE done.asset_id = asset.id AND done.state IN ('CODED', 'CERTIFIED')
                                   ORDER BY done.id DESC LIMIT 1))
    FROM asset
    LEFT JOIN title ON title.asset_id = asset.id AND title.state = 'REGISTERED'
    LEFT JOIN LATERAL (SELECT open.id, open.name FROM registration AS open
                       WHERE open.asset_id = asset.id AND open.registry_id = registry
                         AND registration_under_way(open.state)
                       ORDER BY open.id DESC LIMIT 1) AS under_way ON true
    WHERE asset.dataset_version_id = ANY (versions) AND asset.id <> own_asset
      AND (asset.state = 'REGISTERED' OR title.asset_id IS NOT NULL OR under_way.id IS NOT NULL)
$$;

-- For each application that the caller decides on, or oversees: itself, and what it may overlap with, 50 at most, by
-- the rows, values, columns and names that they have in common. Of other applications: nothing.
--
-- However large the register is, a hash, a name of a column or a pair of characters finds 200 versions at most: what
-- more have in common tells little, and what is alike has rarer ones in common too. An index is used whatever the
-- statistics say: one plan has to serve names that are everywhere and names that are nowhere.
CREATE FUNCTION overlap_candidates(wanted uuid[])
RETURNS TABLE (registration_id uuid, is_own boolean, asset_id uuid, provider_id uuid, dataset_version_id uuid, name text,
               other_registration_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    own    record;
    grams  text[];
    alike  uuid[];
    found  uuid[];
BEGIN
    FOR own IN
        SELECT registration.id, registration.asset_id, registry_id, registration.name, provider_id, asset.dataset_version_id
        FROM registration JOIN asset ON asset.id = registration.asset_id
        WHERE registration.id = ANY (wanted)
          AND (app_has_role('REGULATOR') OR registry_id = app_party() AND app_has_role('REGISTRY_OFFICER', 'REVIEWER'))
    LOOP
        RETURN QUERY SELECT own.id, true, own.asset_id, own.provider_id, own.dataset_version_id, own.name, own.id;

        -- Rows, the most shared first.
        SELECT array_agg(version ORDER BY n DESC, version) INTO alike FROM (
            SELECT version, count(*) AS n
            FROM (SELECT unnest(keys) AS key FROM content_sketch
                  WHERE dataset_version_id = own.dataset_version_id AND position = 0) AS mine
            CROSS JOIN LATERAL (SELECT dataset_version_id AS version FROM content_sketch_key
                                WHERE content_sketch_key.key = mine.key LIMIT 200) AS hit
            GROUP BY version ORDER BY n DESC, version LIMIT 200) AS hits;
        found := ARRAY(SELECT dataset_version_id FROM overlap_comparable(alike, own.asset_id, own.registry_id)
                       ORDER BY array_position(alike, dataset_version_id) LIMIT 20);

        -- Values of the columns that have the most different ones.
        SELECT array_agg(version ORDER BY n DESC, version) INTO alike FROM (
            SELECT version, count(*) AS n
            FROM (SELECT DISTINCT unnest(keys) AS key
                  FROM (SELECT keys FROM content_sketch
                        WHERE dataset_version_id = own.dataset_version_id AND position > 0
                        ORDER BY distinct_values DESC, hashes LIMIT 64) AS telling) AS mine
            CROSS JOIN LATERAL (SELECT dataset_version_id AS version FROM content_sketch_key
                                WHERE content_sketch_key.key = mine.key LIMIT 200) AS hit
            GROUP BY version ORDER BY n DESC, version LIMIT 200) AS hits;
        found := found || ARRAY(SELECT dataset_version_id FROM overlap_comparable(alike, own.asset_id, own.registry_id)
                                WHERE dataset_version_id <> ALL (found)
                                ORDER BY array_position(alike, dataset_version_id) LIMIT 12);

        -- Names of columns.
        SELECT array_agg(version ORDER BY n DESC, version) INTO alike FROM (
            SELECT version, count(*) AS n
            FROM (SELECT DISTINCT bare_column_name(name) AS bare FROM dataset_column
                  WHERE dataset_version_id = own.dataset_version_id) AS mine
            CROSS JOIN LATERAL (SELECT dataset_version_id AS version FROM dataset_column
                                WHERE bare_column_name(name) = bare LIMIT 200) AS hit
            GROUP BY version ORDER BY n DESC, version LIMIT 200) AS hits;
        found := found || ARRAY(SELECT dataset_version_id FROM overlap_comparable(alike, own.asset_id, own.registry_id)
                                WHERE dataset_version_id <> ALL (found)
                                ORDER BY array_position(alike, dataset_version_id) LIMIT 10);

        -- The name.
        grams := name_bigrams(own.name);
        SELECT array_agg(version ORDER BY n DESC, version) INTO alike FROM (
            SELECT version, count(*) AS n
            FROM unnest(grams) AS gram
            CROSS JOIN LATERAL (
                (SELECT dataset_version_id AS version FROM asset WHERE name_bigrams(name) @> ARRAY[gram] LIMIT 200)
                UNION
                (SELECT asset.dataset_version_id FROM registration JOIN asset ON asset.id = registration.asset_id
                 WHERE registration_under_way(registration.state) AND name_bigrams(registration.name) @> ARRAY[gram]
                 LIMIT 200)) AS hit
            GROUP BY version ORDER BY n DESC, version LIMIT 200) AS hits;
        found := found || ARRAY(SELECT dataset_version_id FROM overlap_comparable(alike, own.asset_id, own.registry_id)
                                WHERE dataset_version_id <> ALL (found)
                                ORDER BY array_position(alike, dataset_version_id) LIMIT 8);

        RETURN QUERY
        SELECT own.id, false, comparable.asset_id, comparable.provider_id, comparable.dataset_version_id,
               comparable.name, comparable.registration_id
        FROM overlap_comparable(found, own.asset_id, own.registry_id) AS comparable;
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION overlap_candidates, overlap_comparable FROM PUBLIC;
GRANT EXECUTE ON FUNCTION overlap_candidates TO pdx_app;

-- Why an officer has accepted an application that overlaps strongly with what was there; never shown to the applicant.
CREATE TABLE overlap_explanation (
    registration_id uuid        NOT NULL REFERENCES registration (id),
    registry_id     uuid        NOT NULL REFERENCES party (id),
    -- What it overlapped with then: [{assetId, score}].
    overlapping     jsonb       NOT NULL,
    reason          text        NOT NULL,
    explained_by    uuid        NOT NULL REFERENCES person (id),
    explained_at    timestamptz NOT NULL,
    CONSTRAINT overlap_explanation_pkey PRIMARY KEY (registration_id, explained_at),
    CONSTRAINT overlap_explanation_reason_length CHECK (char_length(reason) BETWEEN 1 AND 2000)
);
CREATE TRIGGER overlap_explanation_append_only BEFORE UPDATE OR DELETE ON overlap_explanation
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE overlap_explanation ENABLE ROW LEVEL SECURITY;
ALTER TABLE overlap_explanation FORCE ROW LEVEL SECURITY;
CREATE POLICY overlap_explanation_read ON overlap_explanation FOR SELECT TO pdx_app
    USING (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER', 'REVIEWER'))
           OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY overlap_explanation_give ON overlap_explanation FOR INSERT TO pdx_app
    WITH CHECK (registry_id = (SELECT app_party()) AND (SELECT app_has_role('REGISTRY_OFFICER')));
GRANT SELECT, INSERT ON overlap_explanation TO pdx_app;
