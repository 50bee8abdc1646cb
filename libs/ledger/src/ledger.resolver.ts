import { Args, Field, Int, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import {
  type Actor,
  AllowedToSignedIn,
  type BatchRead,
  connectionOf,
  CurrentActor,
  CurrentRequest,
  GraphQLDecimal,
  GraphQLInstant,
  GraphQLUuid,
  loadOne,
  PageArgs,
  pageOf,
  type RequestContext,
  idAfter,
} from '#libs/graphql';
import { Money } from '#libs/money';

import { LedgerService } from './ledger.service.ts';

@ObjectType('Posting', { description: 'A line of a journal entry' })
export class PostingObject {
  @Field(() => Int, { description: 'Its number' })
  readonly line!: number;

  @Field(() => GraphQLUuid, { description: 'Whose account' })
  readonly partyId!: string;

  @Field(() => String, { description: 'RECEIVABLE: what the party owes; PAYABLE: what it is owed' })
  readonly accountKind!: string;

  @Field(() => GraphQLDecimal, { description: 'Debit above zero, credit below' })
  readonly amount!: string;

  @Field(() => String, { description: 'ISO 4217' })
  readonly currency!: string;
}

@ObjectType('JournalEntry', { description: '分录: a balanced entry of the ledger' })
export class JournalEntryObject {
  @Field(() => GraphQLUuid, { description: 'The entry’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'What it books: STATEMENT' })
  readonly kind!: string;

  @Field(() => GraphQLUuid, { description: 'The statement it books' })
  readonly referenceId!: string;

  @Field(() => GraphQLInstant, { description: 'When it was booked' })
  readonly bookedAt!: Date;
}

const JournalEntryConnection = connectionOf('JournalEntry', JournalEntryObject);

@Resolver(() => JournalEntryObject)
export class LedgerResolver {
  constructor(private readonly ledger: LedgerService) {}

  private readonly postingsByEntry: BatchRead<object[]> = async (ids, actor) => {
    const found = await this.ledger.postingsOf(actor, ids);
    return ids.map((id) =>
      found
        .filter(({ posting }) => posting.journalEntryId === id)
        .map(({ posting: { line, partyId, amountMinor, currency }, accountKind }) => {
          const amount = Money.ofMinorUnits(amountMinor, currency).toDecimal();
          return { line, partyId, accountKind, amount, currency };
        }),
    );
  };

  @AllowedToSignedIn()
  @Query(() => JournalEntryConnection, {
    name: 'journalEntries',
    description: 'The ledger: entries that touch your party, all for operator and regulator; oldest first',
  })
  async listEntries(@CurrentActor() actor: Actor, @Args() { first, after }: PageArgs) {
    const afterId = idAfter(after);
    return pageOf(await this.ledger.list(actor, first, afterId), first, ({ id }) => [id]);
  }

  @ResolveField(() => [PostingObject], { description: 'Its lines that you may see' })
  async postings(@Parent() { id }: JournalEntryObject, @CurrentRequest() request: RequestContext) {
    return (await loadOne(request, this.postingsByEntry, id)) ?? [];
  }
}
