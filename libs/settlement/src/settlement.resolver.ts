import {
  Args,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { Length } from 'class-validator';

import { ClientIdReused } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  AllowedToSignedIn,
  type BatchRead,
  connectionOf,
  CurrentActor,
  CurrentRequest,
  declareResult,
  GraphQLBigInt,
  GraphQLDecimal,
  GraphQLInstant,
  GraphQLUuid,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  Role,
  idAfter,
} from '#libs/graphql';
import { Money } from '#libs/money';

import { EarlierMonthOpen, MonthClosed, MonthNotOver } from './settlement.errors.ts';
import { SettlementService } from './settlement.service.ts';
import type { Statement } from './statement.entity.ts';

@ObjectType('Allocation', { description: '分配: what one party gets of a statement’s line' })
export class AllocationObject {
  @Field(() => String, { description: 'As what: PROVIDER, OPERATOR or PLATFORM' })
  readonly capacity!: string;

  @Field(() => GraphQLUuid, { description: 'Who' })
  readonly partyId!: string;

  @Field(() => Int, { description: 'Its weight in the listing' })
  readonly weight!: number;

  @Field(() => GraphQLDecimal, { description: 'How much' })
  readonly amount!: string;
}

@ObjectType('StatementLine', { description: 'The use of one grant in the month' })
export class StatementLineObject {
  @Field(() => Int, { description: 'Its number' })
  readonly line!: number;

  @Field(() => GraphQLUuid, { description: 'The grant' })
  readonly usageGrantId!: string;

  @Field(() => GraphQLUuid, { description: 'The product' })
  readonly productId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose data it was' })
  readonly providerId!: string;

  @Field(() => GraphQLBigInt, { description: 'Answered calls' })
  readonly units!: bigint;

  @Field(() => GraphQLDecimal, { description: 'Price of one' })
  readonly pricePerCall!: string;

  @Field(() => GraphQLDecimal, { description: 'Units × price, rounded half up to the fen once' })
  readonly amount!: string;

  @Field(() => [AllocationObject], { description: 'Who gets it, as far as you may see' })
  readonly allocations!: AllocationObject[];
}

@ObjectType('Statement', { description: '账单: what a consumer owes for a month' })
export class StatementObject {
  @Field(() => GraphQLUuid, { description: 'The statement’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'The month of Asia/Shanghai, YYYY-MM' })
  readonly month!: string;

  @Field(() => GraphQLUuid, { description: 'Who owes it' })
  readonly consumerId!: string;

  @Field(() => GraphQLBigInt, { description: 'Answered calls' })
  readonly units!: bigint;

  @Field(() => GraphQLDecimal, { description: 'What is owed' })
  readonly amount!: string;

  @Field(() => String, { description: 'ISO 4217' })
  readonly currency!: string;

  @Field(() => GraphQLInstant, { description: 'When it was issued' })
  readonly issuedAt!: Date;
}

@ObjectType('SettlementMonth', { description: 'A month that is closed for ever' })
export class SettlementMonthObject {
  @Field(() => String, { description: 'The month of Asia/Shanghai, YYYY-MM' })
  readonly month!: string;

  @Field(() => GraphQLInstant, { description: 'When it was closed' })
  readonly closedAt!: Date;
}

@ObjectType('Earning', { description: 'What your party has earned with one product in a month' })
export class EarningObject {
  @Field(() => String, { description: 'The month of Asia/Shanghai, YYYY-MM' })
  readonly month!: string;

  @Field(() => String, { description: 'As what: PROVIDER, OPERATOR or PLATFORM' })
  readonly capacity!: string;

  @Field(() => GraphQLUuid, { description: 'The product' })
  readonly productId!: string;

  @Field(() => GraphQLBigInt, { description: 'Answered calls' })
  readonly units!: bigint;

  @Field(() => GraphQLDecimal, { description: 'Yuan' })
  readonly amount!: string;
}

@InputType({ description: 'A month to close' })
export class CloseMonthInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => String, { description: 'Of Asia/Shanghai, YYYY-MM' })
  readonly month!: string;
}

const StatementConnection = connectionOf('Statement', StatementObject);
const CloseMonthResult = declareResult('CloseMonthResult', SettlementMonthObject, [
  InvalidInput,
  ClientIdReused,
  MonthNotOver,
  MonthClosed,
  EarlierMonthOpen,
]);

const yuan = (minorUnits: bigint) => Money.ofMinorUnits(minorUnits, 'CNY').toDecimal();
const shown = ({ id, month, consumerId, units, amountMinor, currency, issuedAt }: Statement) => {
  return { id, month, consumerId, units, amount: yuan(amountMinor), currency, issuedAt };
};

@Resolver(() => StatementObject)
export class SettlementResolver {
  constructor(private readonly settlement: SettlementService) {}

  private readonly linesByStatement: BatchRead<object[]> = async (ids, actor) => {
    const lines = await this.settlement.linesOf(actor, ids);
    const allocations = await this.settlement.allocationsOf(actor, ids);
    return ids.map((id) =>
      lines
        .filter(({ statementId }) => statementId === id)
        .map(({ line, usageGrantId, productId, providerId, units, pricePerCall, amountMinor }) => {
          const mine = allocations.filter((of) => of.statementId === id && of.line === line);
          return {
            line,
            usageGrantId,
            productId,
            providerId,
            units,
            pricePerCall,
            amount: yuan(amountMinor),
            allocations: mine.map(({ capacity, partyId, weight, amountMinor: portion }) => {
              return { capacity, partyId, weight, amount: yuan(portion) };
            }),
          };
        }),
    );
  };

  @AllowedToSignedIn()
  @Query(() => StatementConnection, {
    name: 'statements',
    description: 'The statements of your party, all for operator and regulator; oldest first',
  })
  async listStatements(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('month', { type: () => String, nullable: true, description: 'Of this month only, YYYY-MM' })
    month: string | null,
  ) {
    const afterId = idAfter(after);
    const found = await this.settlement.listStatements(actor, { month: month ?? null, first, afterId });
    return pageOf(found.map(shown), first, ({ id }) => [id]);
  }

  @ResolveField(() => [StatementLineObject], { description: 'Its lines, in order' })
  async lines(@Parent() { id }: StatementObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.linesByStatement, id)) ?? [];
  }

  @AllowedToSignedIn()
  @Query(() => [EarningObject], { description: 'What your party has earned in a closed month, by product' })
  async earnings(
    @CurrentActor() actor: Actor,
    @Args('month', { description: 'Of Asia/Shanghai, YYYY-MM' }) month: string,
  ) {
    const earnings = await this.settlement.earnings(actor, month);
    return earnings.map(({ amountMinor, ...earning }) => ({ ...earning, amount: yuan(amountMinor) }));
  }

  @AllowedTo(Role.OPERATOR)
  @Mutation(() => CloseMonthResult, {
    description: 'Closes a month for ever: statements, journal entries and the split',
  })
  closeMonth(@CurrentActor() actor: Actor, @Args('input') { clientId, month }: CloseMonthInput) {
    const closed = this.settlement.closeMonth(actor, clientId, month);
    return closed.then(() => this.settlement.findMonth(actor, month));
  }
}
