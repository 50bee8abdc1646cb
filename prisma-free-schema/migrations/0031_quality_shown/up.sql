SET LOCAL ROLE pdx_owner;

-- How many values of a personal column were written in each named format when they were loaded: {"RESIDENT_ID": 12}, what
-- is left out is 0. Only pseudonyms are kept of them, so nobody can count it later. Null: not personal, or loaded before.
ALTER TABLE dataset_column ADD COLUMN format_counts jsonb;
GRANT UPDATE (format_counts) ON dataset_column TO pdx_app;

-- Counted while the rows were loaded and not among those that are stored: the failing ones cannot be told.
ALTER TABLE quality_result ADD COLUMN is_counted_at_load boolean NOT NULL DEFAULT false;

-- On how many rules each of the six groups rests; 0: it was not measured. A score alone hides it.
ALTER TABLE quality_report ADD COLUMN measured_rules jsonb;
ALTER TABLE quality_report DISABLE TRIGGER quality_report_append_only;
UPDATE quality_report SET measured_rules = (
    SELECT jsonb_object_agg(name, (SELECT count(*) FROM quality_result JOIN quality_rule ON quality_rule.id = rule_id
                                   WHERE report_id = quality_report.id AND quality_group = name AND considered > 0))
    FROM unnest(ARRAY['NORMATIVITY', 'COMPLETENESS', 'ACCURACY', 'CONSISTENCY', 'TIMELINESS', 'ACCESSIBILITY']) AS name);
ALTER TABLE quality_report ENABLE TRIGGER quality_report_append_only;
ALTER TABLE quality_report ALTER COLUMN measured_rules SET NOT NULL;

-- Whoever sees what is or was offered over a version also sees how good it was found: the report as it is signed, what
-- each rule has found, and the rules. Not the rows: those stay the provider's.
CREATE INDEX product_by_dataset_version ON product (dataset_version_id);
CREATE INDEX quality_result_by_rule ON quality_result (rule_id);
CREATE POLICY quality_report_offered ON quality_report FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM product WHERE product.dataset_version_id = quality_report.dataset_version_id));
CREATE POLICY quality_result_offered ON quality_result FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM quality_report WHERE id = report_id));
CREATE POLICY quality_rule_offered ON quality_rule FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM quality_result WHERE rule_id = quality_rule.id));

-- Measures a version by all rules that its dataset has, and keeps what was found as results of `p_report`, which the
-- caller makes in the same transaction. All rules that look at rows one by one take one pass together.
CREATE OR REPLACE FUNCTION quality_measure(p_report uuid, p_version uuid, p_now timestamptz, p_today date) RETURNS SETOF quality_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET datestyle = 'ISO' AS $$
#variable_conflict use_column
DECLARE
    measured   dataset_version%ROWTYPE;
    rule       quality_rule;
    made       quality_conditions;
    row_rules  uuid[] := '{}';
    row_faults text[] := '{}';
    counts     text[] := '{}';
    tallies    bigint[];
    at_load    boolean;
    a          bigint;
    b          bigint;
    newest     date;
    col        dataset_column;
BEGIN
    SELECT * INTO measured FROM dataset_version WHERE id = p_version AND state = 'CONFIRMED' AND provider_id = app_party();
    IF measured.id IS NULL THEN
        RAISE EXCEPTION 'not an own, confirmed dataset version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR rule IN SELECT * FROM quality_rule WHERE dataset_id = measured.dataset_id AND retired_at IS NULL ORDER BY id LOOP
        made := NULL;
        newest := NULL;
        at_load := false;
        SELECT * INTO col FROM dataset_column WHERE dataset_version_id = p_version AND name = rule.columns[1];
        -- Of a personal column the load has counted what was written in each named format, before it kept pseudonyms.
        IF rule.kind = 'FORMAT' AND col.is_personal AND col.format_counts IS NOT NULL AND rule.parameters ? 'format' THEN
            at_load := true;
            a := coalesce((col.format_counts ->> (rule.parameters ->> 'format'))::bigint, 0);
            b := measured.row_count - col.nulls;
        ELSIF rule.kind IN ('NOT_NULL', 'FORMAT', 'RANGE', 'CODE_LIST', 'CROSS_COLUMN') THEN
            made := quality_conditions_of(rule, p_version, NULL);
            row_rules := row_rules || rule.id;
            row_faults := array_append(row_faults, made.fault);
            counts := counts || format('count(*) FILTER (WHERE %s)', made.considered)
                             || format('count(*) FILTER (WHERE (%s) AND (%s))', made.considered, made.conforms);
            CONTINUE;
        ELSIF rule.kind IN ('UNIQUE', 'REFERENCE') THEN
            made := quality_conditions_of(rule, p_version, NULL);
            EXECUTE format('SELECT count(*) FILTER (WHERE %1$s), count(*) FILTER (WHERE (%1$s) AND (%2$s)) FROM %3$s',
                           made.considered, made.conforms, made.source) INTO b, a;
        ELSIF rule.kind = 'FRESHNESS' THEN
            IF cardinality(rule.columns) = 0 THEN
                newest := (measured.loaded_at AT TIME ZONE 'Asia/Shanghai')::date;
            ELSIF col.name IS NULL THEN
                made.fault := 'COLUMN_MISSING';
            ELSIF col.is_personal THEN
                made.fault := 'COLUMN_PERSONAL';
            ELSE
                -- A day that is still to come, such as a slip of the pen, makes nothing fresh.
                EXECUTE format('SELECT max(day) FROM (SELECT %s AS day FROM dataset_row.%I AS t) AS days WHERE day <= $1',
                               quality_cell(col, 'DATE'), dataset_table_name(p_version)) INTO newest USING p_today;
            END IF;
            made.fault := coalesce(made.fault, CASE WHEN newest IS NULL THEN 'NO_DATE' END);
            -- What cannot be looked at is neither fresh nor stale.
            b := (made.fault IS DISTINCT FROM 'COLUMN_PERSONAL')::integer;
            a := coalesce((newest + CASE rule.parameters ->> 'period' WHEN 'DAILY' THEN interval '1 day' WHEN 'WEEKLY' THEN interval '7 days'
                           WHEN 'MONTHLY' THEN interval '1 month' WHEN 'YEARLY' THEN interval '1 year' END)::date >= p_today, false)::integer;
        ELSE
            -- Of the calls that somebody was entitled to make in the last 90 days, those that found a row to answer from.
            SELECT count(*) INTO a
            FROM product JOIN usage_record AS used ON used.product_id = product.id
            WHERE product.dataset_version_id = p_version AND used.occurred_at > p_now - interval '90 days';
            SELECT a + count(*) INTO b
            FROM product JOIN usage_grant AS g ON g.product_id = product.id
            JOIN audit_entry AS entry ON entry.subject_id = g.id
            WHERE product.dataset_version_id = p_version AND entry.action = 'INVOKE' AND entry.outcome = 'REFUSED'
                  AND entry.occurred_at > p_now - interval '90 days'
                  AND convert_from(entry.leaf, 'UTF8')::jsonb ->> 'code' = 'SUBJECT_NOT_FOUND';
        END IF;
        INSERT INTO quality_result VALUES (p_report, rule.id, measured.provider_id, a, b, made.fault, made.reference_version_id, newest, at_load);
    END LOOP;
    IF cardinality(row_rules) > 0 THEN
        EXECUTE format('SELECT ARRAY[%s]::bigint[] FROM dataset_row.%I AS t', array_to_string(counts, ', '),
                       dataset_table_name(p_version)) INTO tallies;
        INSERT INTO quality_result
        SELECT p_report, r.id, measured.provider_id, tallies[2 * r.n], tallies[2 * r.n - 1], r.fault
        FROM unnest(row_rules, row_faults) WITH ORDINALITY AS r (id, fault, n);
    END IF;
    RETURN QUERY SELECT * FROM quality_result WHERE report_id = p_report;
END
$$;
