import { Injectable, type OnModuleDestroy } from '@nestjs/common';

import { PgPool, sqlStateOf } from '#libs/database';
import { Clock, invariant } from '#libs/foundation';

import { GatewayBusy } from './delivery.errors.ts';

export interface Invocation {
  readonly usageGrantId: string;
  readonly consumerId: string;
  readonly clientId: string;
  readonly requestHash: Buffer;
  readonly subjectKey: Buffer;
  readonly purpose: string;
  /** A JSON array of names; null: all that is granted. */
  readonly fields: string | null;
  readonly actorId: string;
  readonly requestId: string;
}

/** What invoke_group says about one invocation; see migration 0008. */
export interface Verdict {
  readonly n: number;
  readonly outcome: 'DONE' | 'REPLAYED' | 'REFUSED' | 'AGAIN';
  readonly reason: string | null;
  readonly answer: string | null;
  readonly answer_digest: Buffer | null;
  readonly occurred_at: Date | null;
  readonly remaining: string | null;
}

interface Waiting {
  readonly invocation: Invocation;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: unknown) => void;
}

/** At most this many groups are under way: one is decided while the next gathers. */
const GROUPS_AT_ONCE = 2;
const LARGEST_GROUP = 64;
const LONGEST_QUEUE = 10_000;
const GROUP_ATTEMPTS = 4;
const RETRIABLE = new Set(['40001', '40P01']);

/**
 * Gathers the invocations that wait and has the database decide them together, so that locks and the disk are paid once
 * per group. An idle lane decides at once; what waits longer waits only for those before it.
 */
@Injectable()
export class InvocationLane implements OnModuleDestroy {
  private readonly waiting: Waiting[] = [];
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly pool: PgPool,
    private readonly clock: Clock,
  ) {}

  /** Committed when it resolves. @throws GatewayBusy */
  invoke(invocation: Invocation): Promise<Verdict> {
    if (this.waiting.length >= LONGEST_QUEUE) return Promise.reject(new GatewayBusy());
    return new Promise((resolve, reject) => {
      this.waiting.push({ invocation, resolve, reject });
      this.go();
    });
  }

  /** Everything that was accepted is still decided. */
  async onModuleDestroy(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private go(): void {
    while (this.underWay.size < GROUPS_AT_ONCE && this.waiting.length > 0) {
      const group = this.waiting.splice(0, LARGEST_GROUP);
      const decided = this.decide(group).finally(() => {
        this.underWay.delete(decided);
        this.go();
      });
      this.underWay.add(decided);
    }
  }

  private async decide(group: readonly Waiting[]): Promise<void> {
    let verdicts: Verdict[];
    try {
      verdicts = await this.ask(group);
    } catch (error) {
      if (group.length === 1) {
        group[0]?.reject(error);
        return;
      }
      // One of them cannot be decided; alone, it harms nobody else. Nothing of the group was committed, and what was,
      // if the answer was lost, replays.
      for (const waiting of group) await this.decide([waiting]);
      return;
    }
    for (const [i, waiting] of group.entries()) {
      const verdict = verdicts[i];
      invariant(verdict?.n === i + 1, 'Every invocation of a group has its verdict');
      // It depends on a call of the same client id that was in this group and refused.
      if (verdict.outcome === 'AGAIN') this.waiting.push(waiting);
      else waiting.resolve(verdict);
    }
  }

  private async ask(group: readonly Waiting[]): Promise<Verdict[]> {
    const items = group.map(({ invocation }) => invocation);
    const statement = {
      name: 'invoke_group',
      text: 'SELECT * FROM invoke_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
      values: [
        items.map((item) => item.usageGrantId),
        items.map((item) => item.consumerId),
        items.map((item) => item.clientId),
        items.map((item) => item.requestHash),
        items.map((item) => item.subjectKey),
        items.map((item) => item.purpose),
        items.map((item) => item.fields),
        items.map((item) => item.actorId),
        items.map((item) => item.requestId),
        this.clock.now(),
      ],
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.pool.query<Verdict>(statement)).rows;
      } catch (error) {
        if (attempt === GROUP_ATTEMPTS || !RETRIABLE.has(sqlStateOf(error) ?? '')) throw error;
      }
    }
  }
}
