SET LOCAL ROLE pdx_owner;

-- What a provider says that its data keep: rules of a closed set of kinds, of a dataset and not of one version, so that
-- versions can be compared. No expression of anybody's is ever run: the conditions are made below, from these parts.
CREATE TABLE quality_rule (
    id                uuid        NOT NULL,
    dataset_id        uuid        NOT NULL REFERENCES dataset (id),
    provider_id       uuid        NOT NULL REFERENCES party (id),
    -- Of GB/T 36344-2018.
    quality_group     text        NOT NULL,
    kind              text        NOT NULL,
    -- By name: a version may have them in other places.
    columns           text[]      NOT NULL,
    parameters        jsonb       NOT NULL,
    -- SHA-256 of group, kind, columns and parameters: a rule that is there twice would count twice.
    definition_sha256 bytea       NOT NULL,
    -- What was declared together.
    declaration_id    uuid        NOT NULL,
    declared_by       uuid        NOT NULL REFERENCES person (id),
    declared_at       timestamptz NOT NULL,
    retired_by        uuid        REFERENCES person (id),
    retired_at        timestamptz,
    CONSTRAINT quality_rule_pkey PRIMARY KEY (id),
    CONSTRAINT quality_rule_group_known CHECK (quality_group IN
        ('NORMATIVITY', 'COMPLETENESS', 'ACCURACY', 'CONSISTENCY', 'TIMELINESS', 'ACCESSIBILITY')),
    CONSTRAINT quality_rule_kind_known CHECK (kind IN
        ('NOT_NULL', 'FORMAT', 'RANGE', 'CODE_LIST', 'UNIQUE', 'CROSS_COLUMN', 'REFERENCE', 'FRESHNESS', 'ANSWERED_CALLS')),
    CONSTRAINT quality_rule_columns_bounded CHECK (cardinality(columns) <= 50),
    CONSTRAINT quality_rule_definition_is_sha256 CHECK (octet_length(definition_sha256) = 32),
    CONSTRAINT quality_rule_retired_by_somebody CHECK ((retired_at IS NULL) = (retired_by IS NULL)),
    CONSTRAINT quality_rule_retired_later CHECK (retired_at >= declared_at)
);
CREATE UNIQUE INDEX quality_rule_one_of_a_kind ON quality_rule (dataset_id, definition_sha256) WHERE retired_at IS NULL;
CREATE INDEX quality_rule_by_dataset ON quality_rule (dataset_id, id);
CREATE INDEX quality_rule_by_declaration ON quality_rule (declaration_id);

CREATE FUNCTION reject_rewritten_quality_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.retired_at IS NOT NULL
       OR to_jsonb(NEW) - ARRAY['retired_at', 'retired_by'] <> to_jsonb(OLD) - ARRAY['retired_at', 'retired_by'] THEN
        RAISE EXCEPTION 'a quality rule is retired once and else never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER quality_rule_frozen BEFORE UPDATE OR DELETE ON quality_rule
    FOR EACH ROW EXECUTE FUNCTION reject_rewritten_quality_rule();

-- What the rules said of one version at one instant, signed. It never changes; a later measurement is another report.
CREATE TABLE quality_report (
    id                 uuid        NOT NULL,
    dataset_id         uuid        NOT NULL REFERENCES dataset (id),
    dataset_version_id uuid        NOT NULL REFERENCES dataset_version (id),
    provider_id        uuid        NOT NULL REFERENCES party (id),
    -- {"NORMATIVITY":"0.98",…}: the mean of its rules' rates, rounded down; only groups that were measured.
    group_scores       jsonb       NOT NULL,
    -- The mean of those; null: nothing was measured.
    score              numeric(7, 6),
    -- Canonical JSON: the exact text that is signed.
    document           text        NOT NULL,
    key_id             text        NOT NULL,
    signature          bytea       NOT NULL,
    measured_by        uuid        NOT NULL REFERENCES person (id),
    measured_at        timestamptz NOT NULL,
    CONSTRAINT quality_report_pkey PRIMARY KEY (id),
    CONSTRAINT quality_report_score_is_a_rate CHECK (score BETWEEN 0 AND 1),
    CONSTRAINT quality_report_signature_is_ed25519 CHECK (octet_length(signature) = 64)
);
CREATE INDEX quality_report_by_dataset ON quality_report (dataset_id, id);
CREATE INDEX quality_report_by_version ON quality_report (dataset_version_id, id);

-- What one rule has found. Written by quality_measure alone: the application cannot type a result in.
CREATE TABLE quality_result (
    report_id            uuid   NOT NULL REFERENCES quality_report (id) DEFERRABLE INITIALLY DEFERRED,
    rule_id              uuid   NOT NULL REFERENCES quality_rule (id),
    provider_id          uuid   NOT NULL REFERENCES party (id),
    -- GB/T 36344: X = A/B. B: what was looked at; A: what of it conforms. B = 0: there was nothing to measure.
    conforming           bigint NOT NULL,
    considered           bigint NOT NULL,
    -- Why the rule could not be applied as declared.
    fault                text,
    -- REFERENCE: the version that the values were looked up in.
    reference_version_id uuid   REFERENCES dataset_version (id),
    -- FRESHNESS: the newest day that was found.
    newest_on            date,
    CONSTRAINT quality_result_pkey PRIMARY KEY (report_id, rule_id),
    CONSTRAINT quality_result_is_a_rate CHECK (conforming BETWEEN 0 AND considered),
    CONSTRAINT quality_result_fault_known CHECK (fault IN
        ('COLUMN_MISSING', 'COLUMN_PERSONAL', 'REFERENCE_MISSING', 'NO_DATE'))
);
CREATE TRIGGER quality_report_append_only BEFORE UPDATE OR DELETE ON quality_report
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER quality_result_append_only BEFORE UPDATE OR DELETE ON quality_result
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();

-- 数据分级 of a dataset version, proposed by one person and decided on by another. The newest confirmed one counts; the
-- others are its history.
CREATE TABLE classification (
    id                 uuid        NOT NULL,
    dataset_id         uuid        NOT NULL REFERENCES dataset (id),
    dataset_version_id uuid        NOT NULL REFERENCES dataset_version (id),
    provider_id        uuid        NOT NULL REFERENCES party (id),
    level              text        NOT NULL,
    -- [{"column","level","proposed","ground"}]: as the rules and as the person have it, and why.
    columns            jsonb       NOT NULL,
    reason             text        NOT NULL,
    state              text        NOT NULL,
    proposed_by        uuid        NOT NULL REFERENCES person (id),
    proposed_at        timestamptz NOT NULL,
    decided_by         uuid        REFERENCES person (id),
    decided_at         timestamptz,
    decision_reason    text,
    CONSTRAINT classification_pkey PRIMARY KEY (id),
    CONSTRAINT classification_level_known CHECK (level IN
        ('GENERAL_1', 'GENERAL_2', 'GENERAL_3', 'GENERAL_4', 'IMPORTANT', 'CORE')),
    CONSTRAINT classification_state_known CHECK (state IN ('PROPOSED', 'CONFIRMED', 'REJECTED')),
    CONSTRAINT classification_reason_length CHECK (char_length(reason) <= 2000),
    CONSTRAINT classification_decided_when CHECK
        ((state = 'PROPOSED') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT classification_decided_by_another CHECK (decided_by <> proposed_by),
    CONSTRAINT classification_rejected_for_reason CHECK (state <> 'REJECTED' OR decision_reason IS NOT NULL)
);
CREATE UNIQUE INDEX classification_one_open ON classification (dataset_version_id) WHERE state = 'PROPOSED';
CREATE INDEX classification_by_dataset ON classification (dataset_id, id);
CREATE INDEX classification_confirmed ON classification (dataset_version_id, decided_at DESC, id DESC) WHERE state = 'CONFIRMED';

CREATE FUNCTION classification_rank(level text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_position(ARRAY['GENERAL_1', 'GENERAL_2', 'GENERAL_3', 'GENERAL_4', 'IMPORTANT', 'CORE'], level)
$$;

CREATE FUNCTION reject_rewritten_classification() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['state', 'decided_by', 'decided_at', 'decision_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'PROPOSED' OR to_jsonb(NEW) - decision <> to_jsonb(OLD) - decision THEN
        RAISE EXCEPTION 'a classification is decided on once and else never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER classification_frozen BEFORE UPDATE OR DELETE ON classification
    FOR EACH ROW EXECUTE FUNCTION reject_rewritten_classification();

-- 就高从严: the whole is never below the highest of its parts.
CREATE FUNCTION reject_level_below_its_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM jsonb_array_elements(NEW.columns) AS part
               WHERE classification_rank(part ->> 'level') > classification_rank(NEW.level)) THEN
        RAISE EXCEPTION 'a level below one of its columns'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'classification_highest_wins';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER classification_highest_wins BEFORE INSERT ON classification
    FOR EACH ROW EXECUTE FUNCTION reject_level_below_its_columns();

-- Whether a product may be offered over data of a level. Core data are not traded (after Shenzhen's rule); of important
-- data no raw value leaves (原始数据不出域、可用不可见), so a conclusion only; of general data of grade 4 fields leave with
-- the consent of the person only (ours).
CREATE FUNCTION level_allows_product(level text, kind text, demands_consent boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE level WHEN 'CORE' THEN false WHEN 'IMPORTANT' THEN kind = 'CONCLUSION'
                      WHEN 'GENERAL_4' THEN kind = 'CONCLUSION' OR demands_consent ELSE true END
$$;

-- Products that a level forbids are neither offered nor answered from then on.
CREATE FUNCTION end_products(products uuid[], at timestamptz) RETURNS void LANGUAGE sql AS $$
    UPDATE listing SET state = 'DELISTED', delisted_at = at WHERE product_id = ANY (products) AND state = 'LISTED';
    UPDATE product SET state = 'DELISTED' WHERE id = ANY (products) AND state = 'LISTED';
    UPDATE usage_grant SET expires_at = greatest(at, valid_from + interval '1 microsecond')
    WHERE product_id = ANY (products) AND expires_at > at;
$$;
CREATE FUNCTION classification_takes_effect() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM end_products(ARRAY(SELECT id FROM product WHERE dataset_version_id = NEW.dataset_version_id
                               AND NOT level_allows_product(NEW.level, kind, demands_consent)), NEW.decided_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER classification_takes_effect AFTER UPDATE OF state ON classification
    FOR EACH ROW WHEN (NEW.state = 'CONFIRMED') EXECUTE FUNCTION classification_takes_effect();
-- A product that goes over to another version has the same columns there. Until somebody has classified that version it
-- is offered as it was; what its level forbids ends with the coding.
CREATE FUNCTION product_meets_level() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    confirmed text;
BEGIN
    -- Whoever is confirming a level of the version is waited for, or finds the product there.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('classification ' || NEW.dataset_version_id, 0));
    SELECT level INTO confirmed FROM classification WHERE dataset_version_id = NEW.dataset_version_id AND state = 'CONFIRMED'
    ORDER BY decided_at DESC, id DESC LIMIT 1;
    IF NOT level_allows_product(confirmed, NEW.kind, NEW.demands_consent) THEN
        PERFORM end_products(ARRAY[NEW.id], coalesce(nullif(current_setting('app.command_at', true), '')::timestamptz, now()));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER product_meets_level AFTER UPDATE OF dataset_version_id ON product
    FOR EACH ROW WHEN (NEW.dataset_version_id <> OLD.dataset_version_id) EXECUTE FUNCTION product_meets_level();
-- Only functions of this schema run as pdx_owner.
CREATE POLICY listing_levels ON listing TO pdx_owner USING (true);
CREATE POLICY usage_grant_levels ON usage_grant FOR UPDATE TO pdx_owner USING (true);
CREATE POLICY usage_record_quality ON usage_record FOR SELECT TO pdx_owner USING (true);
CREATE POLICY audit_entry_quality ON audit_entry FOR SELECT TO pdx_owner USING (action = 'INVOKE');

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['quality_rule', 'quality_report', 'quality_result', 'classification'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        -- As of datasets.
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT TO pdx_app USING (provider_id = (SELECT app_party())
            OR (SELECT app_has_role('OPERATOR', 'REGISTRY_OFFICER', 'REVIEWER', 'APPRAISER', 'REGULATOR', 'SYSTEM')))$p$,
            t || '_read', t);
        EXECUTE format('CREATE POLICY %I ON %I TO pdx_owner USING (true)', t || '_functions', t);
    END LOOP;
END
$$;
CREATE POLICY quality_rule_declare ON quality_rule FOR INSERT TO pdx_app
    WITH CHECK (EXISTS (SELECT FROM dataset WHERE id = dataset_id AND dataset.provider_id = quality_rule.provider_id
                        AND dataset.provider_id = (SELECT app_party())));
CREATE POLICY quality_rule_retire ON quality_rule FOR UPDATE TO pdx_app USING (provider_id = (SELECT app_party()));
GRANT SELECT, INSERT, UPDATE (retired_by, retired_at) ON quality_rule TO pdx_app;
CREATE POLICY quality_report_make ON quality_report FOR INSERT TO pdx_app
    WITH CHECK (EXISTS (SELECT FROM dataset_version AS v WHERE v.id = dataset_version_id AND v.dataset_id = quality_report.dataset_id
                        AND v.state = 'CONFIRMED' AND v.provider_id = quality_report.provider_id
                        AND v.provider_id = (SELECT app_party())));
GRANT SELECT, INSERT ON quality_report TO pdx_app;
GRANT SELECT ON quality_result TO pdx_app;
CREATE POLICY classification_propose ON classification FOR INSERT TO pdx_app
    WITH CHECK (state = 'PROPOSED' AND (SELECT app_has_role('DATA_SPECIALIST'))
                AND EXISTS (SELECT FROM dataset_version AS v WHERE v.id = dataset_version_id AND v.dataset_id = classification.dataset_id
                            AND v.state = 'CONFIRMED' AND v.provider_id = classification.provider_id
                            AND v.provider_id = (SELECT app_party())));
CREATE POLICY classification_decide ON classification FOR UPDATE TO pdx_app
    USING (provider_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE')));
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, decision_reason) ON classification TO pdx_app;

-- A text as a number or a day, or null; never an error.
CREATE FUNCTION quality_number(value text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^-?(0|[1-9][0-9]{0,30})([.][0-9]{1,20})?$' THEN value::numeric END
$$;
CREATE FUNCTION quality_day(value text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' AND substr(value, 1, 4) <> '0000'
                     AND substr(value, 9, 2)::integer <= CASE substr(value, 6, 2)
                         WHEN '02' THEN CASE WHEN substr(value, 1, 4)::integer % 4 = 0 AND substr(value, 1, 4)::integer % 100 <> 0
                                                  OR substr(value, 1, 4)::integer % 400 = 0 THEN 29 ELSE 28 END
                         WHEN '04' THEN 30 WHEN '06' THEN 30 WHEN '09' THEN 30 WHEN '11' THEN 30 ELSE 31 END
           THEN make_date(substr(value, 1, 4)::integer, substr(value, 6, 2)::integer, substr(value, 9, 2)::integer) END
$$;

-- GB 32100-2015: 18 characters of 31, the last of them checks the others.
CREATE FUNCTION is_uscc(code text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$' AND (
        SELECT sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, w.n::integer, 1)) - 1) * w.weight)
        FROM unnest(ARRAY[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1]) WITH ORDINALITY AS w (weight, n)
    ) % 31 = 0
$$;
-- GB 11643-1999: division, day of birth, serial; the last character checks the others, X counts for ten.
CREATE FUNCTION is_resident_id(code text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT code ~ '^[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9X]$'
           AND quality_day(substr(code, 7, 4) || '-' || substr(code, 11, 2) || '-' || substr(code, 13, 2)) IS NOT NULL AND (
        SELECT sum((strpos('0123456789X', substr(code, w.n::integer, 1)) - 1) * w.weight)
        FROM unnest(ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1]) WITH ORDINALITY AS w (weight, n)
    ) % 11 = 1
$$;

-- The regular expression of a pattern, [{"charset","min","max"} | {"literal"}]: anchored, without alternatives and
-- references, its repetitions bounded. Whatever else is in it matches nothing.
CREATE FUNCTION quality_pattern(parts jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '^' || coalesce(string_agg(CASE
               WHEN part ? 'literal' THEN regexp_replace(part ->> 'literal', '([][!-/:-@\\^_`{|}~])', '\\\1', 'g')
               ELSE coalesce(CASE part ->> 'charset' WHEN 'DIGIT' THEN '[0-9]' WHEN 'UPPER' THEN '[A-Z]' WHEN 'LOWER' THEN '[a-z]'
                        WHEN 'LETTER' THEN '[A-Za-z]' WHEN 'ALPHANUMERIC' THEN '[0-9A-Za-z]' WHEN 'HEX' THEN '[0-9A-Fa-f]'
                        WHEN 'HAN' THEN '[㐀-䶿一-鿿]' WHEN 'ANY' THEN '.' END
                    || format('{%s,%s}', least((part ->> 'min')::integer, 100), least((part ->> 'max')::integer, 100)), '(?=a)b')
           END, '' ORDER BY n), '(?=a)b') || '$'
    FROM jsonb_array_elements(parts) WITH ORDINALITY AS p (part, n)
$$;

-- The place of a column of a version in its table, as an SQL expression of a type that values can be compared in.
CREATE FUNCTION quality_cell(col dataset_column, compared_as text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE compared_as
        WHEN 'NUMBER' THEN CASE col.type WHEN 'INTEGER' THEN format('t.c%s::numeric', col.position)
            WHEN 'DECIMAL' THEN format('t.c%s', col.position)
            WHEN 'TEXT' THEN format('quality_number(t.c%s)', col.position) ELSE 'NULL::numeric' END
        WHEN 'DATE' THEN CASE col.type WHEN 'DATE' THEN format('t.c%s', col.position)
            WHEN 'TEXT' THEN format('quality_day(t.c%s)', col.position) ELSE 'NULL::date' END
        ELSE format('t.c%s::text COLLATE "C"', col.position) END
$$;

CREATE TYPE quality_conditions AS (
    -- What to select from, as t; and which of its rows count, and which of these conform. None of them can raise an error.
    source text, considered text, conforms text,
    fault text, reference_version_id uuid
);

-- A rule over the rows of a version, as SQL: for counting and for finding the rows that fail, so that the two agree.
-- Column names never reach SQL, only positions do; values go through quote_literal.
CREATE FUNCTION quality_conditions_of(p_rule quality_rule, p_version uuid, p_reference uuid) RETURNS quality_conditions
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
        made.conforms := format($e$%1$s IS NOT NULL AND btrim(%1$s::text, E' \t　') <> '' AND %1$s::text <> ALL (%2$L::text[])$e$,
            cell, ARRAY(SELECT jsonb_array_elements_text(par -> 'missing')));
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
        made.conforms := format('%s::text = ANY (%L::text[])', cell, ARRAY(SELECT jsonb_array_elements_text(par -> 'codes')));
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

-- Measures a version by all rules that its dataset has, and keeps what was found as results of `p_report`, which the
-- caller makes in the same transaction. All rules that look at rows one by one take one pass together.
CREATE FUNCTION quality_measure(p_report uuid, p_version uuid, p_now timestamptz, p_today date) RETURNS SETOF quality_result
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
        IF rule.kind IN ('NOT_NULL', 'FORMAT', 'RANGE', 'CODE_LIST', 'CROSS_COLUMN') THEN
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
            -- A day that is still to come, such as a slip of the pen, makes nothing fresh.
            IF cardinality(rule.columns) = 0 THEN
                newest := (measured.loaded_at AT TIME ZONE 'Asia/Shanghai')::date;
            ELSE
                SELECT * INTO col FROM dataset_column WHERE dataset_version_id = p_version AND name = rule.columns[1];
                IF FOUND THEN
                    EXECUTE format('SELECT max(day) FROM (SELECT %s AS day FROM dataset_row.%I AS t) AS days WHERE day <= $1',
                                   quality_cell(col, 'DATE'), dataset_table_name(p_version)) INTO newest USING p_today;
                END IF;
            END IF;
            made.fault := CASE WHEN newest IS NULL THEN 'NO_DATE' END;
            b := 1;
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
        INSERT INTO quality_result VALUES (p_report, rule.id, measured.provider_id, a, b, made.fault, made.reference_version_id, newest);
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

-- The rows behind `p_after` that a rule has found failing, with what its columns hold, for the provider. Never a
-- personal value, not even its pseudonym.
CREATE FUNCTION quality_failing_rows(p_report uuid, p_rule uuid, p_after bigint, p_limit integer)
RETURNS TABLE (row_number bigint, cells jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET datestyle = 'ISO' AS $$
#variable_conflict use_column
DECLARE
    version   uuid;
    reference uuid;
    rule      quality_rule;
    made      quality_conditions;
    shown     text;
BEGIN
    SELECT report.dataset_version_id, result.reference_version_id INTO version, reference
    FROM quality_report AS report JOIN quality_result AS result ON result.report_id = report.id
    WHERE report.id = p_report AND result.rule_id = p_rule AND report.provider_id = app_party()
          AND app_has_role('DATA_SPECIALIST', 'CHIEF_DATA_REPRESENTATIVE');
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO rule FROM quality_rule WHERE id = p_rule;
    IF rule.kind IN ('FRESHNESS', 'ANSWERED_CALLS') OR rule.kind = 'REFERENCE' AND reference IS NULL THEN
        RETURN;
    END IF;
    made := quality_conditions_of(rule, version, reference);
    SELECT coalesce(string_agg(CASE WHEN c.is_personal
                THEN format('jsonb_build_object(''column'', %L, ''value'', NULL, ''isHidden'', true)', c.name)
                ELSE format('jsonb_build_object(''column'', %L, ''value'', t.c%s::text, ''isHidden'', false)', c.name, c.position) END,
                ', ' ORDER BY named.n), '')
    INTO shown
    FROM unnest(rule.columns) WITH ORDINALITY AS named (name, n)
    JOIN dataset_column AS c ON c.dataset_version_id = version AND c.name = named.name;
    RETURN QUERY EXECUTE format('SELECT t.row_number, jsonb_build_array(%s) FROM %s WHERE (%s) AND NOT (%s) AND t.row_number > $1 ORDER BY t.row_number LIMIT $2',
                                shown, made.source, made.considered, made.conforms) USING p_after, p_limit;
END
$$;
REVOKE EXECUTE ON FUNCTION quality_conditions_of, quality_measure, quality_failing_rows, quality_cell, quality_pattern,
    classification_takes_effect, product_meets_level, end_products FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quality_measure, quality_failing_rows TO pdx_app;
