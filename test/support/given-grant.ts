import { createHash, randomInt } from 'node:crypto';

import { Client } from 'pg';

import { newId, usccCheckDigit } from '#libs/foundation';

export interface GivenGrant {
  readonly grantId: string;
  readonly bankId: string;
  readonly subjects: readonly Buffer[];
}

export const subjectKey = (name: string): Buffer => createHash('sha256').update(name).digest();

/**
 * A bank's grant over a product of two fields (limit, age) with three subjects, written as the superuser: the tests
 * that use it are about what happens to a grant, not about how one comes to be.
 */
export async function givenGrant(
  ownerUrl: string,
  terms: { quota: number; demandsConsent?: boolean; fields?: string[] },
): Promise<GivenGrant> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const [provider, operator, bank, registry, platform] = [newId(), newId(), newId(), newId(), newId()];
  const [maker, checker] = [newId(), newId()];
  const [upload, dataset, version, asset, product] = [newId(), newId(), newId(), newId(), newId()];
  const [listing, request, grantId] = [newId(), newId(), newId()];
  const subjects = ['one', 'two', 'three'].map(subjectKey);
  const newUscc = () => {
    const body = `91370200MA${String(randomInt(10_000_000)).padStart(7, '0')}`;
    return body + usccCheckDigit(body);
  };
  try {
    for (const [id, kind] of [
      [provider, 'PROVIDER'],
      [operator, 'OPERATOR'],
      [bank, 'INSTITUTION'],
      [registry, 'REGISTRY'],
      [platform, 'OPERATOR'],
    ] as const)
      await client.query(`INSERT INTO party VALUES ($1, $2, $2, $3, NULL, true, now())`, [
        id,
        kind,
        newUscc(),
      ]);
    for (const [id, party, role] of [
      [maker, bank, 'INSTITUTION_USER'],
      [checker, provider, 'CHIEF_DATA_REPRESENTATIVE'],
    ] as const)
      await client.query(
        `INSERT INTO person (id, party_id, login, display_name, roles, password_hash, created_at)
         VALUES ($1, $2, $3, '某人', ARRAY[$4], '', now())`,
        [id, party, `p-${id}`, role],
      );
    await client.query(`INSERT INTO zone VALUES ('FINANCE', '金融', 'finance') ON CONFLICT DO NOTHING`);
    await client.query(`INSERT INTO upload VALUES ($1, $2, 'a.csv', '', 1, now())`, [upload, provider]);
    await client.query(`INSERT INTO dataset VALUES ($1, $2, $3, '', now())`, [dataset, provider, dataset]);
    await client.query(
      `INSERT INTO dataset_version VALUES ($1, $2, $3, 1, $4, 'UTF-8', ',', 3, NULL, 'LOADED', now(), NULL, sha256(''))`,
      [version, dataset, provider, upload],
    );
    await client.query(
      `INSERT INTO dataset_column (dataset_version_id, position, provider_id, name, type, is_personal)
       VALUES ($1, 1, $2, 'limit', 'INTEGER', false), ($1, 2, $2, 'age', 'INTEGER', false)`,
      [version, provider],
    );
    await client.query(`SELECT set_config('app.party_id', $1, false)`, [provider]);
    await client.query('SELECT dataset_make_table($1)', [version]);
    const table = `dataset_row.v_${version.replaceAll('-', '')}`;
    for (const [i, key] of subjects.entries())
      await client.query(`INSERT INTO ${table} VALUES ($1, $2, $3, $4)`, [
        i + 1,
        key,
        (i + 1) * 1000,
        20 + i,
      ]);
    await client.query('SELECT dataset_seal_table($1)', [version]);
    await client.query(`INSERT INTO asset VALUES ($1, $2, $3, 'a', 'a', 'REGISTERED', now())`, [
      asset,
      version,
      provider,
    ]);
    await client.query(
      `INSERT INTO product VALUES ($1, $2, $3, $4, 'FINANCE', 'FIELD_QUERY', 'p', '', '{limit,age}', NULL, $5, NULL,
       'DRAFT', $6, now())`,
      [product, asset, version, provider, terms.demandsConsent ?? false, checker],
    );
    await client.query('SELECT product_compile($1)', [product]);
    await client.query(`UPDATE product SET state = 'LISTED' WHERE id = $1`, [product]);
    await client.query(
      `INSERT INTO listing VALUES ($1, $2, $3, $4, $5, 0.35, 'CNY', 7, 2, 1, 'LISTED', $6, now())`,
      [listing, product, provider, operator, platform, checker],
    );
    const fields = terms.fields ?? ['limit', 'age'];
    await client.query(
      `INSERT INTO access_request VALUES ($1, $2, $3, $4, $5, 'LOAN_ORIGINATION', '', $6, $7, now() + '1 day',
       'APPROVED', $8, now(), $9, $4, now())`,
      [request, listing, product, provider, bank, fields, terms.quota, maker, checker],
    );
    await client.query(
      `INSERT INTO usage_grant VALUES ($1, $2, $3, $4, $5, $6, 'LOAN_ORIGINATION', $7, $8, 0.35, $9, $9,
       now() - interval '1 minute', now() + interval '1 day')`,
      [
        grantId,
        request,
        listing,
        product,
        provider,
        bank,
        fields,
        terms.demandsConsent ?? false,
        terms.quota,
      ],
    );
  } finally {
    await client.end();
  }
  return { grantId, bankId: bank, subjects };
}
