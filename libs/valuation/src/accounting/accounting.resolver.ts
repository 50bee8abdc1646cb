import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';

import { ClientIdReused, NotAPerson } from '#libs/audit';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedTo,
  CurrentActor,
  declareResult,
  GraphQLUuid,
  idAfter,
  PageArgs,
  pageOf,
  Role,
} from '#libs/graphql';

import { AssetNotValuable } from '../engagement/engagement.errors.ts';
import {
  AccountingRecordConnection,
  AccountingRecordObject,
  RecordAccountingInput,
} from './accounting.object.ts';
import { AccountingService } from './accounting.service.ts';

/** Who decides for a party that holds what is accounted for. */
const HOLDERS = [Role.CHIEF_DATA_REPRESENTATIVE, Role.INSTITUTION_USER, Role.OPERATOR];

const RecordAccountingResult = declareResult('RecordAccountingResult', AccountingRecordObject, [
  InvalidInput,
  ClientIdReused,
  NotAPerson,
  AssetNotValuable,
]);

@Resolver(() => AccountingRecordObject)
export class AccountingResolver {
  constructor(private readonly accounting: AccountingService) {}

  @AllowedTo(Role.DATA_SPECIALIST, Role.REGULATOR, ...HOLDERS)
  @Query(() => AccountingRecordConnection, {
    name: 'accountingRecords',
    description: '入表: how your party accounts for its assets, oldest first; a regulator sees everybody’s',
  })
  async listRecords(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('assetId', { type: () => GraphQLUuid, nullable: true, description: 'Of this asset only' })
    assetId: string | null,
  ) {
    const filter = { assetId: assetId ?? null, first, afterId: idAfter(after) };
    return pageOf(await this.accounting.list(actor, filter), first, ({ id }) => [id]);
  }

  @AllowedTo(...HOLDERS)
  @Mutation(() => RecordAccountingResult, {
    description:
      '入表: records the test of recognition and what it comes to, by who holds or operates the asset now (财会〔2023〕11号)',
  })
  recordAccounting(
    @CurrentActor() actor: Actor,
    @Args('input') { clientId, ...input }: RecordAccountingInput,
  ) {
    const done = this.accounting.record(actor, clientId, input);
    return done.then((id) => this.accounting.find(actor, id));
  }
}
