import { GraphQLISODateTime, Query, Resolver } from '@nestjs/graphql';

import { Clock } from '#libs/foundation';

@Resolver()
export class ExchangeTimeResolver {
  constructor(private readonly clock: Clock) {}

  @Query(() => GraphQLISODateTime, {
    description:
      'The exchange’s time, UTC: what legal periods and grants go by. A sample exchange may run ahead.',
  })
  exchangeTime(): Date {
    return this.clock.now();
  }
}
