import { InvalidInput } from '#libs/foundation';

/** How an enterprise accounts for a data resource, 企业数据资源相关会计处理暂行规定 (财会〔2023〕11号). */
export enum AccountingClass {
  INTANGIBLE = 'INTANGIBLE',
  INVENTORY = 'INVENTORY',
  UNRECOGNISED = 'UNRECOGNISED',
}

export enum BusinessMode {
  OWN_USE = 'OWN_USE',
  OUTSIDE_SERVICE = 'OUTSIDE_SERVICE',
  HELD_FOR_SALE = 'HELD_FOR_SALE',
}

/** The questions of the test, each answered with its grounds. */
export interface AccountingAnswers {
  /** 企业合法拥有或控制. */
  readonly isOwnedOrControlled: boolean;
  /** 预期会给企业带来经济利益. */
  readonly areBenefitsExpected: boolean;
  /** 与其有关的经济利益很可能流入企业. */
  readonly isInflowProbable: boolean;
  /** 成本能够可靠计量. */
  readonly isCostReliable: boolean;
  readonly businessMode: BusinessMode;
}

/**
 * What the answers come to: recognised where inflow is probable and cost can be measured, as inventory where it is held
 * to be sold in daily business, else as an intangible asset; disclosed only where the test is failed.
 *
 * @throws InvalidInput for what is no data resource of the enterprise at all
 */
export function accountingClassOf(answers: AccountingAnswers): AccountingClass {
  for (const field of ['isOwnedOrControlled', 'areBenefitsExpected'] as const)
    if (!answers[field])
      throw new InvalidInput(
        `answers.${field}`,
        '财会〔2023〕11号 一: a data resource is owned or controlled, and expected to bring benefits',
      );
  if (!answers.isInflowProbable || !answers.isCostReliable) return AccountingClass.UNRECOGNISED;
  return answers.businessMode === BusinessMode.HELD_FOR_SALE
    ? AccountingClass.INVENTORY
    : AccountingClass.INTANGIBLE;
}
