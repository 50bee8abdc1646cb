SET LOCAL ROLE pdx_owner;

-- A text that looks like a number, as files have numbers: with an exponent of a sign and two digits, too.
CREATE OR REPLACE FUNCTION quality_number(value text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^-?(0|[1-9][0-9]{0,30})([.][0-9]{1,20})?([eE][+-][0-9]{2})?$' THEN value::numeric END
$$;

-- Whether a column has one of some values, as an SQL expression. In a column of numbers they are compared as numbers, for
-- it is not kept how a number was written: 1 is 1.0, and a text that is no number is none of them.
CREATE FUNCTION quality_listed(col dataset_column, listed jsonb) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN col.type IN ('INTEGER', 'DECIMAL')
        THEN format('t.c%s = ANY (%L::numeric[])', col.position, ARRAY(
            SELECT number FROM jsonb_array_elements_text(listed) AS value, quality_number(value) AS number WHERE number IS NOT NULL))
        ELSE format('t.c%s::text = ANY (%L::text[])', col.position, ARRAY(SELECT jsonb_array_elements_text(listed))) END
$$;

-- A rule over the rows of a version, as SQL: for counting and for finding the rows that fail, so that the two agree.
-- Column names never reach SQL, only positions do; values go through quote_literal.
CREATE OR REPLACE FUNCTION quality_conditions_of(p_rule quality_rule, p_version uuid, p_reference uuid) RETURNS quality_conditions
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    made      quality_conditions;
    cols      dataset_column[];
    other     dataset_column;
    par       jsonb := p_rule.parameters;
    cell      text;
    looked_up text;
    as_type   text := par ->> 'comparedAs';
BEGIN
    made.source := format('dataset_row.%I AS t', dataset_table_name(p_version));
    made.considered := 'true';
    made.conforms := 'false';
    SELECT array_agg(c ORDER BY named.n) INTO cols
    FROM unnest(p_rule.columns) WITH ORDINALITY AS named (name, n)
    JOIN dataset_column AS c ON c.dataset_version_id = p_version AND c.name = named.name;
    -- What was promised of a column that is not there any more holds for no row.
    IF coalesce(cardinality(cols), 0) <> cardinality(p_rule.columns) OR cols IS NULL
       OR p_rule.kind = 'CROSS_COLUMN' AND cardinality(cols) <> 2 THEN
        made.fault := 'COLUMN_MISSING';
        RETURN made;
    END IF;
    -- Of a personal column only pseudonyms are there: they tell whether values are present and the same.
    IF (SELECT bool_or(c.is_personal) FROM unnest(cols) AS c) AND NOT (
           p_rule.kind = 'UNIQUE' OR p_rule.kind = 'NOT_NULL' AND par -> 'missing' = '[]'
           OR p_rule.kind = 'CROSS_COLUMN' AND par ->> 'comparison' IN ('EQ', 'NE') AND (SELECT bool_and(c.is_personal) FROM unnest(cols) AS c)
           OR p_rule.kind = 'REFERENCE') THEN
        made.fault := 'COLUMN_PERSONAL';
        made.considered := 'false';
        RETURN made;
    END IF;
    cell := format('t.c%s', cols[1].position);
    CASE p_rule.kind
    WHEN 'NOT_NULL' THEN
        made.conforms := format($e$%1$s IS NOT NULL AND btrim(%1$s::text, E' \t　') <> '' AND NOT (%2$s)$e$,
            cell, quality_listed(cols[1], par -> 'missing'));
    WHEN 'FORMAT' THEN
        made.considered := cell || ' IS NOT NULL';
        cell := cell || '::text';
        made.conforms := coalesce(CASE par ->> 'format'
            WHEN 'USCC' THEN format('is_uscc(%s)', cell)
            WHEN 'RESIDENT_ID' THEN format('is_resident_id(%s)', cell)
            WHEN 'MOBILE_PHONE' THEN format('%s ~ %L', cell, '^1[3-9][0-9]{9}$')
            WHEN 'POSTCODE' THEN format('%s ~ %L', cell, '^[0-9]{6}$')
            WHEN 'DIVISION_CODE' THEN format('%s ~ %L', cell, '^[1-9][0-9]{5}$')
            WHEN 'EMAIL' THEN format('%s ~ %L', cell, '^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}([.][A-Za-z0-9-]{1,63}){1,8}$')
            WHEN 'DATE' THEN format('quality_day(%s) IS NOT NULL', cell)
            WHEN 'COMPACT_DATE' THEN format('%1$s ~ %2$L AND quality_day(substr(%1$s, 1, 4) || %3$L || substr(%1$s, 5, 2) || %3$L || substr(%1$s, 7, 2)) IS NOT NULL',
                cell, '^[0-9]{8}$', '-')
            WHEN 'DATE_TIME' THEN format('%1$s ~ %2$L AND quality_day(substr(%1$s, 1, 10)) IS NOT NULL', cell,
                '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$')
            END, format('%s ~ %L', cell, quality_pattern(par -> 'pattern')), 'false');
    WHEN 'RANGE' THEN
        made.considered := cell || ' IS NOT NULL';
        cell := quality_cell(cols[1], as_type);
        -- A value that is no number or no day is in no range.
        made.conforms := format('%s IS NOT NULL%s%s', cell,
            CASE WHEN par ->> 'minimum' IS NOT NULL THEN format(' AND %s >= %s', cell, CASE as_type
                WHEN 'NUMBER' THEN format('%L::numeric', par ->> 'minimum') ELSE format('%L::date', par ->> 'minimum') END) END,
            CASE WHEN par ->> 'maximum' IS NOT NULL THEN format(' AND %s <= %s', cell, CASE as_type
                WHEN 'NUMBER' THEN format('%L::numeric', par ->> 'maximum') ELSE format('%L::date', par ->> 'maximum') END) END);
    WHEN 'CODE_LIST' THEN
        made.considered := cell || ' IS NOT NULL';
        made.conforms := quality_listed(cols[1], par -> 'codes');
    WHEN 'UNIQUE' THEN
        -- The first row that has a value conforms, every later one repeats it.
        SELECT format('num_nonnulls(%1$s) > 0', string_agg(format('t.c%s', c.position), ', ')),
               format('(SELECT t.*, row_number() OVER (PARTITION BY %1$s ORDER BY t.row_number) AS nth FROM %2$s WHERE num_nonnulls(%1$s) > 0) AS t',
                      string_agg(format('t.c%s', c.position), ', '), made.source)
        INTO made.considered, made.source FROM unnest(cols) AS c;
        made.conforms := 't.nth = 1';
    WHEN 'CROSS_COLUMN' THEN
        made.considered := format('%s IS NOT NULL AND t.c%s IS NOT NULL', cell, cols[2].position);
        made.conforms := coalesce(format('coalesce(%s ', quality_cell(cols[1], as_type))
            || CASE par ->> 'comparison' WHEN 'EQ' THEN '=' WHEN 'NE' THEN '<>' WHEN 'LT' THEN '<' WHEN 'LE' THEN '<='
                                         WHEN 'GT' THEN '>' WHEN 'GE' THEN '>=' END
            || format(' %s, false)', quality_cell(cols[2], as_type)), 'false');
    WHEN 'REFERENCE' THEN
        -- Of the provider's own only: else one could find out what others hold.
        SELECT v.id INTO made.reference_version_id FROM dataset_version AS v
        WHERE v.dataset_id = (par ->> 'datasetId')::uuid AND v.state = 'CONFIRMED' AND v.provider_id = p_rule.provider_id
              AND (p_reference IS NULL OR v.id = p_reference)
        ORDER BY v.number DESC LIMIT 1;
        SELECT * INTO other FROM dataset_column AS c
        WHERE c.dataset_version_id = made.reference_version_id AND c.name = par ->> 'column';
        IF NOT FOUND OR other.is_personal <> cols[1].is_personal THEN
            made.fault := 'REFERENCE_MISSING';
            made.considered := 'false';
            RETURN made;
        END IF;
        as_type := CASE WHEN cols[1].type IN ('INTEGER', 'DECIMAL') AND other.type IN ('INTEGER', 'DECIMAL') THEN 'NUMBER'
                        WHEN cols[1].type = 'DATE' AND other.type = 'DATE' THEN 'DATE' ELSE 'TEXT' END;
        looked_up := quality_cell(other, as_type);
        made.source := format('%s LEFT JOIN (SELECT DISTINCT %2$s AS value FROM dataset_row.%3$I AS t WHERE %2$s IS NOT NULL) AS known ON known.value = %4$s',
            made.source, looked_up, dataset_table_name(made.reference_version_id), quality_cell(cols[1], as_type));
        made.considered := cell || ' IS NOT NULL';
        made.conforms := 'known.value IS NOT NULL';
    END CASE;
    RETURN made;
END
$$;
REVOKE EXECUTE ON FUNCTION quality_listed FROM PUBLIC;
