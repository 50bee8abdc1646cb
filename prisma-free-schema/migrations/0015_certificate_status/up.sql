SET LOCAL ROLE pdx_owner;

-- Which bit of the status lists is a certificate's; handed out before the certificate is signed.
CREATE SEQUENCE certificate_status_index AS integer MINVALUE 0;
GRANT USAGE ON SEQUENCE certificate_status_index TO pdx_app;
ALTER TABLE certificate ADD COLUMN status_index integer NOT NULL DEFAULT nextval('certificate_status_index');
ALTER TABLE certificate
    ALTER COLUMN status_index DROP DEFAULT,
    ADD CONSTRAINT certificate_status_index_unique UNIQUE (status_index);
