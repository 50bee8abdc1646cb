import type { Client } from 'pg';

/** Registered assets whose certificates have run out, written past the services; if blocked, they wait. @returns their ids */
export async function givenOverdue(
  owner: Client,
  count: number,
  today: string,
  isBlocked = false,
): Promise<string[]> {
  await owner.query(`SET session_replication_role = replica`);
  await owner.query(
    `CREATE TEMPORARY TABLE made AS
     SELECT n, gen_random_uuid() AS new_asset, gen_random_uuid() AS new_registration, $2::date - n % 7 AS until
     FROM generate_series(1, $1::integer) AS n`,
    [count, today],
  );
  const copies = {
    asset: `jsonb_build_object('id', new_asset, 'dataset_version_id', gen_random_uuid())`,
    registration: `jsonb_build_object('id', new_registration, 'asset_id', new_asset)`,
    certificate: `jsonb_build_object('id', gen_random_uuid(), 'asset_id', new_asset, 'registration_id', new_registration,
      'query_code', 'overdue-' || new_asset, 'status_index', (SELECT max(status_index) FROM certificate) + n, 'valid_from', until - 1095, 'valid_until', until)`,
    legal_deadline: `jsonb_build_object('id', gen_random_uuid(), 'asset_id', new_asset, 'registration_id', new_registration,
      'matter_id', new_registration, 'begins_on', until - 1095, 'due', until - 1,
      'is_blocked', ${isBlocked})`,
  };
  const samples = {
    asset: `SELECT * FROM asset WHERE state = 'REGISTERED' ORDER BY id LIMIT 1`,
    registration: `SELECT * FROM registration WHERE state = 'CODED' ORDER BY id LIMIT 1`,
    certificate: `SELECT * FROM certificate ORDER BY id LIMIT 1`,
    legal_deadline: `(SELECT * FROM legal_deadline WHERE kind = 'EXPIRY' AND closed_at IS NULL LIMIT 1)
      UNION ALL (SELECT * FROM legal_deadline WHERE kind = 'RENEWAL' AND closed_at IS NULL LIMIT 1)`,
  };
  for (const table of ['asset', 'registration', 'certificate', 'legal_deadline'] as const) {
    const { rows: columns } = await owner.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    );
    const names = columns.map(({ name }) => name);
    await owner.query(
      `INSERT INTO ${table} (${names.join(', ')})
       SELECT ${names.map((name) => `copy.${name}`).join(', ')} FROM (${samples[table]}) AS sample, made,
            LATERAL jsonb_populate_record(NULL::${table}, to_jsonb(sample) || ${copies[table]}) AS copy`,
    );
  }
  await owner.query(`SET session_replication_role = origin`);
  await owner.query('VACUUM (ANALYZE) asset, registration, certificate, legal_deadline');
  const { rows } = await owner.query<{ id: string }>('SELECT new_asset AS id FROM made ORDER BY n');
  await owner.query('DROP TABLE made');
  return rows.map(({ id }) => id);
}
