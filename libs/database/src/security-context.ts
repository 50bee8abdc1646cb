/**
 * On whose behalf a transaction works. Row-level security shows and takes the rows that this party, in these roles, may
 * see and write.
 */
export interface SecurityContext {
  readonly partyId: string | null;
  readonly roles: readonly string[];
}

/** The exchange itself: sequencing, metering, closing periods. Never the context of a caller's request. */
export const SYSTEM: SecurityContext = { partyId: null, roles: ['SYSTEM'] };
