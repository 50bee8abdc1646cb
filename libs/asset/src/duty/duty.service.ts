import { Injectable } from '@nestjs/common';

import type { AuditActor } from '#libs/audit';
import { TransactionRunner } from '#libs/database';
import { Clock, legalDayOf, type LegalDay } from '#libs/foundation';
import { Role } from '#libs/graphql';

import { type Materials, missingMaterials } from '../registration/materials.ts';

/** What somebody of a supplying body has to see to. */
export enum DutyKind {
  COMPLETE_DRAFT = 'COMPLETE_DRAFT',
  COMPLETE_RETURNED = 'COMPLETE_RETURNED',
  PREPARE_RENEWAL = 'PREPARE_RENEWAL',
  FILE_RENEWAL = 'FILE_RENEWAL',
  SUBMIT = 'SUBMIT',
  JOIN = 'JOIN',
  ANSWER_PROPOSAL = 'ANSWER_PROPOSAL',
  OBJECTION = 'OBJECTION',
  DEADLINE = 'DEADLINE',
}

export interface Duty {
  readonly kind: DutyKind;
  /** Of the application, the asset, the proposal, the objection or the deadline, as the kind says. */
  readonly subjectId: string;
  readonly registrationId: string | null;
  readonly assetId: string | null;
  readonly name: string | null;
  readonly due: LegalDay | null;
  readonly daysLeft: number | null;
  readonly isProvisional: boolean;
  /** Groups of materials that are empty, by their official names. */
  readonly missing: readonly string[];
  readonly reason: string | null;
}

export type DutyKey = readonly [due: string, kind: string, subjectId: string];

interface DutyRow extends Omit<Duty, 'missing'> {
  readonly materials: Materials | null;
}

/** Sorts what has no day behind everything that has one. */
export const NO_DAY = '9999-12-31';

const UNDER_WAY = `('DRAFT', 'RETURNED', 'SUBMITTED', 'ACCEPTED', 'SUPPLEMENTING', 'EXAMINED', 'PUBLICIZED')`;

/**
 * $1 party, $2 person, $3 today, $4 whether a specialist, $5 whether a chief. A renewal's draft is due with its window, a
 * first registration's with the twenty working days after delivery (Art. 9, 15). Row-level security applies besides.
 */
const DUTIES = `
  WITH own AS (
    SELECT registration.*, coalesce(filing_due, window_end.due) AS day,
           coalesce(is_filing_due_provisional, false) AS provisional
    FROM registration
    LEFT JOIN legal_deadline window_end
           ON registration.type = 'RENEWAL' AND window_end.asset_id = registration.asset_id AND window_end.track = 'A'
          AND window_end.kind = 'RENEWAL' AND window_end.closed_at IS NULL AND window_end.party_id = $1
    WHERE registration.applicant_id = $1 AND registration.track = 'A' AND state IN ('DRAFT', 'RETURNED')
  ), own_rights AS (
    SELECT registration.*, coalesce(cure.due, window_end.due) AS day,
           coalesce(cure.is_provisional, window_end.is_provisional, false) AS provisional
    FROM registration
    LEFT JOIN legal_deadline cure
           ON cure.registration_id = registration.id AND cure.kind = 'CURE' AND cure.closed_at IS NULL
    LEFT JOIN legal_deadline window_end
           ON registration.type = 'RENEWAL' AND window_end.asset_id = registration.asset_id AND window_end.track = 'B'
          AND window_end.kind = 'RENEWAL' AND window_end.closed_at IS NULL AND window_end.party_id = $1
    WHERE registration.applicant_id = $1 AND registration.track = 'B' AND state IN ('DRAFT', 'RETURNED')
  ), opened AS (
    SELECT deadline.*, CASE deadline.track WHEN 'B' THEN title.name ELSE asset.name END AS name,
           EXISTS (SELECT FROM registration r WHERE r.asset_id = deadline.asset_id AND r.track = deadline.track
                   AND r.type = 'RENEWAL' AND r.state IN ${UNDER_WAY}) AS is_prepared,
           EXISTS (SELECT FROM registration r WHERE r.asset_id = deadline.asset_id AND r.track = deadline.track
                   AND r.type = 'RENEWAL' AND r.state IN ${UNDER_WAY} AND r.state <> 'DRAFT') AS is_filed
    FROM legal_deadline deadline
    -- Who holds a right in it does not read an asset that is registered on track B alone.
    LEFT JOIN asset ON asset.id = deadline.asset_id
    LEFT JOIN title ON title.asset_id = deadline.asset_id
    WHERE deadline.party_id = $1 AND deadline.kind = 'RENEWAL' AND deadline.closed_at IS NULL
      AND deadline.begins_on <= $3
  ), duty AS (
    SELECT CASE state WHEN 'DRAFT' THEN 'COMPLETE_DRAFT' ELSE 'COMPLETE_RETURNED' END AS kind, id AS subject_id,
           id AS registration_id, asset_id, name, day AS due, provisional, materials, reason
    FROM own WHERE $4 AND (state = 'RETURNED' OR prepared_by = $2)
    UNION ALL
    SELECT CASE WHEN state = 'RETURNED' THEN 'COMPLETE_RETURNED' ELSE 'COMPLETE_DRAFT' END, id, id, asset_id, name, day,
           provisional, NULL, reason
    FROM own_rights WHERE $4 AND (state = 'RETURNED' OR prepared_by = $2)
    UNION ALL
    SELECT 'SUBMIT', id, id, asset_id, name, day, provisional, NULL, NULL
    FROM own_rights
    WHERE $5 AND prepared_by <> $2
      AND NOT EXISTS (SELECT FROM registration_filer WHERE registration_id = own_rights.id AND joined_at IS NULL)
    UNION ALL
    SELECT 'JOIN', registration.id, registration.id, registration.asset_id, name, NULL, false, NULL, NULL
    FROM registration_filer filer JOIN registration ON registration.id = registration_id
    WHERE $5 AND filer.party_id = $1 AND joined_at IS NULL AND state IN ('DRAFT', 'RETURNED')
    UNION ALL
    SELECT 'SUBMIT', id, id, asset_id, name, day, provisional, materials, NULL
    FROM own
    WHERE prepared_by <> $2
      AND NOT EXISTS (SELECT FROM jsonb_each_text(materials) AS material WHERE material.value !~ '\\S')
      AND ($5 OR NOT $2 = ANY (preparers) AND EXISTS (
           SELECT FROM delegation JOIN person delegator ON delegator.id = delegator_id
           WHERE delegation.party_id = $1 AND delegate_id = $2 AND revoked_at IS NULL AND $3 BETWEEN first_day AND last_day
             AND (delegation.asset_id IS NULL OR delegation.asset_id = own.asset_id)
             AND delegator.is_active AND 'CHIEF_DATA_REPRESENTATIVE' = ANY (delegator.roles)))
    UNION ALL
    SELECT 'PREPARE_RENEWAL', asset_id, NULL, asset_id, name, due, is_provisional, NULL, NULL
    FROM opened WHERE $4 AND NOT is_prepared
    UNION ALL
    SELECT 'FILE_RENEWAL', asset_id, NULL, asset_id, name, due, is_provisional, NULL, NULL
    FROM opened WHERE $5 AND NOT is_filed
    UNION ALL
    SELECT 'ANSWER_PROPOSAL', proposal.id, NULL, asset_id, asset.name, answer_due, is_answer_due_provisional, NULL, grounds
    FROM correction_proposal proposal JOIN asset ON asset.id = asset_id
    WHERE $5 AND holder_id = $1 AND proposal.state = 'PROPOSED'
    UNION ALL
    SELECT 'OBJECTION', objection.id, registration.id, registration.asset_id, registration.name, deadline.due,
           coalesce(is_provisional, false), NULL, grounds
    FROM objection
    JOIN registration ON registration.id = registration_id
    LEFT JOIN legal_deadline deadline ON deadline.id = objection.id
    WHERE $4 AND objection.applicant_id = $1 AND objection.state = 'OPEN'
    UNION ALL
    SELECT 'DEADLINE', deadline.id, registration_id, deadline.asset_id, asset.name, due, is_provisional, NULL, deadline.kind
    FROM legal_deadline deadline LEFT JOIN asset ON asset.id = deadline.asset_id
    WHERE $4 AND party_id = $1 AND kind <> 'RENEWAL' AND closed_at IS NULL AND begins_on <= $3
  )
  SELECT kind, subject_id AS "subjectId", registration_id AS "registrationId", asset_id AS "assetId", name,
         due::text AS due, due - $3::date AS "daysLeft", provisional AS "isProvisional", materials, reason
  FROM duty
  WHERE $6::date IS NULL OR (coalesce(due, '${NO_DAY}'), kind COLLATE "C", subject_id) > ($6::date, $7::text, $8::uuid)
  ORDER BY coalesce(due, '${NO_DAY}'), kind COLLATE "C", subject_id LIMIT $9`;

/** 数据专员 and 首席代表: each with what it has to see to, the least time left first, in one statement. */
@Injectable()
export class DutyService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  async list(actor: AuditActor, first: number, after: DutyKey | null): Promise<Duty[]> {
    const today = legalDayOf(this.clock.now());
    const offices = [Role.DATA_SPECIALIST, Role.CHIEF_DATA_REPRESENTATIVE].map((role) =>
      actor.roles.includes(role),
    );
    const rows = await this.transactions.run(actor, (tx): Promise<DutyRow[]> =>
      tx.query(DUTIES, [
        ...[actor.partyId, actor.id, today, ...offices],
        ...[after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, first + 1],
      ]),
    );
    return rows.map(({ materials, ...duty }) => ({
      ...duty,
      missing: materials ? missingMaterials(materials) : [],
    }));
  }
}
