SET LOCAL ROLE pdx_owner;

-- What has happened, for those it concerns to be told. Written in the transaction it happened in, never changed.
CREATE TABLE event (
    id          uuid        NOT NULL,
    type        text        NOT NULL,
    subject_id  uuid        NOT NULL,
    occurred_at timestamptz NOT NULL,
    -- Canonical JSON, without personal data: it leaves the exchange.
    data        text        NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (id),
    CONSTRAINT event_type_shape CHECK (type ~ '^[a-z]+(-[a-z]+)*[.][a-z]+(-[a-z]+)*$'),
    CONSTRAINT event_data_small CHECK (length(data) <= 4000),
    CONSTRAINT event_data_is_object CHECK (jsonb_typeof(data::jsonb) = 'object')
);
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION reject_row_change();

-- An event in the inbox of one party.
CREATE TABLE notification (
    event_id uuid        NOT NULL REFERENCES event (id),
    party_id uuid        NOT NULL REFERENCES party (id),
    -- As the event has it, for the inbox's filter.
    type     text        NOT NULL,
    read_at  timestamptz,
    CONSTRAINT notification_pkey PRIMARY KEY (party_id, event_id)
);
CREATE INDEX notification_by_event ON notification (event_id);
CREATE INDEX notification_by_type ON notification (party_id, type, event_id);
CREATE INDEX notification_unread ON notification (party_id, event_id) WHERE read_at IS NULL;

-- Where a party wants its events sent.
CREATE TABLE webhook_endpoint (
    id                    uuid        NOT NULL,
    party_id              uuid        NOT NULL REFERENCES party (id),
    url                   text        NOT NULL,
    -- Exact types, `registration.*` for a group, or `*`.
    event_types           text[]      NOT NULL,
    state                 text        NOT NULL,
    -- Why it is disabled.
    disabled_for          text,
    -- Sealed with a key of the exchange that is not in the database. What is deleted has none.
    secret                bytea,
    -- What a rotation has replaced signs as well for a while.
    previous_secret       bytea,
    previous_secret_until timestamptz,
    registered_at         timestamptz NOT NULL,
    CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_endpoint_of_party UNIQUE (id, party_id),
    CONSTRAINT webhook_endpoint_url_shape CHECK (url ~ '^https?://' AND length(url) <= 2000),
    CONSTRAINT webhook_endpoint_wants_something CHECK (cardinality(event_types) BETWEEN 1 AND 50),
    CONSTRAINT webhook_endpoint_state_known CHECK (state IN ('ENABLED', 'DISABLED', 'DELETED')),
    CONSTRAINT webhook_endpoint_disabled_for_known CHECK (disabled_for IN ('PARTY', 'GONE', 'FAILING')),
    CONSTRAINT webhook_endpoint_disabled_for_something CHECK ((state = 'DISABLED') = (disabled_for IS NOT NULL)),
    CONSTRAINT webhook_endpoint_secret_ends CHECK ((state = 'DELETED') = (secret IS NULL)),
    CONSTRAINT webhook_endpoint_previous_secret_ends CHECK
        ((previous_secret IS NULL) = (previous_secret_until IS NULL) AND (secret IS NOT NULL OR previous_secret IS NULL))
);
CREATE INDEX webhook_endpoint_by_party ON webhook_endpoint (party_id, id) WHERE state <> 'DELETED';
CREATE INDEX webhook_endpoint_enabled ON webhook_endpoint (id) WHERE state = 'ENABLED';

-- An event on its way to one endpoint. Attempts go by exchange time; who is at it goes by real time, which never jumps.
CREATE TABLE webhook_delivery (
    id              uuid        NOT NULL,
    endpoint_id     uuid        NOT NULL,
    event_id        uuid        NOT NULL,
    party_id        uuid        NOT NULL,
    type            text        NOT NULL,
    state           text        NOT NULL,
    -- Attempts begun.
    attempts        integer     NOT NULL,
    -- When it is tried next.
    due_at          timestamptz NOT NULL,
    -- The attempt under way, and until when nobody else begins one; real time.
    lease_id        uuid,
    leased_until    timestamptz,
    last_attempt_at timestamptz,
    last_status     integer,
    last_fault      text,
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_delivery_once UNIQUE (endpoint_id, event_id),
    -- A party's endpoint is sent what the party was told, and nothing else.
    CONSTRAINT webhook_delivery_to_own_endpoint FOREIGN KEY (endpoint_id, party_id) REFERENCES webhook_endpoint (id, party_id),
    CONSTRAINT webhook_delivery_of_own_event FOREIGN KEY (party_id, event_id) REFERENCES notification (party_id, event_id),
    CONSTRAINT webhook_delivery_state_known CHECK (state IN ('PENDING', 'DELIVERED', 'FAILED')),
    CONSTRAINT webhook_delivery_fault_known CHECK (last_fault IN
        ('URL_REFUSED', 'ADDRESS_REFUSED', 'NOT_REACHED', 'TIMED_OUT', 'STATUS_REFUSED')),
    CONSTRAINT webhook_delivery_leased_while_pending CHECK
        ((lease_id IS NULL) = (leased_until IS NULL) AND (lease_id IS NULL OR state = 'PENDING'))
);
CREATE INDEX webhook_delivery_by_party ON webhook_delivery (party_id, event_id, id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE state = 'PENDING';
CREATE INDEX webhook_delivery_leased ON webhook_delivery (endpoint_id) WHERE lease_id IS NOT NULL;

ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
ALTER TABLE notification ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoint FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery FORCE ROW LEVEL SECURITY;

-- An inbox is its party's alone, whoever else oversees; the exchange sends, but reads no inbox.
CREATE POLICY notification_own ON notification FOR SELECT TO pdx_app USING (party_id = (SELECT app_party()));
CREATE POLICY notification_mark ON notification FOR UPDATE TO pdx_app USING (party_id = (SELECT app_party()));
CREATE POLICY notification_functions ON notification TO pdx_owner USING (true);
GRANT SELECT, UPDATE (read_at) ON notification TO pdx_app;
CREATE POLICY event_told ON event FOR SELECT TO pdx_app
    USING ((SELECT app_has_role('SYSTEM')) OR EXISTS (SELECT FROM notification WHERE event_id = event.id));
CREATE POLICY event_functions ON event TO pdx_owner USING (true);
GRANT SELECT ON event TO pdx_app;
CREATE POLICY webhook_endpoint_own ON webhook_endpoint TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')))
    WITH CHECK (party_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE POLICY webhook_endpoint_functions ON webhook_endpoint FOR SELECT TO pdx_owner USING (true);
GRANT SELECT, INSERT, UPDATE (state, disabled_for, secret, previous_secret, previous_secret_until) ON webhook_endpoint TO pdx_app;
CREATE POLICY webhook_delivery_own ON webhook_delivery FOR SELECT TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE POLICY webhook_delivery_send ON webhook_delivery FOR UPDATE TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('SYSTEM')));
CREATE POLICY webhook_delivery_functions ON webhook_delivery TO pdx_owner USING (true);
GRANT SELECT, UPDATE (state, attempts, due_at, lease_id, leased_until, last_attempt_at, last_status, last_fault)
    ON webhook_delivery TO pdx_app;

-- Whoever acts may tell others of it, but sees neither their inboxes nor their endpoints.
CREATE FUNCTION outbox_append(new_id uuid, new_type text, subject uuid, at timestamptz, body text, told uuid[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO event (id, type, subject_id, occurred_at, data) VALUES (new_id, new_type, subject, at, body);
    INSERT INTO notification (event_id, party_id, type)
    SELECT DISTINCT new_id, party, new_type FROM unnest(told) AS party;
    INSERT INTO webhook_delivery (id, endpoint_id, event_id, party_id, type, state, attempts, due_at)
    SELECT gen_random_uuid(), id, new_id, party_id, new_type, 'PENDING', 0, at
    FROM webhook_endpoint
    WHERE party_id = ANY (told) AND state = 'ENABLED'
      AND event_types && ARRAY[new_type, split_part(new_type, '.', 1) || '.*', '*'];
END
$$;
REVOKE EXECUTE ON FUNCTION outbox_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_append TO pdx_app;
