SET LOCAL ROLE pdx_owner;

-- What was never submitted is its applicant's own and that of who is asked to join it: no registry reads drafts.
DROP POLICY registration_read ON registration;
CREATE POLICY registration_read ON registration FOR SELECT TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR registry_id = (SELECT app_party()) AND submitted_at IS NOT NULL
           OR (SELECT app_has_role('REGULATOR', 'SYSTEM'))
           OR EXISTS (SELECT FROM registration_filer WHERE registration_id = registration.id AND party_id = (SELECT app_party())));
DROP POLICY registration_evidence_read ON registration_evidence;
CREATE POLICY registration_evidence_read ON registration_evidence FOR SELECT TO pdx_app
    USING (applicant_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR'))
           OR registry_id = (SELECT app_party()) AND EXISTS (SELECT FROM registration WHERE id = registration_id));

-- Whoever deals with a title has to know what it bears and has borne; what was only proposed, or was declined, is the
-- business of those it concerns.
DROP POLICY encumbrance_read ON encumbrance;
CREATE POLICY encumbrance_read ON encumbrance FOR SELECT TO pdx_app
    USING (state IN ('IN_FORCE', 'RELEASED') OR (SELECT app_party()) IN (holder_id, beneficiary_id)
           OR (SELECT app_has_role('REGULATOR')));
CREATE INDEX encumbrance_by_holder ON encumbrance (holder_id, id);

-- A revocation (A Art. 20) ends the open application about the asset, a draft too, which its registry does not read.
CREATE FUNCTION registration_terminate(wanted uuid, why text)
RETURNS TABLE (registration_id uuid, applicant uuid, registration_type text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH open AS (
        SELECT id FROM registration
        WHERE asset_id = wanted AND track = 'A' AND registry_id = app_party() AND app_has_role('REVIEWER')
          AND state IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'PUBLICIZED')
        ORDER BY id FOR NO KEY UPDATE)
    UPDATE registration SET state = 'TERMINATED', reason = why FROM open WHERE registration.id = open.id
    RETURNING registration.id, registration.applicant_id, registration.type
$$;
REVOKE EXECUTE ON FUNCTION registration_terminate FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registration_terminate TO pdx_app;
