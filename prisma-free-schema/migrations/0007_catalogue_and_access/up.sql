SET LOCAL ROLE pdx_owner;

-- A declared question over a registered asset and its only possible answers: named fields, or one conclusion.
CREATE TABLE product (
    id                 uuid        NOT NULL,
    asset_id           uuid        NOT NULL REFERENCES asset (id),
    dataset_version_id uuid        NOT NULL REFERENCES dataset_version (id),
    provider_id        uuid        NOT NULL REFERENCES party (id),
    zone_code          text        NOT NULL REFERENCES zone (code),
    kind               text        NOT NULL,
    name               text        NOT NULL,
    description        text        NOT NULL,
    -- FIELD_QUERY: the columns that may be asked, by name.
    fields             text[],
    -- CONCLUSION: {"rules":[{"when":[{"column","operator","value"}],"conclude"}],"otherwise"}, first match wins.
    conclusion         jsonb,
    -- Each answer needs the live consent of the person it is about (PIPL Art. 23, 29).
    demands_consent    boolean     NOT NULL,
    -- What the gateway runs, made by product_compile from the declaration above and by nothing else.
    answer_query       text,
    state              text        NOT NULL,
    declared_by        uuid        NOT NULL REFERENCES person (id),
    declared_at        timestamptz NOT NULL,
    CONSTRAINT product_pkey PRIMARY KEY (id),
    CONSTRAINT product_kind_known CHECK (kind IN ('FIELD_QUERY', 'CONCLUSION')),
    CONSTRAINT product_state_known CHECK (state IN ('DRAFT', 'LISTED', 'DELISTED')),
    CONSTRAINT product_name_length CHECK (char_length(name) BETWEEN 1 AND 40),
    CONSTRAINT product_description_length CHECK (char_length(description) <= 400),
    CONSTRAINT product_answers_one_way CHECK
        ((kind = 'FIELD_QUERY') = (fields IS NOT NULL) AND (kind = 'CONCLUSION') = (conclusion IS NOT NULL)),
    CONSTRAINT product_fields_bounded CHECK (cardinality(fields) BETWEEN 1 AND 50),
    CONSTRAINT product_listed_is_compiled CHECK (state = 'DRAFT' OR answer_query IS NOT NULL)
);
CREATE INDEX product_by_asset ON product (asset_id);
CREATE INDEX product_by_provider ON product (provider_id, id);
CREATE INDEX product_by_state ON product (state, id);
CREATE INDEX product_by_zone ON product (zone_code, state, id);

-- A product offered at a price. Terms never change: a new price is a new listing.
CREATE TABLE listing (
    id              uuid          NOT NULL,
    product_id      uuid          NOT NULL REFERENCES product (id),
    provider_id     uuid          NOT NULL REFERENCES party (id),
    operator_id     uuid          NOT NULL REFERENCES party (id),
    platform_id     uuid          NOT NULL REFERENCES party (id),
    -- Currency units per answered invocation: a rate, rounded once at the statement line.
    price_per_call  numeric(20, 10) NOT NULL,
    currency        text          NOT NULL,
    -- Only the proportions matter.
    provider_weight integer       NOT NULL,
    operator_weight integer       NOT NULL,
    platform_weight integer       NOT NULL,
    state           text          NOT NULL,
    listed_by       uuid          NOT NULL REFERENCES person (id),
    listed_at       timestamptz   NOT NULL,
    delisted_at     timestamptz,
    CONSTRAINT listing_pkey PRIMARY KEY (id),
    CONSTRAINT listing_price_not_negative CHECK (price_per_call >= 0),
    CONSTRAINT listing_currency_known CHECK (currency IN ('CNY')),
    CONSTRAINT listing_weights_not_negative CHECK (provider_weight >= 0 AND operator_weight >= 0 AND platform_weight >= 0),
    CONSTRAINT listing_weights_some CHECK (provider_weight + operator_weight + platform_weight > 0),
    CONSTRAINT listing_state_known CHECK (state IN ('LISTED', 'DELISTED'))
);
CREATE UNIQUE INDEX listing_one_live_per_product ON listing (product_id) WHERE state = 'LISTED';

-- Somebody asks to use a listed product for one purpose; somebody else decides.
CREATE TABLE access_request (
    id              uuid        NOT NULL,
    listing_id      uuid        NOT NULL REFERENCES listing (id),
    product_id      uuid        NOT NULL REFERENCES product (id),
    provider_id     uuid        NOT NULL REFERENCES party (id),
    consumer_id     uuid        NOT NULL REFERENCES party (id),
    purpose         text        NOT NULL,
    justification   text        NOT NULL,
    -- Null: all fields of the product, or its conclusion.
    fields          text[],
    quota           bigint      NOT NULL,
    valid_until     timestamptz NOT NULL,
    state           text        NOT NULL,
    requested_by    uuid        NOT NULL REFERENCES person (id),
    requested_at    timestamptz NOT NULL,
    reviewed_by     uuid        REFERENCES person (id),
    reviewer_party_id uuid      REFERENCES party (id),
    reviewed_at     timestamptz,
    reason          text,
    CONSTRAINT access_request_pkey PRIMARY KEY (id),
    CONSTRAINT access_request_purpose_known CHECK (purpose IN
        ('LOAN_ORIGINATION', 'LOAN_DISBURSEMENT', 'LOAN_MONITORING', 'UNDERWRITING', 'CLAIMS', 'MEDICAL_CARE', 'RESEARCH')),
    CONSTRAINT access_request_quota_positive CHECK (quota BETWEEN 1 AND 1000000000000),
    CONSTRAINT access_request_state_known CHECK (state IN ('SUBMITTED', 'APPROVED', 'REJECTED')),
    CONSTRAINT access_request_reviewer_is_someone_else CHECK
        (reviewed_by <> requested_by AND reviewer_party_id <> consumer_id),
    CONSTRAINT access_request_reviewed_when_decided CHECK
        ((state = 'SUBMITTED') = (reviewed_at IS NULL) AND (reviewed_at IS NULL) = (reviewed_by IS NULL)
         AND (reviewed_by IS NULL) = (reviewer_party_id IS NULL))
);
CREATE INDEX access_request_by_consumer ON access_request (consumer_id, id);
CREATE INDEX access_request_by_provider ON access_request (provider_id, id);

-- A consumer's bounded right to call one product. The row's lock guards quota and idempotency of its invocations.
CREATE TABLE usage_grant (
    id                uuid        NOT NULL,
    access_request_id uuid        NOT NULL REFERENCES access_request (id),
    listing_id        uuid        NOT NULL REFERENCES listing (id),
    product_id        uuid        NOT NULL REFERENCES product (id),
    provider_id       uuid        NOT NULL REFERENCES party (id),
    consumer_id       uuid        NOT NULL REFERENCES party (id),
    purpose           text        NOT NULL,
    fields            text[],
    demands_consent   boolean     NOT NULL,
    price_per_call    numeric(20, 10) NOT NULL,
    quota             bigint      NOT NULL,
    remaining         bigint      NOT NULL,
    valid_from        timestamptz NOT NULL,
    -- Exclusive.
    expires_at        timestamptz NOT NULL,
    is_frozen         boolean     NOT NULL DEFAULT false,
    CONSTRAINT usage_grant_pkey PRIMARY KEY (id),
    CONSTRAINT usage_grant_request_unique UNIQUE (access_request_id),
    CONSTRAINT usage_grant_quota_positive CHECK (quota > 0),
    CONSTRAINT usage_grant_quota_not_overdrawn CHECK (remaining BETWEEN 0 AND quota),
    CONSTRAINT usage_grant_expires_later CHECK (expires_at > valid_from)
) WITH (fillfactor = 50);
CREATE INDEX usage_grant_by_consumer ON usage_grant (consumer_id, id);
CREATE INDEX usage_grant_by_provider ON usage_grant (provider_id, id);

-- One person's separate consent to one product, one recipient and one purpose.
CREATE TABLE consent (
    id                uuid        NOT NULL,
    product_id        uuid        NOT NULL REFERENCES product (id),
    recipient_id      uuid        NOT NULL REFERENCES party (id),
    purpose           text        NOT NULL,
    subject_key       bytea       NOT NULL,
    -- SHA-256 of the signed form where a consent desk records it; null where the person acts.
    evidence_digest   bytea,
    recorded_by_party uuid        NOT NULL REFERENCES party (id),
    recorded_by       uuid        NOT NULL REFERENCES person (id),
    given_at          timestamptz NOT NULL,
    withdrawn_at      timestamptz,
    CONSTRAINT consent_pkey PRIMARY KEY (id),
    CONSTRAINT consent_recorder_is_not_recipient CHECK (recorded_by_party <> recipient_id),
    CONSTRAINT consent_evidence_is_sha256 CHECK (octet_length(evidence_digest) = 32),
    CONSTRAINT consent_withdrawn_later CHECK (withdrawn_at >= given_at)
);
CREATE UNIQUE INDEX consent_one_live ON consent (product_id, recipient_id, purpose, subject_key) WHERE withdrawn_at IS NULL;
CREATE INDEX consent_by_subject ON consent (subject_key, id);
CREATE INDEX consent_by_recorder ON consent (recorded_by_party, id);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['product', 'listing', 'access_request', 'usage_grant', 'consent'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    END LOOP;
END
$$;

-- Drafts are their makers'; what is or was listed is public.
CREATE POLICY product_read ON product FOR SELECT TO pdx_app, pdx_owner
    USING (state <> 'DRAFT' OR provider_id = (SELECT app_party()) OR (SELECT app_has_role('OPERATOR', 'REGULATOR', 'SYSTEM')));
CREATE POLICY product_declare ON product FOR INSERT TO pdx_app
    WITH CHECK (state = 'DRAFT' AND provider_id = (SELECT app_party()));
CREATE POLICY product_list ON product FOR UPDATE TO pdx_app
    USING (provider_id = (SELECT app_party()) OR (SELECT app_has_role('OPERATOR')));
CREATE POLICY product_compile ON product FOR UPDATE TO pdx_owner USING (provider_id = (SELECT app_party()));
CREATE POLICY product_gateway ON product FOR SELECT TO pdx_gateway USING (true);
GRANT SELECT, INSERT, UPDATE (state) ON product TO pdx_app;
GRANT SELECT ON product TO pdx_gateway;
-- The compiled query is not the application's to write.
REVOKE INSERT ON product FROM pdx_app;
GRANT INSERT (id, asset_id, dataset_version_id, provider_id, zone_code, kind, name, description, fields, conclusion,
              demands_consent, state, declared_by, declared_at) ON product TO pdx_app;

CREATE POLICY listing_read ON listing FOR SELECT TO pdx_app USING (true);
CREATE POLICY listing_list ON listing FOR INSERT TO pdx_app
    WITH CHECK (operator_id = (SELECT app_party()) AND (SELECT app_has_role('OPERATOR')));
CREATE POLICY listing_delist ON listing FOR UPDATE TO pdx_app
    USING (operator_id = (SELECT app_party()) AND (SELECT app_has_role('OPERATOR')));
GRANT SELECT, INSERT, UPDATE (state, delisted_at) ON listing TO pdx_app;

CREATE POLICY access_request_read ON access_request FOR SELECT TO pdx_app
    USING (consumer_id = (SELECT app_party()) OR provider_id = (SELECT app_party())
           OR (SELECT app_has_role('OPERATOR', 'REGULATOR', 'SYSTEM')));
CREATE POLICY access_request_ask ON access_request FOR INSERT TO pdx_app
    WITH CHECK (consumer_id = (SELECT app_party()));
CREATE POLICY access_request_review ON access_request FOR UPDATE TO pdx_app
    USING (provider_id = (SELECT app_party()) OR (SELECT app_has_role('OPERATOR')));
GRANT SELECT, INSERT, UPDATE (state, reviewed_by, reviewer_party_id, reviewed_at, reason) ON access_request TO pdx_app;

CREATE POLICY usage_grant_read ON usage_grant FOR SELECT TO pdx_app
    USING (consumer_id = (SELECT app_party()) OR provider_id = (SELECT app_party())
           OR (SELECT app_has_role('OPERATOR', 'REGULATOR', 'SYSTEM')));
CREATE POLICY usage_grant_make ON usage_grant FOR INSERT TO pdx_app
    WITH CHECK (provider_id = (SELECT app_party()) OR (SELECT app_has_role('OPERATOR')));
CREATE POLICY usage_grant_freeze ON usage_grant FOR UPDATE TO pdx_app
    USING ((SELECT app_has_role('OPERATOR', 'REGULATOR')));
CREATE POLICY usage_grant_gateway ON usage_grant TO pdx_gateway USING (true);
GRANT SELECT, INSERT, UPDATE (is_frozen) ON usage_grant TO pdx_app;
GRANT SELECT, UPDATE (remaining) ON usage_grant TO pdx_gateway;

CREATE POLICY consent_read ON consent FOR SELECT TO pdx_app
    USING (recipient_id = (SELECT app_party()) OR recorded_by_party = (SELECT app_party())
           OR subject_key = (SELECT subject_key FROM party WHERE id = app_party())
           OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY consent_record ON consent FOR INSERT TO pdx_app
    WITH CHECK (recorded_by_party = (SELECT app_party())
                AND ((SELECT app_has_role('OPERATOR')) AND evidence_digest IS NOT NULL
                     OR subject_key = (SELECT subject_key FROM party WHERE id = app_party())));
CREATE POLICY consent_withdraw ON consent FOR UPDATE TO pdx_app
    USING (recorded_by_party = (SELECT app_party())
           OR subject_key = (SELECT subject_key FROM party WHERE id = app_party()));
CREATE POLICY consent_gateway ON consent FOR SELECT TO pdx_gateway USING (true);
GRANT SELECT, INSERT, UPDATE (withdrawn_at) ON consent TO pdx_app;
GRANT SELECT ON consent TO pdx_gateway;

-- Turns the declaration of an own draft product into the query that answers it, from whitelisted parts only.
CREATE FUNCTION product_compile(p_product uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    declared   product%ROWTYPE;
    answer     text;
    rule       jsonb;
    part       jsonb;
    col        record;
    predicate  text;
    conditions text[];
    sql_type   text;
    operator   text;
BEGIN
    SELECT * INTO declared FROM product WHERE id = p_product AND state = 'DRAFT' AND provider_id = app_party();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not an own draft product' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF declared.kind = 'FIELD_QUERY' THEN
        SELECT string_agg(format('%L, %s', c.name, CASE c.type
                   -- Text keeps every digit that a JSON number may lose.
                   WHEN 'DECIMAL' THEN format('c%s::text', c.position)
                   ELSE format('c%s', c.position) END), ', ' ORDER BY f.n)
        INTO answer
        FROM unnest(declared.fields) WITH ORDINALITY AS f (name, n)
        JOIN dataset_column c ON c.dataset_version_id = declared.dataset_version_id AND c.name = f.name;
        answer := 'jsonb_build_object(' || answer || ')';
        IF (SELECT count(*) FROM dataset_column c WHERE c.dataset_version_id = declared.dataset_version_id
            AND c.name = ANY (declared.fields)) <> cardinality(declared.fields) THEN
            RAISE EXCEPTION 'a field is not a column'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'product_field_is_a_column';
        END IF;
    ELSE
        answer := '';
        FOR rule IN SELECT * FROM jsonb_array_elements(declared.conclusion -> 'rules') LOOP
            conditions := '{}';
            FOR part IN SELECT * FROM jsonb_array_elements(rule -> 'when') LOOP
                SELECT c.position, c.type INTO col FROM dataset_column c
                WHERE c.dataset_version_id = declared.dataset_version_id AND c.name = part ->> 'column';
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'a condition names no column'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'product_condition_names_a_column';
                END IF;
                sql_type := CASE col.type WHEN 'INTEGER' THEN 'bigint' WHEN 'DECIMAL' THEN 'numeric'
                                          WHEN 'DATE' THEN 'date' WHEN 'BOOLEAN' THEN 'boolean' ELSE 'text' END;
                operator := CASE part ->> 'operator' WHEN 'EQ' THEN '=' WHEN 'NE' THEN '<>' WHEN 'LT' THEN '<'
                                 WHEN 'LE' THEN '<=' WHEN 'GT' THEN '>' WHEN 'GE' THEN '>=' END;
                IF part ->> 'operator' = 'IS_NULL' THEN
                    predicate := format('c%s IS NULL', col.position);
                ELSIF operator IS NULL OR part ->> 'value' IS NULL THEN
                    RAISE EXCEPTION 'an unknown operator or no value'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'product_condition_is_known';
                ELSE
                    -- A value that is not of the column's type fails here, not at a customer's call.
                    EXECUTE format('SELECT %L::%s', part ->> 'value', sql_type);
                    predicate := format('c%s %s %L::%s', col.position, operator, part ->> 'value', sql_type);
                END IF;
                conditions := conditions || predicate;
            END LOOP;
            answer := answer || format(' WHEN %s THEN %L', array_to_string(conditions, ' AND '), rule ->> 'conclude');
        END LOOP;
        answer := format('jsonb_build_object(''conclusion'', CASE%s ELSE %L END)', answer, declared.conclusion ->> 'otherwise');
    END IF;
    UPDATE product SET answer_query = format('SELECT subject_key, %s FROM dataset_row.%I WHERE subject_key = ANY ($1)',
                                             answer, dataset_table_name(declared.dataset_version_id))
    WHERE id = p_product;
END
$$;
REVOKE ALL ON FUNCTION product_compile(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION product_compile(uuid) TO pdx_app;
