import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { AssetService, AssetState } from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, type LegalDay, newId } from '#libs/foundation';

import { fenOf } from './analysis/reconciliation.ts';
import { Evaluation } from './evaluation.entity.ts';
import { calculate } from './methods.ts';
import { incomeValue } from './methods/income-value.ts';
import { replacementCost } from './methods/replacement-cost.ts';
import { AppraiserNotIndependent, AssetNotEvaluable } from './valuation.errors.ts';

export interface NewEvaluation {
  readonly assetId: string;
  readonly baseDate: LegalDay;
  /** The inputs of `income-value`. */
  readonly income: object | null;
  /** The inputs of `replacement-cost`. */
  readonly cost: object | null;
}

/** 10^13 yuan. */
const LARGEST_FEN = 10n ** 15n;

@Injectable()
export class ValuationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly assets: AssetService,
    private readonly clock: Clock,
  ) {}

  /**
   * Values an asset by one method and keeps inputs, formula version and result. The value is rounded to the fen once.
   *
   * @throws InvalidInput, AssetNotEvaluable, AppraiserNotIndependent
   */
  evaluate(actor: AuditActor, clientId: string, input: NewEvaluation): Promise<string> {
    const { assetId, baseDate, income, cost } = input;
    const content = JSON.parse(JSON.stringify(input)) as never;
    return this.commands.run(actor, { clientId, action: 'EVALUATE_ASSET', content }, async (tx) => {
      if ((income === null) === (cost === null))
        throw new InvalidInput('income', 'give the inputs of exactly one method: income or cost');
      const { value, formulaVersion, inputs, result } = income
        ? calculate(incomeValue, income)
        : calculate(replacementCost, cost);
      invariant(value && actor.partyId, 'Both methods come to an amount, and an appraiser acts for a party');
      const asset = await this.assets.findIn(tx, assetId);
      if (asset?.state !== AssetState.REGISTERED) throw new AssetNotEvaluable();
      if (asset.providerId === actor.partyId) throw new AppraiserNotIndependent();
      const fen = fenOf(value);
      if (fen > LARGEST_FEN || fen < -LARGEST_FEN)
        throw new InvalidInput(income ? 'income' : 'cost', 'gives a value beyond 10^13');
      const id = newId();
      await tx.insert(Evaluation, {
        id,
        assetId,
        providerId: asset.providerId,
        method: income ? 'INCOME' : 'COST',
        formulaVersion,
        inputs: inputs as never,
        result: result as never,
        valueMinor: fen,
        currency: 'CNY',
        baseDate,
        evaluatorId: actor.partyId,
        evaluatedBy: actor.id,
        evaluatedAt: this.clock.now(),
      });
      return { subjectId: id };
    });
  }

  find(context: SecurityContext, id: string): Promise<Evaluation | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Evaluation, { id }));
  }

  list(
    context: SecurityContext,
    { assetId, first, afterId }: { assetId: string | null; first: number; afterId: string | null },
  ): Promise<Evaluation[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Evaluation, {
        where: { ...(assetId && { assetId }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}
