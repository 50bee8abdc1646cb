import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  isTypeDefinitionNode,
  Kind,
  parse,
  printSchema,
} from 'graphql';
import { type DataSource } from 'typeorm';

import { startExchange, type TestExchange } from '../support/start-exchange.ts';

const SCHEMA = join('prisma-free-schema', 'schema.graphql');

/** With UPDATE_GENERATED=1 what is generated is written; without, it is compared. */
describe('what is generated', () => {
  let exchange: TestExchange;
  let schema: string;
  beforeAll(async () => {
    exchange = await startExchange();
    const introspected = await exchange.anonymous.query<IntrospectionQuery>(getIntrospectionQuery());
    schema = `${printSchema(buildClientSchema(introspected))}\n`;
  });
  afterAll(() => exchange.stop());

  it('is the committed GraphQL schema', () => {
    if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(SCHEMA, schema);
    expect(schema).toBe(readFileSync(SCHEMA, 'utf8'));
  });

  it('is described, every type and field of it', () => {
    const bare = parse(schema)
      .definitions.filter(isTypeDefinitionNode)
      .flatMap((type) => {
        const fields = 'fields' in type ? (type.fields ?? []) : [];
        // A union says by its name what it is: the result of that field.
        const own = type.description || type.kind === Kind.UNION_TYPE_DEFINITION ? [] : [type.name.value];
        return [
          ...own,
          ...fields
            .filter(({ description }) => !description)
            .map(({ name }) => `${type.name.value}.${name.value}`),
        ];
      });
    expect(bare.filter((name) => !/^(Query|Mutation)$/.test(name))).toEqual([]);
  });

  it('maps every entity to columns that the database has, of the same type and nullability', async () => {
    const dataSource = exchange.service.app.get<DataSource>(getDataSourceToken());
    const { rows } = await exchange.owner.query<{
      table_name: string;
      column_name: string;
      type: string;
      is_nullable: string;
    }>(
      `SELECT table_name, column_name, is_nullable,
              CASE WHEN data_type = 'ARRAY' THEN substr(udt_name, 2) || '[]'
                   WHEN data_type = 'timestamp with time zone' THEN 'timestamptz' ELSE data_type END AS type
       FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const stored = new Map(
      rows.map((row) => [`${row.table_name}.${row.column_name}`, `${row.type} ${row.is_nullable}`]),
    );
    // Applications of either track are entities of their own over one table, so columns are looked for in all of them.
    const mapped = dataSource.entityMetadatas.flatMap(({ tableName, columns }) =>
      columns.map(({ databaseName, type, isArray, isNullable }) => {
        const says = `${String(type)}${isArray ? '[]' : ''} ${isNullable ? 'YES' : 'NO'}`;
        return { tableName, name: `${tableName}.${databaseName}`, says };
      }),
    );
    const tables = new Set(mapped.map(({ tableName }) => tableName));
    const columns = new Set(mapped.map(({ name }) => name));
    const drift = [
      ...mapped
        .filter(({ name, says }) => stored.get(name) !== says)
        .map(({ name, says }) => `${name}: ${says}, but ${stored.get(name) ?? 'nothing'}`),
      ...[...stored.keys()].filter((name) => tables.has(name.split('.')[0] ?? '') && !columns.has(name)),
    ];
    expect(drift).toEqual([]);
    expect(dataSource.entityMetadatas.length).toBeGreaterThan(20);
  });
});
