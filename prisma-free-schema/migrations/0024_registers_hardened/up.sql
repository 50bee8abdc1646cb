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
