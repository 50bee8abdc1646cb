SET LOCAL ROLE pdx_owner;

-- How the file held its table.
ALTER TABLE dataset_version ADD COLUMN file_format text NOT NULL DEFAULT 'CSV';
ALTER TABLE dataset_version ADD CONSTRAINT dataset_version_file_format_known
    CHECK (file_format IN ('CSV', 'TSV', 'JSON_LINES', 'PARQUET'));

-- What the values of a column are, beside the type they are stored as: as it was proposed, with the share of values
-- that are so, and as the provider has it. A version that was loaded before there were meanings has none.
ALTER TABLE dataset_column
    ADD COLUMN meaning          text,
    ADD COLUMN proposed_meaning text,
    ADD COLUMN proposed_share   numeric,
    ADD COLUMN mean             numeric,
    -- Of texts, in characters.
    ADD COLUMN shortest         integer,
    ADD COLUMN longest          integer,
    -- Of codes and truth values, the most frequent first: [{value, rows}].
    ADD COLUMN frequent_values  jsonb NOT NULL DEFAULT '[]',
    ADD CONSTRAINT dataset_column_meaning_known CHECK (meaning IN (
        'RESIDENT_ID', 'USCC', 'MOBILE_PHONE', 'DATE', 'REGION_CODE', 'AMOUNT', 'CODE', 'QUANTITY', 'FREE_TEXT')),
    ADD CONSTRAINT dataset_column_proposal_known CHECK (proposed_meaning IN (
        'RESIDENT_ID', 'USCC', 'MOBILE_PHONE', 'DATE', 'REGION_CODE', 'AMOUNT', 'CODE', 'QUANTITY', 'FREE_TEXT')),
    ADD CONSTRAINT dataset_column_proposal_has_share CHECK ((proposed_meaning IS NULL) = (proposed_share IS NULL)),
    ADD CONSTRAINT dataset_column_share_bounded CHECK (proposed_share BETWEEN 0 AND 1),
    -- Whoever says that a column is no personal one also says that it holds no resident ids.
    ADD CONSTRAINT dataset_column_resident_id_is_personal CHECK (meaning <> 'RESIDENT_ID' OR is_personal),
    ADD CONSTRAINT dataset_column_personal_shows_no_value CHECK (NOT is_personal OR num_nonnulls(
        minimum, maximum, mean, shortest, longest) = 0 AND frequent_values = '[]');
GRANT UPDATE (meaning, mean, shortest, longest, frequent_values) ON dataset_column TO pdx_app;

-- How many different values these columns of an own version have that is being loaded. What has few of them is counted
-- on the way in, so these have many: hashing is faster than the sorting of count(DISTINCT).
DROP FUNCTION dataset_profile(uuid);
CREATE FUNCTION dataset_distinct_values(p_version uuid, p_positions integer[])
RETURNS TABLE (column_position integer, distinct_values bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    col integer;
BEGIN
    IF NOT EXISTS (SELECT FROM dataset_version
                   WHERE id = p_version AND state = 'LOADED' AND provider_id = app_party()) THEN
        RAISE EXCEPTION 'not an own, unconfirmed dataset version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH col IN ARRAY p_positions LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %1$s, count(*) FROM (SELECT DISTINCT c%1$s FROM dataset_row.%2$I WHERE c%1$s IS NOT NULL) AS value',
            col, dataset_table_name(p_version));
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION dataset_distinct_values(uuid, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dataset_distinct_values(uuid, integer[]) TO pdx_app;

-- What an own version holds otherwise than another one of its dataset, by subject: counts, and of each kind the first
-- `p_first` by their place in the file. Columns are compared that both have by name and store alike, numbers as numbers;
-- a column that has become personal holds pseudonyms of what it held, and is left out. Null: not such a pair.
CREATE FUNCTION dataset_data_differences(p_before uuid, p_after uuid, p_first integer)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_dataset  uuid;
    v_before   text := dataset_table_name(p_before);
    v_after    text := dataset_table_name(p_after);
    v_compared text[];
    v_is_other text;
    v_others   text;
    v_subject  text;
    v_counts   jsonb;
    v_found    jsonb;
BEGIN
    SELECT dataset_id INTO v_dataset FROM dataset_version WHERE id = p_after AND provider_id = app_party();
    IF v_dataset IS NULL OR p_before = p_after OR NOT EXISTS (
        SELECT FROM dataset_version WHERE id = p_before AND dataset_id = v_dataset AND provider_id = app_party()) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(name ORDER BY place), '{}'), coalesce(string_agg(is_other, ' OR ' ORDER BY place), 'false'),
           coalesce(string_agg(format('CASE WHEN %s THEN %L END', is_other, name), ', ' ORDER BY place), '')
    INTO v_compared, v_is_other, v_others
    FROM (SELECT o.name, n.position AS place,
                 CASE WHEN n.type = o.type THEN format('b.c%s IS DISTINCT FROM a.c%s', o.position, n.position)
                      WHEN n.type IN ('INTEGER', 'DECIMAL') AND o.type IN ('INTEGER', 'DECIMAL')
                      THEN format('b.c%s::numeric IS DISTINCT FROM a.c%s::numeric', o.position, n.position)
                      ELSE format('b.c%s::text IS DISTINCT FROM a.c%s::text', o.position, n.position) END AS is_other
          FROM dataset_column AS o JOIN dataset_column AS n ON n.name = o.name AND n.is_personal = o.is_personal
          WHERE o.dataset_version_id = p_before AND n.dataset_version_id = p_after) AS pair;
    -- The subject itself, unless it is a natural person or a mere number of a row.
    SELECT format('coalesce(a.c%s::text, b.c%s::text)', n.position, o.position) INTO v_subject
    FROM dataset_version AS v
    JOIN dataset_column AS n ON n.dataset_version_id = p_after AND n.name = v.subject_column AND NOT n.is_personal
    JOIN dataset_column AS o ON o.dataset_version_id = p_before AND o.name = v.subject_column AND NOT o.is_personal
    WHERE v.id = p_after;
    v_subject := coalesce(v_subject, 'NULL::text');
    EXECUTE format(
        'SELECT jsonb_build_object(''added'', count(*) FILTER (WHERE b.subject_key IS NULL),
                ''removed'', count(*) FILTER (WHERE a.subject_key IS NULL),
                ''changed'', count(*) FILTER (WHERE a.subject_key IS NOT NULL AND b.subject_key IS NOT NULL AND (%3$s)),
                ''inBoth'', count(*) FILTER (WHERE a.subject_key IS NOT NULL AND b.subject_key IS NOT NULL))
         FROM dataset_row.%1$I AS b FULL JOIN dataset_row.%2$I AS a USING (subject_key)',
        v_before, v_after, v_is_other) INTO v_counts;
    EXECUTE format(
        'SELECT coalesce(jsonb_agg(jsonb_build_object(''kind'', kind, ''subject'', subject, ''rowBefore'', row_before,
                                                      ''rowAfter'', row_after, ''columns'', columns)
                                   ORDER BY kind, coalesce(row_after, row_before)), ''[]'')
         FROM ((SELECT ''ADDED'' AS kind, %3$s AS subject, b.row_number AS row_before, a.row_number AS row_after,
                       ARRAY[]::text[] AS columns
                FROM dataset_row.%2$I AS a LEFT JOIN dataset_row.%1$I AS b USING (subject_key)
                WHERE b.subject_key IS NULL ORDER BY a.row_number LIMIT $1)
               UNION ALL
               (SELECT ''REMOVED'', %3$s, b.row_number, a.row_number, ARRAY[]::text[]
                FROM dataset_row.%1$I AS b LEFT JOIN dataset_row.%2$I AS a USING (subject_key)
                WHERE a.subject_key IS NULL ORDER BY b.row_number LIMIT $1)
               UNION ALL
               (SELECT ''CHANGED'', %3$s, b.row_number, a.row_number, array_remove(ARRAY[%5$s]::text[], NULL)
                FROM dataset_row.%1$I AS b JOIN dataset_row.%2$I AS a USING (subject_key)
                WHERE %4$s ORDER BY a.row_number LIMIT $1)) AS difference',
        v_before, v_after, v_subject, v_is_other, v_others) INTO v_found USING p_first;
    RETURN v_counts || jsonb_build_object('comparedColumns', v_compared, 'first', v_found);
END
$$;
REVOKE ALL ON FUNCTION dataset_data_differences(uuid, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dataset_data_differences(uuid, uuid, integer) TO pdx_app;

-- A file that comes in parts. What has come lies in the file store, by its place in the file, and outlives a restart.
CREATE TABLE partial_upload (
    id         uuid        NOT NULL,
    party_id   uuid        NOT NULL REFERENCES party (id),
    file_name  text        NOT NULL,
    byte_size  bigint      NOT NULL,
    begun_at   timestamptz NOT NULL,
    -- Null: not all of it has come.
    upload_id  uuid        REFERENCES upload (id),
    CONSTRAINT partial_upload_pkey PRIMARY KEY (id),
    CONSTRAINT partial_upload_size_positive CHECK (byte_size > 0)
);
ALTER TABLE partial_upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE partial_upload FORCE ROW LEVEL SECURITY;
CREATE POLICY partial_upload_own ON partial_upload TO pdx_app
    USING (party_id = (SELECT app_party())) WITH CHECK (party_id = (SELECT app_party()));
GRANT SELECT, INSERT, UPDATE (upload_id) ON partial_upload TO pdx_app;
