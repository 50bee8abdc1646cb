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
