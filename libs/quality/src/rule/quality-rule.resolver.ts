import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused } from '#libs/audit';
import { DatasetNotFound } from '#libs/dataset';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  CurrentActor,
  declareResult,
  GraphQLUuid,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import {
  ColumnOfRuleUnknown,
  DatasetVersionNotConfirmed,
  QualityRuleExists,
  QualityRuleNotFound,
  QualityRuleNotMeasurable,
  TooManyQualityRules,
} from '../quality.errors.ts';
import { type DeclaredRule, NO_PARAMETERS, type PatternPart } from './define-rule.ts';
import type { QualityRule } from './quality-rule.entity.ts';
import {
  DeclaredQualityRulesObject,
  DeclareQualityRulesInput,
  type PatternPartInput,
  ProposedQualityRuleObject,
  QualityRuleConnection,
  type QualityRuleInput,
  QualityRuleObject,
  RetireQualityRuleInput,
} from './quality-rule.object.ts';
import { QualityRuleService } from './quality-rule.service.ts';
import { RULE_KINDS } from './rule-kind.ts';

const DeclareQualityRulesResult = declareResult('DeclareQualityRulesResult', DeclaredQualityRulesObject, [
  ...[InvalidInput, ClientIdReused, DatasetNotFound, DatasetVersionNotConfirmed, ColumnOfRuleUnknown],
  ...[QualityRuleNotMeasurable, QualityRuleExists, TooManyQualityRules],
]);
const RetireQualityRuleResult = declareResult('RetireQualityRuleResult', QualityRuleObject, [
  ...[InvalidInput, ClientIdReused, QualityRuleNotFound],
]);

@Resolver(() => QualityRuleObject)
export class QualityRuleResolver {
  constructor(private readonly rules: QualityRuleService) {}

  @AllowedToSignedIn()
  @Query(() => QualityRuleConnection, {
    name: 'qualityRules',
    description: 'The rules of a dataset that you may see, retired ones too, oldest first',
  })
  async listRules(
    @CurrentActor() actor: Actor,
    @Args('datasetId', { type: () => GraphQLUuid, description: 'The dataset' }) datasetId: string,
    @Args() { first, after }: PageArgs,
  ) {
    const found = await this.rules.list(actor, datasetId, first, idAfter(after));
    return pageOf(found.map(shownRule), first, ({ id }) => [id]);
  }

  @AllowedToSignedIn()
  @Query(() => [ProposedQualityRuleObject], {
    nullable: true,
    description: 'Rules that the profile of a version suggests, to choose from and to declare',
  })
  async proposedQualityRules(
    @CurrentActor() actor: Actor,
    @Args('datasetVersionId', { type: () => GraphQLUuid, description: 'The version' })
    datasetVersionId: string,
  ) {
    const proposed = await this.rules.proposal(actor, datasetVersionId);
    return proposed?.map(({ rule, ground }) => ({
      ...rule,
      group: rule.group ?? RULE_KINDS[rule.kind].groups[0],
      ground,
    }));
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => DeclareQualityRulesResult, {
    description: 'Declares what the data of a dataset keep, in this version and in those that follow',
  })
  declareQualityRules(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, datasetId, rules }: DeclareQualityRulesInput,
  ) {
    const declared = this.rules.declare(actor, clientId, { datasetId, rules: rules.map(declaredRule) });
    return declared.then(async (id) => ({
      rules: (await this.rules.declaredTogether(actor, id)).map(shownRule),
    }));
  }

  @AllowedTo(Role.DATA_SPECIALIST)
  @Mutation(() => RetireQualityRuleResult, {
    description: 'Ends a rule: the next report is without it, those that were made keep it',
  })
  retireQualityRule(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, ruleId }: RetireQualityRuleInput,
  ) {
    const retired = this.rules.retire(actor, clientId, ruleId);
    return retired.then(async (id) => {
      const rule = await this.rules.find(actor, id);
      return rule && shownRule(rule);
    });
  }
}

/** A stored rule with its parameters as fields. */
export function shownRule(rule: QualityRule): QualityRuleObject {
  const { datasetId: referenceDatasetId = null, column: referenceColumn = null, ...said } = rule.parameters;
  const { id, datasetId, kind, group, columns, declaredAt, retiredAt } = rule;
  return {
    ...NO_PARAMETERS,
    ...said,
    ...{ referenceDatasetId, referenceColumn },
    ...{ id, datasetId, kind, group, columns, declaredAt, retiredAt },
  } as unknown as QualityRuleObject;
}

function declaredRule(input: QualityRuleInput, i: number): DeclaredRule {
  return {
    kind: input.kind,
    group: input.group ?? null,
    columns: input.columns,
    missing: input.missing ?? null,
    format: input.format ?? null,
    pattern: input.pattern?.map((part, n) => patternPart(part, `rules[${i}].pattern[${n}]`)) ?? null,
    minimum: input.minimum ?? null,
    maximum: input.maximum ?? null,
    codes: input.codes ?? null,
    comparison: input.comparison ?? null,
    referenceDatasetId: input.referenceDatasetId ?? null,
    referenceColumn: input.referenceColumn ?? null,
    period: input.period ?? null,
  };
}

function patternPart({ literal, charset, min, max }: PatternPartInput, path: string): PatternPart {
  if ((literal ?? null) === null && charset) {
    const least = min ?? 1;
    return { charset, min: least, max: max ?? Math.max(least, 1) };
  }
  if (literal && !charset && (min ?? max ?? null) === null) return { literal };
  throw new InvalidInput(path, 'must be a literal, or else a charset');
}
