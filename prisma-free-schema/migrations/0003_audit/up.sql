SET LOCAL ROLE pdx_owner;

-- What happened, written in the transaction it happened in. The sequencer moves rows from here into the tree.
CREATE TABLE audit_outbox (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    occurred_at    timestamptz NOT NULL,
    action         text        NOT NULL,
    outcome        text        NOT NULL,
    -- The refusal's code; null when the act was done.
    code           text,
    actor_party_id uuid,
    -- The person or the API key that acted.
    actor_id       uuid,
    subject_id     uuid,
    request_id     text,
    body           jsonb       NOT NULL DEFAULT '{}',
    CONSTRAINT audit_outbox_pkey PRIMARY KEY (id),
    CONSTRAINT audit_outbox_outcome_known CHECK (outcome IN ('DONE', 'REFUSED', 'REPLAYED')),
    CONSTRAINT audit_outbox_refusal_has_code CHECK ((outcome = 'REFUSED') = (code IS NOT NULL))
);
GRANT SELECT, INSERT ON audit_outbox TO pdx_app;
GRANT INSERT ON audit_outbox TO pdx_gateway;

-- The log: entry number `index` of the RFC 6962 tree, its exact bytes and their leaf hash.
CREATE TABLE audit_entry (
    index          bigint      NOT NULL,
    outbox_id      bigint      NOT NULL,
    leaf           bytea       NOT NULL,
    leaf_hash      bytea       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    action         text        NOT NULL,
    outcome        text        NOT NULL,
    actor_party_id uuid,
    subject_id     uuid,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (index),
    CONSTRAINT audit_entry_outbox_unique UNIQUE (outbox_id)
);
CREATE INDEX audit_entry_by_party ON audit_entry (actor_party_id, index);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject_id, index);

-- Hashes of the complete subtrees: node `index` of `level` covers 2^level entries. Level 0 are the leaf hashes.
CREATE TABLE audit_node (
    level smallint NOT NULL,
    index bigint   NOT NULL,
    hash  bytea    NOT NULL,
    CONSTRAINT audit_node_pkey PRIMARY KEY (level, index),
    CONSTRAINT audit_node_is_sha256 CHECK (octet_length(hash) = 32)
);

CREATE TABLE audit_state (
    id   boolean NOT NULL DEFAULT true,
    size bigint  NOT NULL DEFAULT 0,
    CONSTRAINT audit_state_pkey PRIMARY KEY (id),
    CONSTRAINT audit_state_is_one CHECK (id)
);
INSERT INTO audit_state DEFAULT VALUES;

-- Signed tree heads (C2SP tlog-checkpoint), kept for ever; the size never falls.
CREATE TABLE audit_checkpoint (
    size         bigint      NOT NULL,
    root_hash    bytea       NOT NULL,
    note         text        NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (size)
);

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER audit_node_append_only BEFORE UPDATE OR DELETE ON audit_node
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER audit_node_no_truncate BEFORE TRUNCATE ON audit_node EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER audit_outbox_no_update BEFORE UPDATE ON audit_outbox
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();

CREATE FUNCTION reject_smaller_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size < (SELECT coalesce(max(size), 0) FROM audit_checkpoint) THEN
        RAISE EXCEPTION 'a checkpoint never gets smaller'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_checkpoint_size_never_falls';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_checkpoint_size_never_falls BEFORE INSERT ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION reject_smaller_checkpoint();

-- Who sees an entry: the party that acted, and the regulator.
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_entry_read ON audit_entry FOR SELECT TO pdx_app
    USING (actor_party_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY audit_entry_append ON audit_entry FOR INSERT TO pdx_owner WITH CHECK (true);
ALTER TABLE audit_outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_outbox_append ON audit_outbox FOR INSERT TO pdx_app, pdx_gateway WITH CHECK (true);
CREATE POLICY audit_outbox_read ON audit_outbox FOR SELECT TO pdx_app USING ((SELECT app_has_role('SYSTEM')));
CREATE POLICY audit_outbox_move ON audit_outbox TO pdx_owner USING (true);

GRANT SELECT ON audit_entry, audit_node, audit_state, audit_checkpoint TO pdx_app;
GRANT INSERT ON audit_checkpoint TO pdx_app;

-- Locks the tree for the rest of the transaction and tells its size. Two sequencers wait for each other here.
CREATE FUNCTION audit_lock_tree() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT size FROM audit_state FOR UPDATE
$$;

-- Moves outbox rows into the log as entries p_first … in the order given. Refuses a gap or a row it does not know.
CREATE FUNCTION audit_append(
    p_first bigint, p_outbox_ids bigint[], p_leaves bytea[], p_leaf_hashes bytea[],
    p_node_levels smallint[], p_node_indices bigint[], p_node_hashes bytea[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE audit_state SET size = size + cardinality(p_outbox_ids) WHERE size = p_first;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the log does not end at %', p_first
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_entry_contiguous';
    END IF;
    WITH taken AS (
        DELETE FROM audit_outbox WHERE id = ANY (p_outbox_ids) RETURNING *
    )
    INSERT INTO audit_entry
        (index, outbox_id, leaf, leaf_hash, occurred_at, action, outcome, actor_party_id, subject_id)
    SELECT p_first + item.n - 1, taken.id, item.leaf, item.leaf_hash,
           taken.occurred_at, taken.action, taken.outcome, taken.actor_party_id, taken.subject_id
    FROM unnest(p_outbox_ids, p_leaves, p_leaf_hashes) WITH ORDINALITY AS item (id, leaf, leaf_hash, n)
    JOIN taken ON taken.id = item.id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> cardinality(p_outbox_ids) THEN
        RAISE EXCEPTION 'not every outbox row is there'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_entry_from_outbox';
    END IF;
    INSERT INTO audit_node (level, index, hash)
    SELECT * FROM unnest(p_node_levels, p_node_indices, p_node_hashes);
    RETURN p_first + moved;
END
$$;
REVOKE ALL ON FUNCTION audit_lock_tree(), audit_append(bigint, bigint[], bytea[], bytea[], smallint[], bigint[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_lock_tree(), audit_append(bigint, bigint[], bytea[], bytea[], smallint[], bigint[], bytea[]) TO pdx_app;
