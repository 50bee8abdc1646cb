SET LOCAL ROLE pdx_owner;

-- SHA-256 of the file a version was loaded from, which its certificate names: the upload itself is seen by its sender only.
ALTER TABLE dataset_version ADD COLUMN file_sha256 bytea NOT NULL;
ALTER TABLE dataset_version ADD CONSTRAINT dataset_version_file_is_sha256 CHECK (octet_length(file_sha256) = 32);
