SET LOCAL ROLE pdx_owner;

-- Rows are found by subject, whatever the columns are like: 3,000 of them tell the planner enough, until autovacuum looks closer.
ALTER FUNCTION dataset_seal_table(uuid) SET default_statistics_target = '10';
