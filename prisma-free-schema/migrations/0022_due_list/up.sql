SET LOCAL ROLE pdx_owner;

-- Periods under way by their days: of one party or of all, of every kind and register or of one. What a list passes over
-- (not begun, blocked) is in the index too, so that passing over it reads no row.
DROP INDEX legal_deadline_by_party;
CREATE INDEX legal_deadline_by_party ON legal_deadline (party_id, due, id, begins_on, is_blocked) WHERE closed_at IS NULL;
CREATE INDEX legal_deadline_by_day ON legal_deadline (due, id, begins_on, is_blocked) WHERE closed_at IS NULL;
CREATE INDEX legal_deadline_by_party_and_kind ON legal_deadline
    (party_id, kind, coalesce(track, '-'), due, id, begins_on, is_blocked) WHERE closed_at IS NULL;
CREATE INDEX legal_deadline_by_kind ON legal_deadline (kind, coalesce(track, '-'), due, id, begins_on, is_blocked)
    WHERE closed_at IS NULL;
-- Few are blocked.
CREATE INDEX legal_deadline_blocked_by_party ON legal_deadline (party_id, due, id) WHERE closed_at IS NULL AND is_blocked;
CREATE INDEX legal_deadline_blocked_by_day ON legal_deadline (due, id) WHERE closed_at IS NULL AND is_blocked;

-- A page of what `p_party` has to do, or of what everybody has, the most urgent first, behind (`p_after_due`, `p_after_id`).
--
-- One statement without a context of its own: the caller vouches for the party. A list of some kinds of some registers
-- ('-': of neither) is put together from the first of each, however rare they are among the others. Never sorted from
-- what was found: with the wrong statistics that would be a million.
CREATE FUNCTION legal_deadline_page(
    p_party uuid, p_sees_all boolean, p_filter text, p_kinds text[], p_tracks text[], p_today date,
    p_after_due date, p_after_id uuid, p_limit integer
) RETURNS SETOF legal_deadline LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_sort = off AS $$
DECLARE
    v_to         date    := CASE p_filter WHEN 'DUE_TODAY' THEN p_today WHEN 'OVERDUE' THEN p_today - 1 ELSE 'infinity' END;
    -- What is blocked is open, but neither due nor overdue.
    v_is_blocked boolean := p_filter = 'OPEN';
    v_due        date    := coalesce(p_after_due, '-infinity');
    v_id         uuid    := coalesce(p_after_id, '00000000-0000-0000-0000-000000000000');
BEGIN
    IF p_filter = 'DUE_TODAY' AND v_due < p_today THEN
        v_due := p_today;
        v_id := '00000000-0000-0000-0000-000000000000';
    END IF;
    IF p_filter = 'BLOCKED' AND p_sees_all THEN
        RETURN QUERY
        SELECT * FROM legal_deadline
        WHERE closed_at IS NULL AND is_blocked AND (due, id) > (v_due, v_id)
              AND (p_kinds IS NULL OR kind = ANY (p_kinds) AND coalesce(track, '-') = ANY (p_tracks))
        ORDER BY due, id LIMIT p_limit;
    ELSIF p_filter = 'BLOCKED' THEN
        RETURN QUERY
        SELECT * FROM legal_deadline
        WHERE closed_at IS NULL AND is_blocked AND party_id = p_party AND (due, id) > (v_due, v_id)
              AND (p_kinds IS NULL OR kind = ANY (p_kinds) AND coalesce(track, '-') = ANY (p_tracks))
        ORDER BY due, id LIMIT p_limit;
    ELSIF p_kinds IS NULL AND p_sees_all THEN
        RETURN QUERY
        SELECT * FROM legal_deadline
        WHERE closed_at IS NULL AND begins_on <= p_today AND is_blocked <= v_is_blocked
              AND due <= v_to AND (due, id) > (v_due, v_id)
        ORDER BY due, id LIMIT p_limit;
    ELSIF p_kinds IS NULL THEN
        RETURN QUERY
        SELECT * FROM legal_deadline
        WHERE closed_at IS NULL AND party_id = p_party AND begins_on <= p_today AND is_blocked <= v_is_blocked
              AND due <= v_to AND (due, id) > (v_due, v_id)
        ORDER BY due, id LIMIT p_limit;
    ELSIF p_sees_all THEN
        RETURN QUERY
        SELECT first.* FROM unnest(p_kinds) AS wanted_kind, unnest(p_tracks) AS wanted_track, LATERAL (
            SELECT * FROM legal_deadline
            WHERE closed_at IS NULL AND kind = wanted_kind AND coalesce(track, '-') = wanted_track
                  AND begins_on <= p_today AND is_blocked <= v_is_blocked
                  AND due <= v_to AND (due, id) > (v_due, v_id)
            ORDER BY kind, coalesce(track, '-'), due, id LIMIT p_limit) AS first
        ORDER BY due, id LIMIT p_limit;
    ELSE
        RETURN QUERY
        SELECT first.* FROM unnest(p_kinds) AS wanted_kind, unnest(p_tracks) AS wanted_track, LATERAL (
            SELECT * FROM legal_deadline
            WHERE closed_at IS NULL AND party_id = p_party AND kind = wanted_kind AND coalesce(track, '-') = wanted_track
                  AND begins_on <= p_today AND is_blocked <= v_is_blocked
                  AND due <= v_to AND (due, id) > (v_due, v_id)
            ORDER BY kind, coalesce(track, '-'), due, id LIMIT p_limit) AS first
        ORDER BY due, id LIMIT p_limit;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION legal_deadline_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION legal_deadline_page TO pdx_app;

-- How long each of the lists is, counted no further than to `p_most`.
CREATE FUNCTION legal_deadline_counts(p_party uuid, p_sees_all boolean, p_today date, p_most integer)
RETURNS TABLE (open bigint, due_today bigint, overdue bigint, blocked bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_sees_all THEN
        RETURN QUERY SELECT
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND begins_on <= p_today
                ORDER BY due, id LIMIT p_most) AS counted),
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND due = p_today AND NOT is_blocked
                ORDER BY due, id LIMIT p_most) AS counted),
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND due < p_today AND NOT is_blocked
                ORDER BY due, id LIMIT p_most) AS counted),
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND is_blocked
                ORDER BY due, id LIMIT p_most) AS counted);
    ELSE
        RETURN QUERY SELECT
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND party_id = p_party AND begins_on <= p_today
                ORDER BY due, id LIMIT p_most) AS counted),
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND party_id = p_party AND due = p_today AND NOT is_blocked
                ORDER BY due, id LIMIT p_most) AS counted),
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND party_id = p_party AND due < p_today AND NOT is_blocked
                ORDER BY due, id LIMIT p_most) AS counted),
            (SELECT count(*) FROM (
                SELECT FROM legal_deadline WHERE closed_at IS NULL AND party_id = p_party AND is_blocked
                ORDER BY due, id LIMIT p_most) AS counted);
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION legal_deadline_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION legal_deadline_counts TO pdx_app;

-- What leaves the register is neither offered nor answered from then on, in the same transaction: of all that leave it
-- at once. The grants are locked in the order in which calls lock them.
DROP TRIGGER asset_ends ON asset;
CREATE OR REPLACE FUNCTION asset_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_products uuid[];
BEGIN
    -- An asset that has ended is never updated again.
    SELECT array_agg(product.id) INTO v_products
    FROM product WHERE asset_id = ANY (ARRAY(SELECT id FROM updated WHERE ended_at IS NOT NULL));
    IF v_products IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE listing SET state = 'DELISTED', delisted_at = asset.ended_at
    FROM product JOIN asset ON asset.id = asset_id
    WHERE product.id = ANY (v_products) AND listing.product_id = product.id AND listing.state = 'LISTED';
    UPDATE product SET state = 'DELISTED' WHERE id = ANY (v_products) AND state = 'LISTED';
    PERFORM FROM usage_grant JOIN product ON product.id = product_id JOIN asset ON asset.id = asset_id
    WHERE product_id = ANY (v_products) AND expires_at > ended_at ORDER BY usage_grant.id FOR NO KEY UPDATE OF usage_grant;
    UPDATE usage_grant SET expires_at = greatest(ended_at, valid_from + interval '1 microsecond')
    FROM product JOIN asset ON asset.id = asset_id
    WHERE product.id = ANY (v_products) AND usage_grant.product_id = product.id AND expires_at > ended_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER asset_ends AFTER UPDATE ON asset REFERENCING NEW TABLE AS updated FOR EACH STATEMENT EXECUTE FUNCTION asset_ends();
CREATE INDEX usage_grant_by_product ON usage_grant (product_id);
