SET LOCAL ROLE pdx_owner;

-- Waits until every invocation under way has committed. Those that come later see what closed_until is now, because
-- they read it after they have taken the table's lock.
CREATE FUNCTION metering_barrier() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE usage_record IN SHARE MODE;
END
$$;
REVOKE ALL ON FUNCTION metering_barrier() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION metering_barrier() TO pdx_app;

-- closed_until never goes back, or a closed month would take records again.
CREATE FUNCTION reject_metering_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_until < OLD.closed_until THEN
        RAISE EXCEPTION 'a closed period is never opened again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'metering_state_never_reopens';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER metering_state_never_reopens BEFORE UPDATE ON metering_state
    FOR EACH ROW EXECUTE FUNCTION reject_metering_reopening();
