SET LOCAL ROLE pdx_owner;

-- Maker, checker, appraiser and regulator are people of different kinds of parties: a role is held only where it belongs,
-- because row-level security trusts it.
CREATE FUNCTION roles_of_party_kind(p_kind text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_kind
        WHEN 'PROVIDER' THEN ARRAY['DATA_SPECIALIST', 'CHIEF_DATA_REPRESENTATIVE']
        WHEN 'OPERATOR' THEN ARRAY['OPERATOR']
        WHEN 'INSTITUTION' THEN ARRAY['INSTITUTION_USER']
        WHEN 'REGISTRY' THEN ARRAY['REGISTRY_OFFICER', 'REVIEWER']
        WHEN 'APPRAISAL_FIRM' THEN ARRAY['APPRAISER']
        WHEN 'REGULATOR' THEN ARRAY['REGULATOR']
        WHEN 'PERSON' THEN ARRAY['DATA_SUBJECT']
        ELSE '{}' END
$$;

-- SECURITY DEFINER, because a natural person's party is not seen by whoever registers its sign-in.
CREATE FUNCTION check_person_roles() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT NEW.roles <@ coalesce((SELECT roles_of_party_kind(kind) FROM party WHERE id = NEW.party_id), '{}') THEN
        RAISE EXCEPTION 'a role does not belong to this kind of party'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'person_roles_fit_party';
    END IF;
    RETURN NEW;
END
$$;
CREATE POLICY party_roles ON party FOR SELECT TO pdx_owner USING (true);
CREATE TRIGGER person_roles_fit_party BEFORE INSERT OR UPDATE OF roles, party_id ON person
    FOR EACH ROW EXECUTE FUNCTION check_person_roles();
