// The same changes by hand: one set-based statement per hundred, past row-level security, one connection.
import type { Client } from 'pg';

const LAPSE = `
  WITH clock AS (
    SELECT instant, (instant AT TIME ZONE 'Asia/Shanghai')::date AS today
    FROM (SELECT now() + offset_ms * interval '1 ms' AS instant FROM exchange_clock) AS running
  ), due AS (
    SELECT deadline.asset_id, deadline.registration_id
    FROM legal_deadline deadline JOIN asset ON asset.id = deadline.asset_id
    WHERE closed_at IS NULL AND NOT is_blocked AND NOT is_provisional AND track = 'A' AND kind = 'EXPIRY'
          AND due < (SELECT today FROM clock) AND asset.state = 'REGISTERED'
    ORDER BY due LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED
  ), closed AS (
    UPDATE legal_deadline SET closed_at = instant FROM due, clock
    WHERE legal_deadline.asset_id = due.asset_id AND track = 'A' AND kind IN ('RENEWAL', 'EXPIRY') AND closed_at IS NULL
  ), ended AS (
    UPDATE asset SET state = 'LAPSED', ended_at = instant FROM due, clock WHERE id = due.asset_id
  ), entered AS (
    INSERT INTO register_entry (asset_id, track, number, registration_id, act, effective_from, recorded_at)
    SELECT due.asset_id, 'A', (SELECT coalesce(max(number), 0) + 1 FROM register_entry entry
                               WHERE entry.asset_id = due.asset_id AND track = 'A'),
           due.registration_id, 'LAPSE', until::timestamp AT TIME ZONE 'Asia/Shanghai', instant
    FROM due, clock, LATERAL (
      SELECT max(valid_until) AS until FROM certificate WHERE certificate.asset_id = due.asset_id AND track = 'A'
        AND NOT EXISTS (SELECT FROM certificate_end WHERE certificate_id = certificate.id)) AS term
  )
  INSERT INTO audit_outbox (occurred_at, action, outcome, subject_id, body)
  SELECT instant, 'LAPSE_REGISTRATION', 'DONE', asset_id, jsonb_build_object('registrationId', registration_id)
  FROM due, clock`;

/** @returns how many */
export async function lapseByHand(client: Client): Promise<number> {
  return (await client.query({ name: 'lapse', text: LAPSE })).rowCount ?? 0;
}
