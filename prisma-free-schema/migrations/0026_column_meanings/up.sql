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
