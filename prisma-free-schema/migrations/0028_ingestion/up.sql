SET LOCAL ROLE pdx_owner;

-- What a column is taken for is found out for certain while its rows are copied, and by then its row is there.
GRANT UPDATE (proposed_meaning, proposed_share) ON dataset_column TO pdx_app;

-- The two statements that sort and hash all rows of a file, with the memory not to do it on disk as long as that is few.
ALTER FUNCTION dataset_seal_table(uuid) SET maintenance_work_mem = '128MB';
ALTER FUNCTION dataset_distinct_values(uuid, integer[]) SET work_mem = '64MB';

-- A file in parts that was begun and never ended is cleared away by the worker.
CREATE POLICY partial_upload_abandoned ON partial_upload TO pdx_app
    USING (upload_id IS NULL AND (SELECT app_has_role('SYSTEM'))) WITH CHECK (false);
CREATE INDEX partial_upload_not_ended ON partial_upload (begun_at) WHERE upload_id IS NULL;
GRANT DELETE ON partial_upload TO pdx_app;
