SET LOCAL ROLE pdx_owner;

-- A pledge is of rights on certain terms: while one is in force, a change leaves these as they are.
DROP TRIGGER title_not_while_encumbered ON title;
CREATE TRIGGER title_not_while_encumbered BEFORE UPDATE ON title FOR EACH ROW
    WHEN (NEW.state = 'CANCELLED'
          OR NEW.state = 'REGISTERED' AND NEW.version <> OLD.version
             AND (NEW.last_type = 'TRANSFER'
                  -- Named in another order they are the same.
                  OR NEW.last_type = 'CHANGE' AND NOT (NEW.rights @> OLD.rights AND OLD.rights @> NEW.rights)))
    EXECUTE FUNCTION reject_encumbered_title();

-- What silence has accepted, and one officer has examined, is certified by another. What was before stays.
ALTER TABLE registration ADD CONSTRAINT registration_silence_leaves_two_officers CHECK
    (NOT is_accepted_by_silence OR state <> 'CERTIFIED' OR decided_by <> reviewed_by) NOT VALID;

-- Five years at most from the deposit (Art. 26), and with what is renewed early, six months before its end (Art. 36), what
-- is left of the running term besides: a change made meanwhile is certified to the last day of both. Months have no length
-- of their own, hence the days.
ALTER TABLE certificate
    DROP CONSTRAINT certificate_five_years_at_most,
    ADD CONSTRAINT certificate_five_years_at_most CHECK
        (track = 'A' OR valid_until <= valid_from + interval '5 years 6 months 4 days');

-- What is filed is decided one after the other. A draft is its writer's own: left lying, it keeps neither the other
-- holders of a title from filing, nor the registry from ordering a correction.
DROP INDEX registration_one_open_per_asset;
CREATE UNIQUE INDEX registration_one_open_per_asset ON registration (asset_id, track)
    WHERE state IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'SUPPLEMENTING', 'EXAMINED', 'PUBLICIZED');
CREATE UNIQUE INDEX registration_one_draft_per_applicant ON registration (asset_id, track, applicant_id)
    WHERE state = 'DRAFT';
