SET LOCAL ROLE pdx_owner;

-- A file that a provider wants read into a dataset. Workers do it, each load once; what it makes is there when it is DONE.
CREATE TABLE dataset_load (
    id                 uuid        NOT NULL,
    provider_id        uuid        NOT NULL REFERENCES party (id),
    kind               text        NOT NULL,
    upload_id          uuid        NOT NULL REFERENCES upload (id),
    -- Null: the dataset is registered by this load, and is not yet.
    dataset_id         uuid        REFERENCES dataset (id),
    dataset_version_id uuid        REFERENCES dataset_version (id),
    -- What was asked for, as its kind has it.
    wanted             jsonb       NOT NULL,
    -- The person or the API key, and the request, as the log names them.
    requested_by       uuid        NOT NULL,
    request_id         text        NOT NULL,
    requested_at       timestamptz NOT NULL,
    state              text        NOT NULL,
    step               text,
    byte_size          bigint      NOT NULL,
    bytes_read         bigint      NOT NULL DEFAULT 0,
    rows_read          bigint      NOT NULL DEFAULT 0,
    begun_at           timestamptz,
    ended_at           timestamptz,
    refusal            jsonb,
    attempts           integer     NOT NULL DEFAULT 0,
    -- Of the worker that has it, by the clock of the database and not by that of the exchange, which may be advanced.
    lease_id           uuid,
    leased_until       timestamptz,
    CONSTRAINT dataset_load_pkey PRIMARY KEY (id),
    CONSTRAINT dataset_load_kind_known CHECK (kind IN ('REGISTER_DATASET', 'ADD_DATASET_VERSION', 'CONFIRM_COLUMNS')),
    CONSTRAINT dataset_load_state_known CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    CONSTRAINT dataset_load_step_known CHECK (step IN ('CHECKING', 'COPYING', 'COPYING_AGAIN', 'COUNTING')),
    CONSTRAINT dataset_load_of_what CHECK (kind = 'REGISTER_DATASET' OR dataset_id IS NOT NULL),
    CONSTRAINT dataset_load_leased_when CHECK ((state = 'RUNNING') = (lease_id IS NOT NULL AND leased_until IS NOT NULL)
        AND (state = 'RUNNING') = (step IS NOT NULL)),
    CONSTRAINT dataset_load_ended_when CHECK ((state IN ('WAITING', 'RUNNING')) = (ended_at IS NULL)),
    CONSTRAINT dataset_load_refused_when CHECK ((state = 'FAILED') = (refusal IS NOT NULL)),
    CONSTRAINT dataset_load_made_what
        CHECK (state <> 'DONE' OR dataset_id IS NOT NULL AND dataset_version_id IS NOT NULL)
);
CREATE INDEX dataset_load_by_provider ON dataset_load (provider_id, id);
CREATE INDEX dataset_load_by_version ON dataset_load (dataset_version_id, id);
CREATE INDEX dataset_load_not_ended ON dataset_load (requested_at, id) WHERE state IN ('WAITING', 'RUNNING');
-- Versions of a dataset are made one after the other, and of two datasets of one name none is read in vain.
CREATE UNIQUE INDEX dataset_load_one_at_a_time ON dataset_load (dataset_id) WHERE state IN ('WAITING', 'RUNNING');
CREATE UNIQUE INDEX dataset_load_name_once ON dataset_load (provider_id, (wanted ->> 'name'))
    WHERE kind = 'REGISTER_DATASET' AND state IN ('WAITING', 'RUNNING');

ALTER TABLE dataset_load ENABLE ROW LEVEL SECURITY;
ALTER TABLE dataset_load FORCE ROW LEVEL SECURITY;
CREATE POLICY dataset_load_own ON dataset_load TO pdx_app
    USING (provider_id = (SELECT app_party())) WITH CHECK (provider_id = (SELECT app_party()));
CREATE POLICY dataset_load_worked_off ON dataset_load TO pdx_app
    USING ((SELECT app_has_role('SYSTEM'))) WITH CHECK ((SELECT app_has_role('SYSTEM')));
GRANT SELECT, INSERT ON dataset_load TO pdx_app;
GRANT UPDATE (dataset_id, dataset_version_id, state, step, bytes_read, rows_read, begun_at, ended_at, refusal, attempts,
    lease_id, leased_until) ON dataset_load TO pdx_app;

CREATE FUNCTION reject_change_of_ended_load() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a load that has ended never changes' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER dataset_load_frozen BEFORE UPDATE ON dataset_load FOR EACH ROW
    WHEN (OLD.state IN ('DONE', 'FAILED', 'CANCELLED')) EXECUTE FUNCTION reject_change_of_ended_load();
