SET LOCAL ROLE pdx_owner;

-- Usage up to here is closed: a later record of an earlier instant is booked at this one.
CREATE TABLE metering_state (
    id           boolean     NOT NULL DEFAULT true,
    closed_until timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT metering_state_pkey PRIMARY KEY (id),
    CONSTRAINT metering_state_is_one CHECK (id)
);
INSERT INTO metering_state DEFAULT VALUES;
GRANT SELECT, UPDATE (closed_until) ON metering_state TO pdx_app;
GRANT SELECT ON metering_state TO pdx_gateway;

-- One row per answered invocation, for ever and without personal data. (grant, client id) is the idempotency key.
CREATE TABLE usage_record (
    usage_grant_id uuid        NOT NULL REFERENCES usage_grant (id),
    client_id      text        NOT NULL,
    consumer_id    uuid        NOT NULL,
    provider_id    uuid        NOT NULL,
    product_id     uuid        NOT NULL,
    listing_id     uuid        NOT NULL,
    price_per_call numeric(20, 10) NOT NULL,
    request_hash   bytea       NOT NULL,
    answer_digest  bytea       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    CONSTRAINT usage_record_pkey PRIMARY KEY (usage_grant_id, client_id)
);
CREATE INDEX usage_record_by_time ON usage_record (occurred_at);
CREATE INDEX usage_record_by_consumer ON usage_record (consumer_id, occurred_at);
CREATE INDEX usage_record_by_provider ON usage_record (provider_id, occurred_at);
CREATE TRIGGER usage_record_append_only BEFORE UPDATE OR DELETE ON usage_record
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE usage_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_record FORCE ROW LEVEL SECURITY;
CREATE POLICY usage_record_read ON usage_record FOR SELECT TO pdx_app
    USING (consumer_id = (SELECT app_party()) OR provider_id = (SELECT app_party())
           OR (SELECT app_has_role('OPERATOR', 'REGULATOR', 'SYSTEM')));
CREATE POLICY usage_record_gateway ON usage_record TO pdx_gateway USING (true);
GRANT SELECT ON usage_record TO pdx_app;
GRANT SELECT, INSERT ON usage_record TO pdx_gateway;

-- The exact bytes that were answered, for the repetition of a call. It may be emptied; the usage record stays.
CREATE TABLE delivered_answer (
    usage_grant_id uuid        NOT NULL,
    client_id      text        NOT NULL,
    answer         text        NOT NULL,
    CONSTRAINT delivered_answer_pkey PRIMARY KEY (usage_grant_id, client_id)
);
ALTER TABLE delivered_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivered_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY delivered_answer_gateway ON delivered_answer TO pdx_gateway USING (true);
GRANT SELECT, INSERT ON delivered_answer TO pdx_gateway;

-- Decides and answers a group of invocations in one call; each item on its own, as if it were alone.
--
-- Item n: consumer p_consumers[n] calls grant p_grants[n]; it must be that grant's consumer, whoever else is in the
-- group. Outcomes: DONE, REPLAYED (same client id and content: the first answer again), REFUSED with a reason, AGAIN
-- (decide it in the next group). A refusal is a row, never an exception. p_fields[n] is a JSON array of field names,
-- or null for all that the grant allows.
CREATE FUNCTION invoke_group(
    p_grants uuid[], p_consumers uuid[], p_clients text[], p_hashes bytea[], p_subjects bytea[], p_purposes text[],
    p_fields text[], p_actors uuid[], p_requests text[], p_now timestamptz
) RETURNS TABLE (n integer, outcome text, reason text, answer text, answer_digest bytea, occurred_at timestamptz, remaining bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    asked           record;
    found_products  uuid[] := '{}';
    found_subjects  bytea[] := '{}';
    found_answers   jsonb[] := '{}';
    subjects_part   bytea[];
    answers_part    jsonb[];
    booked_at       timestamptz;
BEGIN
    -- Sorted, so that two groups never wait for each other in a circle. The lock covers quota and idempotency.
    PERFORM 1 FROM usage_grant WHERE id = ANY (p_grants) ORDER BY id FOR NO KEY UPDATE;
    -- Closing a month waits for this lock before it counts, so a record cannot slip into a closed month.
    LOCK TABLE usage_record IN ROW EXCLUSIVE MODE;
    SELECT greatest(p_now, closed_until) INTO booked_at FROM metering_state;

    FOR asked IN
        SELECT product.id, product.answer_query, array_agg(DISTINCT item.subject) AS subjects
        FROM unnest(p_grants, p_consumers, p_subjects) AS item (grant_id, consumer, subject)
        JOIN usage_grant g ON g.id = item.grant_id AND g.consumer_id = item.consumer
        JOIN product ON product.id = g.product_id
        GROUP BY product.id, product.answer_query
    LOOP
        EXECUTE 'SELECT array_agg(subject_key), array_agg(answer) FROM (' || asked.answer_query || ') AS row (subject_key, answer)'
        INTO subjects_part, answers_part USING asked.subjects;
        IF subjects_part IS NOT NULL THEN
            found_products := found_products || array_fill(asked.id, ARRAY[cardinality(subjects_part)]);
            found_subjects := found_subjects || subjects_part;
            found_answers := found_answers || answers_part;
        END IF;
    END LOOP;

    RETURN QUERY
    WITH item AS (
        SELECT i.*, first_value(i.n) OVER same AS leader
        FROM unnest(p_grants, p_consumers, p_clients, p_hashes, p_subjects, p_purposes, p_fields, p_actors, p_requests)
             WITH ORDINALITY AS i (grant_id, consumer, client, hash, subject, purpose, fields, actor, request, n)
        WINDOW same AS (PARTITION BY i.grant_id, i.consumer, i.client ORDER BY i.n)
    ), looked AS (
        SELECT item.*, g.id AS known_grant, g.provider_id, g.product_id, g.listing_id, g.price_per_call, g.remaining AS had,
               used.request_hash AS used_hash, used.answer_digest AS used_digest, used.occurred_at AS used_at,
               found.answer AS whole_answer,
               CASE
                   WHEN g.id IS NULL THEN 'USAGE_GRANT_NOT_FOUND'
                   WHEN used.request_hash = item.hash THEN 'REPLAYED'
                   WHEN used.request_hash IS NOT NULL THEN 'CLIENT_ID_REUSED'
                   WHEN g.is_frozen THEN 'USAGE_GRANT_FROZEN'
                   WHEN p_now < g.valid_from THEN 'USAGE_GRANT_NOT_YET_VALID'
                   WHEN p_now >= g.expires_at THEN 'USAGE_GRANT_EXPIRED'
                   WHEN item.purpose <> g.purpose THEN 'PURPOSE_NOT_GRANTED'
                   WHEN item.fields IS NOT NULL AND NOT EXISTS (
                        SELECT FROM jsonb_array_elements_text(item.fields::jsonb)) THEN 'FIELD_NOT_GRANTED'
                   WHEN item.fields IS NOT NULL AND EXISTS (
                        SELECT FROM jsonb_array_elements_text(item.fields::jsonb) AS f (name)
                        WHERE g.fields IS NULL OR f.name <> ALL (g.fields)) THEN 'FIELD_NOT_GRANTED'
                   WHEN g.demands_consent AND NOT EXISTS (
                        SELECT FROM consent c WHERE c.product_id = g.product_id AND c.recipient_id = g.consumer_id
                        AND c.purpose = g.purpose AND c.subject_key = item.subject AND c.withdrawn_at IS NULL)
                        THEN 'CONSENT_MISSING'
                   WHEN found.answer IS NULL THEN 'SUBJECT_NOT_FOUND'
               END AS verdict
        FROM item
        LEFT JOIN usage_grant g ON g.id = item.grant_id AND g.consumer_id = item.consumer
        LEFT JOIN LATERAL (SELECT u.request_hash, u.answer_digest, u.occurred_at FROM usage_record u
                           WHERE u.usage_grant_id = g.id AND u.client_id = item.client LIMIT 1) AS used ON true
        LEFT JOIN LATERAL (SELECT f.answer FROM unnest(found_products, found_subjects, found_answers)
                                AS f (product_id, subject_key, answer)
                           WHERE f.product_id = g.product_id AND f.subject_key = item.subject LIMIT 1) AS found ON true
    ), ranked AS (
        -- Only leaders without a verdict compete for the quota, in the order of the group. Every call costs one.
        SELECT looked.*, CASE WHEN verdict IS NULL AND leader = looked.n
               THEN row_number() OVER (PARTITION BY known_grant, verdict IS NULL AND leader = looked.n ORDER BY looked.n) END AS place
        FROM looked
    ), settled AS (
        SELECT ranked.*, CASE WHEN place > had THEN 'USAGE_QUOTA_EXCEEDED' WHEN place IS NOT NULL THEN 'DONE' ELSE verdict END AS ruling
        FROM ranked
    ), final AS (
        SELECT me.*,
               CASE WHEN me.leader = me.n THEN me.ruling
                    -- The log of an earlier group, or the lack of a grant, says it without the leader.
                    WHEN me.used_hash IS NOT NULL OR me.known_grant IS NULL THEN me.verdict
                    WHEN lead.ruling = 'DONE' THEN CASE WHEN me.hash = lead.hash THEN 'REPLAYED' ELSE 'CLIENT_ID_REUSED' END
                    WHEN me.hash = lead.hash THEN lead.ruling
                    ELSE 'AGAIN' END AS decision,
               CASE WHEN me.ruling = 'DONE' OR me.used_hash IS NULL AND lead.ruling = 'DONE' THEN
                    (SELECT CASE WHEN lead.fields IS NULL THEN
                                CASE WHEN g.fields IS NULL THEN lead.whole_answer
                                     ELSE (SELECT jsonb_object_agg(f, lead.whole_answer -> f) FROM unnest(g.fields) AS f) END
                            ELSE (SELECT jsonb_object_agg(f, lead.whole_answer -> f)
                                  FROM jsonb_array_elements_text(lead.fields::jsonb) AS f) END
                     FROM usage_grant g WHERE g.id = me.known_grant)::text END AS fresh_answer
        FROM settled me JOIN settled lead ON lead.n = me.leader
    ), spent AS (
        UPDATE usage_grant g SET remaining = g.remaining - done.calls
        FROM (SELECT known_grant, count(*) AS calls FROM final WHERE decision = 'DONE' GROUP BY known_grant) AS done
        WHERE g.id = done.known_grant
        RETURNING g.id, g.remaining
    ), recorded AS (
        INSERT INTO usage_record (usage_grant_id, client_id, consumer_id, provider_id, product_id, listing_id,
                                  price_per_call, request_hash, answer_digest, occurred_at)
        SELECT known_grant, client, consumer, provider_id, product_id, listing_id, price_per_call, hash,
               sha256(convert_to(fresh_answer, 'UTF8')), booked_at
        FROM final WHERE decision = 'DONE'
    ), kept AS (
        INSERT INTO delivered_answer (usage_grant_id, client_id, answer)
        SELECT known_grant, client, fresh_answer FROM final WHERE decision = 'DONE'
    ), noted AS (
        INSERT INTO audit_outbox (occurred_at, action, outcome, code, actor_party_id, actor_id, subject_id, request_id, body)
        SELECT p_now, 'INVOKE', CASE WHEN decision IN ('DONE', 'REPLAYED') THEN decision ELSE 'REFUSED' END,
               CASE WHEN decision NOT IN ('DONE', 'REPLAYED') THEN decision END,
               consumer, actor, grant_id, request,
               jsonb_build_object('clientId', client, 'requestHash', encode(hash, 'hex'))
               || CASE WHEN decision = 'DONE'
                       THEN jsonb_build_object('answerDigest', encode(sha256(convert_to(fresh_answer, 'UTF8')), 'hex'))
                       ELSE '{}' END
        FROM final WHERE decision <> 'AGAIN' ORDER BY final.n
    )
    SELECT final.n::integer,
           CASE WHEN decision IN ('DONE', 'REPLAYED', 'AGAIN') THEN decision ELSE 'REFUSED' END,
           CASE WHEN decision NOT IN ('DONE', 'REPLAYED', 'AGAIN') THEN decision END,
           CASE WHEN decision = 'DONE' OR decision = 'REPLAYED' AND used_hash IS NULL THEN fresh_answer
                WHEN decision = 'REPLAYED' THEN
                    (SELECT d.answer FROM delivered_answer d WHERE d.usage_grant_id = known_grant AND d.client_id = client) END,
           CASE WHEN decision = 'REPLAYED' AND used_hash IS NOT NULL THEN used_digest
                WHEN decision IN ('DONE', 'REPLAYED') THEN sha256(convert_to(fresh_answer, 'UTF8')) END,
           CASE WHEN decision = 'REPLAYED' AND used_hash IS NOT NULL THEN used_at
                WHEN decision IN ('DONE', 'REPLAYED') THEN booked_at END,
           coalesce(spent.remaining, had)
    FROM final LEFT JOIN spent ON spent.id = final.known_grant
    ORDER BY final.n;
END
$$;
ALTER FUNCTION invoke_group(uuid[], uuid[], text[], bytea[], bytea[], text[], text[], uuid[], text[], timestamptz)
    OWNER TO pdx_gateway;
RESET ROLE;
REVOKE ALL ON FUNCTION invoke_group(uuid[], uuid[], text[], bytea[], bytea[], text[], text[], uuid[], text[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invoke_group(uuid[], uuid[], text[], bytea[], bytea[], text[], text[], uuid[], text[], timestamptz) TO pdx_app;
REVOKE CREATE ON SCHEMA public FROM pdx_gateway;
