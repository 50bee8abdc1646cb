import type { Transaction } from '#libs/database';
import {
  addDays,
  type LegalDay,
  legalDayOf,
  startOfLegalDay,
  type WorkingDayCalendar,
} from '#libs/foundation';

import { type CountedPeriods, type DeadlineFigures, deadlineFiguresOf } from './deadline-figures.ts';

/** Applications by register and type; an act counts in the year in which it was done. */
export interface ApplicationFigures {
  readonly track: string;
  readonly type: string;
  readonly received: number;
  readonly resubmitted: number;
  readonly accepted: number;
  readonly acceptedBySilence: number;
  readonly returned: number;
  readonly notAccepted: number;
  readonly refused: number;
  readonly withdrawn: number;
  readonly terminatedByObjection: number;
  readonly terminatedOtherwise: number;
  readonly registered: number;
  readonly cancelled: number;
}

/** What a register came to. */
export interface RegisterFigures {
  readonly track: string;
  readonly certificatesIssued: number;
  readonly certificatesInForce: number;
  readonly lapsed: number;
  readonly revoked: number;
  readonly objectionsLodged: number;
  readonly objectionsUpheld: number;
  readonly objectionsDismissed: number;
  readonly objectionsFallenAway: number;
  readonly laterObjectionsNotified: number;
}

export interface InspectionFigures {
  readonly requested: number;
  readonly granted: number;
  readonly declined: number;
  readonly looks: number;
}

export interface YearlyFigures {
  readonly year: number;
  /** The day they are of: the last of the year, or today while it is under way. */
  readonly asOf: LegalDay;
  readonly applications: readonly ApplicationFigures[];
  readonly deadlines: readonly DeadlineFigures[];
  readonly registers: readonly RegisterFigures[];
  readonly inspections: InspectionFigures;
}

const YEAR = 'done_at >= $2 AND done_at < $3';

/** A registry's figures of a legal year, in six statements whatever there was. */
export async function yearlyFigures(
  tx: Transaction,
  registryId: string,
  year: number,
  { now, calendar }: { readonly now: Date; readonly calendar: WorkingDayCalendar },
): Promise<YearlyFigures> {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  const today = legalDayOf(now);
  const asOf = last < today ? last : today;
  const span = [registryId, startOfLegalDay(first), startOfLegalDay(addDays(last, 1))];

  const applications: ApplicationFigures[] = await tx.query(
    `SELECT act.track, act.type,
            count(*) FILTER (WHERE state_after = 'SUBMITTED' AND state_before = 'DRAFT')::int AS received,
            count(*) FILTER (WHERE state_after = 'SUBMITTED' AND state_before = 'RETURNED')::int AS resubmitted,
            count(*) FILTER (WHERE state_after = 'ACCEPTED' AND state_before = 'SUBMITTED')::int AS accepted,
            count(*) FILTER (WHERE state_after = 'ACCEPTED' AND state_before = 'SUBMITTED'
                             AND is_accepted_by_silence)::int AS "acceptedBySilence",
            count(*) FILTER (WHERE state_after = 'RETURNED' AND state_before = 'SUBMITTED')::int AS returned,
            count(*) FILTER (WHERE state_after = 'NOT_ACCEPTED')::int AS "notAccepted",
            count(*) FILTER (WHERE state_after = 'REFUSED')::int AS refused,
            count(*) FILTER (WHERE state_after = 'WITHDRAWN')::int AS withdrawn,
            count(*) FILTER (WHERE state_after = 'TERMINATED' AND is_objected)::int AS "terminatedByObjection",
            count(*) FILTER (WHERE state_after = 'TERMINATED' AND NOT is_objected)::int AS "terminatedOtherwise",
            count(*) FILTER (WHERE state_after IN ('CODED', 'CERTIFIED'))::int AS registered,
            count(*) FILTER (WHERE state_after = 'CANCELLED')::int AS cancelled
     FROM registration_act AS act JOIN registration ON registration.id = act.registration_id,
     LATERAL (SELECT EXISTS (SELECT FROM objection
                             WHERE registration_id = registration.id AND objection.state = 'UPHELD' AND NOT is_later)) AS o (is_objected)
     WHERE act.registry_id = $1 AND ${YEAR} AND state_before <> state_after
       -- A draft that its maker lets go of never came to the registry.
       AND (state_before, state_after) <> ('DRAFT', 'WITHDRAWN')
     GROUP BY act.track, act.type ORDER BY act.track, act.type`,
    span,
  );

  // What the registry had to do; a notice and a validity run by themselves.
  const periods: CountedPeriods[] = await tx.query(
    `SELECT track, kind, begins_on::text AS "beginsOn", due::text AS due,
            (closed_at AT TIME ZONE 'Asia/Shanghai')::date::text AS "closedOn", is_blocked AS "isBlocked", count(*)::int AS count
     FROM legal_deadline
     WHERE registry_id = $1 AND party_id = $1 AND kind NOT IN ('PUBLICITY', 'EXPIRY') AND due BETWEEN $2 AND $3
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1 NULLS LAST, 2, 3, 4, 5`,
    [registryId, first, last],
  );

  const certificates: { track: string; issued: number; inForce: number }[] = await tx.query(
    `SELECT certificate.track, count(*) FILTER (WHERE issued_at >= $2 AND issued_at < $3)::int AS issued,
            count(*) FILTER (WHERE issued_at < $3 AND valid_from <= $4 AND valid_until > $4
                             AND (ended_at IS NULL OR ended_at >= $3))::int AS "inForce"
     FROM certificate JOIN registration ON registration.id = registration_id
     LEFT JOIN certificate_end ON certificate_id = certificate.id
     WHERE registry_id = $1 GROUP BY certificate.track`,
    [...span, asOf],
  );

  const ends: { track: string; lapsed: number; revoked: number }[] = await tx.query(
    `SELECT track, count(*) FILTER (WHERE act = 'LAPSE')::int AS lapsed, count(*) FILTER (WHERE act = 'REVOCATION')::int AS revoked
     FROM register_entry
     WHERE act IN ('LAPSE', 'REVOCATION') AND recorded_at >= $2 AND recorded_at < $3
       AND (asset_id, track) IN (SELECT certificate.asset_id, certificate.track
                                 FROM certificate JOIN registration ON registration.id = registration_id WHERE registry_id = $1)
     GROUP BY track`,
    span,
  );

  const objections: ({ track: string } & Pick<
    RegisterFigures,
    | 'objectionsLodged'
    | 'objectionsUpheld'
    | 'objectionsDismissed'
    | 'objectionsFallenAway'
    | 'laterObjectionsNotified'
  >)[] = await tx.query(
    `SELECT registration.track, count(*) FILTER (WHERE lodged_at >= $2 AND lodged_at < $3)::int AS "objectionsLodged",
            count(*) FILTER (WHERE is_decided AND objection.state = 'UPHELD')::int AS "objectionsUpheld",
            count(*) FILTER (WHERE is_decided AND objection.state = 'DISMISSED')::int AS "objectionsDismissed",
            count(*) FILTER (WHERE is_decided AND objection.state = 'MOOT')::int AS "objectionsFallenAway",
            count(*) FILTER (WHERE is_decided AND objection.state = 'NOTIFIED')::int AS "laterObjectionsNotified"
     FROM objection JOIN registration ON registration.id = registration_id,
     LATERAL (SELECT coalesce(objection.decided_at >= $2 AND objection.decided_at < $3, false)) AS d (is_decided)
     WHERE objection.registry_id = $1 GROUP BY registration.track`,
    span,
  );

  const [inspections]: InspectionFigures[] = await tx.query(
    `SELECT count(*) FILTER (WHERE requested_at >= $2 AND requested_at < $3)::int AS requested,
            count(*) FILTER (WHERE state = 'GRANTED' AND decided_at >= $2 AND decided_at < $3)::int AS granted,
            count(*) FILTER (WHERE state = 'DECLINED' AND decided_at >= $2 AND decided_at < $3)::int AS declined,
            (SELECT count(*) FROM file_look WHERE registry_id = $1 AND looked_at >= $2 AND looked_at < $3)::int AS looks
     FROM file_inspection_request WHERE registry_id = $1`,
    span,
  );

  const of = (track: string): RegisterFigures => {
    const certified = certificates.find((row) => row.track === track);
    const ended = ends.find((row) => row.track === track);
    const objected = objections.find((row) => row.track === track);
    return {
      track,
      certificatesIssued: certified?.issued ?? 0,
      certificatesInForce: certified?.inForce ?? 0,
      lapsed: ended?.lapsed ?? 0,
      revoked: ended?.revoked ?? 0,
      objectionsLodged: objected?.objectionsLodged ?? 0,
      objectionsUpheld: objected?.objectionsUpheld ?? 0,
      objectionsDismissed: objected?.objectionsDismissed ?? 0,
      objectionsFallenAway: objected?.objectionsFallenAway ?? 0,
      laterObjectionsNotified: objected?.laterObjectionsNotified ?? 0,
    };
  };
  return {
    year,
    asOf,
    applications,
    deadlines: deadlineFiguresOf(periods, today, calendar),
    registers: ['A', 'B'].map(of),
    inspections: inspections ?? { requested: 0, granted: 0, declined: 0, looks: 0 },
  };
}
