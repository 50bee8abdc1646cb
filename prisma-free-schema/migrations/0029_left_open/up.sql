SET LOCAL ROLE pdx_owner;

-- A notice whose last day is provisional has not been seen to run its working days (A Art. 12, B Art. 24): nothing is
-- registered by it until the year is published.
CREATE FUNCTION reject_provisional_notice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM legal_deadline WHERE matter_id = NEW.id AND kind = 'PUBLICITY' AND is_provisional) THEN
        RAISE EXCEPTION 'what is on a notice of a provisional end is not registered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_notice_not_provisional';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registration_notice_not_provisional BEFORE UPDATE ON registration FOR EACH ROW
    WHEN (NEW.state IN ('CODED', 'CERTIFIED') AND OLD.state = 'PUBLICIZED')
    EXECUTE FUNCTION reject_provisional_notice();

-- Meanwhile nobody loses the right to object by a day that may still move.
CREATE OR REPLACE FUNCTION objection_lodge(
    new_id uuid, wanted uuid, person uuid, why text, upload uuid, sha256 bytea, at timestamptz,
    days integer, due_on date, provisional boolean
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target registration;
    today  date := (at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO target FROM registration WHERE id = wanted AND state = 'PUBLICIZED' FOR SHARE;
    IF NOT FOUND
       OR today > target.publicity_until
          AND NOT EXISTS (SELECT FROM legal_deadline WHERE matter_id = wanted AND kind = 'PUBLICITY' AND is_provisional) THEN
        RETURN 'NOT_PUBLICIZED';
    ELSIF target.applicant_id = app_party()
          OR EXISTS (SELECT FROM registration_filer WHERE registration_id = wanted AND party_id = app_party()) THEN
        RETURN 'OWN';
    END IF;
    INSERT INTO objection VALUES (new_id, wanted, app_party(), target.applicant_id, target.registry_id, person, why,
                                  upload, sha256, at, 'OPEN') ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'TWICE';
    END IF;
    INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                                registry_id, begins_on, working_days, due, is_provisional)
    VALUES (new_id, 'OBJECTION', 'REGISTRATION', wanted, target.track, target.asset_id, wanted, target.registry_id,
            target.applicant_id, target.registry_id, today, days, due_on, provisional);
    -- Track B: objections are not counted in the examination (Art. 28).
    UPDATE legal_deadline SET is_blocked = true
    WHERE registration_id = wanted AND kind = 'EXAMINATION' AND closed_at IS NULL;
    RETURN 'DONE';
END
$$;

-- Who reads a notice is told that its last day may still move.
CREATE OR REPLACE VIEW publicity_notice AS
SELECT registration.id, registration.track, party.name AS applicant_name, registration.type AS registration_type,
       registration.name AS data_name, registration.overview AS data_overview, registration.form ->> 'limits' AS limits,
       registration.publicity_from, registration.publicity_until,
       EXISTS (SELECT FROM legal_deadline WHERE matter_id = registration.id AND kind = 'PUBLICITY' AND is_provisional)
           AS is_provisional
FROM registration
JOIN party ON party.id = registration.applicant_id
WHERE registration.state = 'PUBLICIZED';

-- Every holder of a title may renew it, and sees when: what was registered before, for those who had not filed it.
INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                            registry_id, begins_on, working_days, due, is_provisional, is_blocked)
SELECT gen_random_uuid(), 'RENEWAL', matter, matter_id, track, legal_deadline.asset_id, registration_id, holder, holder,
       legal_deadline.registry_id, begins_on, working_days, due, is_provisional, is_blocked
FROM legal_deadline
JOIN title ON title.asset_id = legal_deadline.asset_id AND title.state = 'REGISTERED'
CROSS JOIN unnest(holder_ids) AS holder
WHERE legal_deadline.track = 'B' AND kind = 'RENEWAL' AND closed_at IS NULL AND holder <> party_id;
