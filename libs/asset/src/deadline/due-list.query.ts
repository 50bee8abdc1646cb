import type { PgPool } from '#libs/database';
import type { LegalDay } from '#libs/foundation';

import type { LegalDeadline } from './legal-deadline.entity.ts';

/** Whose: a party's, or everybody's. Nothing below this line asks again. */
export interface Whose {
  readonly partyId: string | null;
  readonly seesAll: boolean;
}

/** One statement for the whole page. Dates as text: they are days, not instants. */
const PAGE = `
  SELECT id, kind, matter, matter_id AS "matterId", track, asset_id AS "assetId", registration_id AS "registrationId",
         party_id AS "partyId", begins_on::text AS "beginsOn", working_days AS "workingDays", due::text AS due,
         is_provisional AS "isProvisional", is_blocked AS "isBlocked", NULL AS "closedAt"
  FROM legal_deadline_page($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
const COUNTS = `
  SELECT open::integer, due_today::integer AS "dueToday", overdue::integer, blocked::integer
  FROM legal_deadline_counts($1, $2, $3, $4)`;

/** As the list shows it: of those under way, what its fields need. */
export type ListedDeadline = Omit<LegalDeadline, 'applicantId' | 'registryId'>;

export async function dueList(
  pool: PgPool,
  { partyId, seesAll }: Whose,
  today: LegalDay,
  wanted: {
    readonly filter: string;
    /** Both or none. Track `-`: of neither register. */
    readonly kinds: readonly string[] | null;
    readonly tracks: readonly string[] | null;
  },
  after: readonly [due: string, id: string] | null,
  limit: number,
): Promise<ListedDeadline[]> {
  const { filter, kinds, tracks } = wanted;
  const values = [partyId, seesAll, filter, kinds, tracks, today, after?.[0], after?.[1], limit];
  const { rows } = await pool.query<ListedDeadline>({ name: 'due_list', text: PAGE, values });
  return rows;
}

export interface DueCounts {
  readonly open: number;
  readonly dueToday: number;
  readonly overdue: number;
  readonly blocked: number;
}

export async function dueCounts(
  pool: PgPool,
  { partyId, seesAll }: Whose,
  today: LegalDay,
  most: number,
): Promise<DueCounts | undefined> {
  const values = [partyId, seesAll, today, most];
  const { rows } = await pool.query<DueCounts>({ name: 'due_counts', text: COUNTS, values });
  return rows[0];
}
