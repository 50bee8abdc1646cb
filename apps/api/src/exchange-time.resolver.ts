import { GraphQLISODateTime, Query, Resolver } from '@nestjs/graphql';
import { Pool } from 'pg';

@Resolver()
export class ExchangeTimeResolver {
  constructor(private readonly pool: Pool) {}

  @Query(() => GraphQLISODateTime, {
    description:
      'The exchange’s time, UTC: what legal periods and grants go by. A sample exchange may run ahead.',
  })
  async exchangeTime(): Promise<Date> {
    const { rows } = await this.pool.query<{ offset_ms: string }>('SELECT offset_ms FROM exchange_clock');
    return new Date(Date.now() + Number(rows[0]?.offset_ms));
  }
}
