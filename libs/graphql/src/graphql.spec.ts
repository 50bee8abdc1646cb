import 'reflect-metadata';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Args, Field, InputType, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsOptional, Length, Matches, Max, ValidateNested } from 'class-validator';
import { serverAudits } from 'graphql-http';

import { DomainError, InvalidInput } from '#libs/foundation';

import {
  connectionOf,
  declareResult,
  GraphQLDecimal,
  GraphQLInstant,
  GraphQLLegalDate,
  GraphQLUuid,
  graphqlModule,
  inputPipe,
  PageArgs,
  pageOf,
  RefusalFilter,
  sortKeyAfter,
} from './index.ts';

class Sold extends DomainError {
  readonly code = 'SOLD';
}

@ObjectType()
class Thing {
  @Field(() => String)
  readonly name!: string;

  @Field(() => Thing)
  readonly inner!: Thing;
}

@InputType()
class PartInput {
  @Length(1, 5)
  @Field(() => String)
  readonly name!: string;

  @IsOptional()
  @Max(9)
  @Field(() => Number, { nullable: true })
  readonly count!: number | null;
}

@InputType()
class OrderInput {
  @ArrayMaxSize(3)
  @ArrayUnique()
  @Length(1, 5, { each: true })
  @Field(() => [String], { defaultValue: [] })
  readonly words!: string[];

  @Matches(/^a/, { each: true, message: 'must begin with a' })
  @Field(() => [String], { defaultValue: [] })
  readonly marks!: string[];

  @ValidateNested({ each: true })
  @Type(() => PartInput)
  @Field(() => [PartInput], { defaultValue: [] })
  readonly parts!: PartInput[];

  @Field(() => GraphQLLegalDate, { nullable: true })
  readonly on!: string | null;
}

const ThingConnection = connectionOf('Thing', Thing);
const BuyResult = declareResult('BuyResult', Thing, [InvalidInput, Sold]);
const names = ['一', '二', '三', '四', '五'];

@Resolver(() => Thing)
class ThingResolver {
  @Query(() => Thing)
  thing() {
    const thing = { name: '一' };
    return Object.assign(thing, { inner: thing });
  }

  @Query(() => ThingConnection)
  things(@Args() { first, after }: PageArgs) {
    const start = Number(sortKeyAfter(after, 1)?.[0] ?? -1) + 1;
    const rows = names.map((name, i) => ({ name, i })).slice(start, start + first + 1);
    return pageOf(rows, first, ({ i }) => [String(i)]);
  }

  @Query(() => String)
  broken(): string {
    throw new RangeError('secret: postgres://user:password');
  }

  @Query(() => GraphQLInstant)
  echo(
    @Args('at', { type: () => GraphQLInstant }) at: Date,
    @Args('id', { type: () => GraphQLUuid, nullable: true }) id: string | null,
    @Args('price', { type: () => GraphQLDecimal, nullable: true }) price: string | null,
  ) {
    return id === null && price === null ? at : new Date(at);
  }

  @Mutation(() => BuyResult)
  order(@Args('input') input: OrderInput) {
    return { name: String(input.words.length), inner: null };
  }

  @Query(() => Thing)
  found(@Args('input') input: OrderInput) {
    return { name: String(input.words.length), inner: null };
  }

  @Mutation(() => BuyResult)
  buy(@Args('name') name: string) {
    return Promise.resolve().then(() => {
      if (name === '') throw new InvalidInput('name', 'must not be empty');
      if (name === 'defect') throw new TypeError('secret');
      if (name === 'sold') throw new Sold('It is sold');
      return { name, inner: null };
    });
  }
}

@Module({ imports: [graphqlModule()], providers: [ThingResolver] })
class TestModule {}

describe('GraphQL', () => {
  let app: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [TestModule] }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ bodyLimit: 100 * 1024 }));
    app.useGlobalPipes(inputPipe());
    app.useGlobalFilters(new RefusalFilter());
    app.useLogger(false);
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/graphql`;
  });
  afterAll(() => app.close());

  const post = (body: string) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const ask = async (query: string, variables = {}) =>
    (await (await post(JSON.stringify({ query, variables }))).json()) as Record<string, unknown>;
  const refusedWith = (code: string, more = {}) =>
    expect.objectContaining({
      errors: [expect.objectContaining({ extensions: expect.objectContaining({ code, ...more }) })],
    });

  it('answers a success, a declared refusal with its place, and hides a defect', async () => {
    const buy = (name: string) =>
      ask(
        'mutation ($name: String!) { buy(name: $name) { __typename ...on Thing { name } ...on UserError { code path rule } } }',
        { name },
      );

    expect(await buy('书')).toEqual({ data: { buy: { __typename: 'Thing', name: '书' } } });
    expect(await buy('')).toEqual({
      data: {
        buy: { __typename: 'InvalidInput', code: 'INVALID_INPUT', path: 'name', rule: 'must not be empty' },
      },
    });
    expect(await buy('sold')).toEqual({
      data: { buy: { __typename: 'Sold', code: 'SOLD', path: null, rule: null } },
    });
    expect(JSON.stringify(await buy('defect'))).not.toContain('secret');
  });

  it.each([
    [{ words: ['a', '', 'b'] }, 'words[1]', 'must be 1 to 5 characters'],
    [{ words: ['a', 'b', 'a'] }, 'words', 'must not hold the same twice'],
    [{ words: ['a', 'b', 'c', 'd'] }, 'words', 'must hold 3 at most'],
    [{ words: ['a', 'b\0'] }, 'words[1]', 'must be text without zero characters and broken surrogates'],
    [{ marks: ['a', 'ab', 'b'] }, 'marks[2]', 'must begin with a'],
    [{ parts: [{ name: 'a' }, { name: '' }] }, 'parts[1].name', 'must be 1 to 5 characters'],
    [{ words: ['a', ' \u3000'] }, 'words[1]', 'must not be blank'],
    [{ parts: [{ name: 'a' }, { name: '\t' }] }, 'parts[1].name', 'must not be blank'],
    [{ parts: [{ name: 'a', count: 10 }] }, 'parts[0].count', 'must be 9 at most'],
  ])('answers a check of the input with its place and rule: %j', async (input, path, rule) => {
    const order = await ask(
      'mutation ($input: OrderInput!) { order(input: $input) { __typename ...on UserError { code message path rule } } }',
      { input },
    );
    const refusal = { code: 'INVALID_INPUT', path, rule };
    expect(order).toEqual({
      data: { order: { __typename: 'InvalidInput', ...refusal, message: `${path}: ${rule}` } },
    });
    // A query has no union to answer with.
    expect(await ask('query ($input: OrderInput!) { found(input: $input) { name } }', { input })).toEqual(
      refusedWith('INVALID_INPUT', { path, rule }),
    );
  });

  it.each([
    ['OrderInput!', { on: '2026-02-30' }, 'on', 'must be an existing day, YYYY-MM-DD'],
    ['OrderInput!', { parts: [{}] }, 'parts[0]', 'Field "name" of required type "String!" was not provided.'],
    ['OrderInput!', 3, 'input', 'Expected type "OrderInput" to be an object.'],
  ])('names the place of what has not the shape of %s: %j', async (type, input, path, rule) => {
    expect(
      await ask(`mutation ($input: ${type}) { order(input: $input) { __typename } }`, { input }),
    ).toEqual(refusedWith('BAD_USER_INPUT', { path, rule }));
  });

  it.each([
    ['order(input: { on: "2026-02-30" })', 'on', 'must be an existing day, YYYY-MM-DD'],
    ['order(input: { words: ["a", 1] })', 'words[1]', 'String cannot represent a non string value: 1'],
    [
      'order(input: { parts: [{ name: "a" }, { count: 1 }] })',
      'parts[1]',
      'Field "PartInput.name" of required type "String!" was not provided.',
    ],
    [
      'order(input: { parts: [{ name: "a", count: true }] })',
      'parts[0].count',
      'Float cannot represent non numeric value: true',
    ],
    [
      'order(input: { parts: [{ name: "a", size: 1 }] })',
      'parts[0].size',
      'Field "size" is not defined by type "PartInput".',
    ],
    ['order(input: 3)', 'input', 'Expected value of type "OrderInput!", found 3.'],
  ])('names the place of what has not its shape in the document: %s', async (order, path, rule) => {
    expect(await ask(`mutation { ${order} { __typename } }`)).toEqual(
      refusedWith('GRAPHQL_VALIDATION_FAILED', { path, rule }),
    );
  });

  it('names no place of what is no value', async () => {
    const { errors } = await ask('{ thing { size } }');
    expect(errors).toEqual([expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })]);
  });

  it('shows of an internal error only the number it has in the log', async () => {
    const answer = await ask('{ broken }');
    expect(answer).toEqual(refusedWith('INTERNAL_SERVER_ERROR', { correlationId: expect.any(String) }));
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('pages through a list to its end, each once', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { data } = (await ask(
        'query ($after: String) { things(first: 2, after: $after) { edges { node { name } } pageInfo { hasNextPage endCursor } } }',
        { after },
      )) as {
        data: {
          things: {
            edges: { node: { name: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      };
      seen.push(...data.things.edges.map(({ node }) => node.name));
      ({ endCursor: after, hasNextPage: more } = data.things.pageInfo);
    }
    expect(seen).toEqual(names);
  });

  it.each([
    ['a cursor that is none', '{ things(after: "x") { pageInfo { hasNextPage } } }', 'INVALID_INPUT'],
    ['a page too long', '{ things(first: 101) { pageInfo { hasNextPage } } }', 'INVALID_INPUT'],
    ['an instant without a zone', '{ echo(at: "2026-01-01T00:00:00") }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an id that is none', '{ echo(at: "2026-01-01T00:00:00Z", id: "1") }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a price as a float', '{ echo(at: "2026-01-01T00:00:00Z", price: 0.1) }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a query too deep', `{ thing ${'{ inner '.repeat(10)}{ name }${'}'.repeat(10)} }`, 'QUERY_TOO_DEEP'],
    [
      '1,000 aliases',
      `{ ${Array.from({ length: 300 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      'TOO_MANY_ALIASES',
    ],
    ['more tokens than allowed', `{ ${'__typename '.repeat(1000)} }`, 'QUERY_TOO_LARGE'],
    [
      'fragments that multiply',
      `{ thing { ...a } } ${['a', 'b', 'c', 'd', 'e'].map((name, i, all) => `fragment ${name} on Thing { ${all[i + 1] ? `...${all[i + 1] ?? ''} `.repeat(9) : 'name'} }`).join(' ')}`,
      'QUERY_TOO_WIDE',
    ],
    [
      'eleven root fields',
      `{ ${Array.from({ length: 11 }, () => 'thing { name }').join(' ')} }`,
      'TOO_MANY_ROOT_FIELDS',
    ],
  ])('refuses %s with its code', async (_, query, code) => {
    expect(await ask(query)).toEqual(refusedWith(code));
    expect(await ask('{ thing { name } }')).toEqual({ data: { thing: { name: '一' } } });
  });

  it('refuses a body of 1 MB and stays alive', async () => {
    expect(
      (await post(JSON.stringify({ query: `{ thing { name } } #${'x'.repeat(1_000_000)}` }))).status,
    ).toBe(413);
    expect(await ask('{ thing { name } }')).toEqual({ data: { thing: { name: '一' } } });
  });

  it('passes every audit of GraphQL over HTTP that says must or should', async () => {
    const failed: string[] = [];
    for (const audit of serverAudits({ url, fetchFn: fetch })) {
      const result = await audit.fn();
      if (result.status === 'error' || result.status === 'warn')
        failed.push(`${audit.id} ${audit.name}: ${result.reason}`);
    }
    expect(failed).toEqual([]);
  });
});
