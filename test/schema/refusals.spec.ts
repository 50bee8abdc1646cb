import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { buildSchema, getNullableType, isUnionType } from 'graphql';

import { DomainError } from '#libs/foundation';

import * as asset from '../../libs/asset/src/asset.errors.ts';
import * as correctionRequest from '../../libs/correction-request/src/correction-request.errors.ts';
import * as propertyRight from '../../libs/property-right/src/property-right.errors.ts';
import * as registryOffice from '../../libs/registry-office/src/registry-office.errors.ts';

/** Stands for whatever a refusal is told about. */
const ANYTHING = [{ assetId: '', name: '', score: 1, product: '', fields: [] }];

describe('a refusal of the register', () => {
  const refusals = Object.entries({ ...asset, ...correctionRequest, ...propertyRight, ...registryOffice });

  it.each(refusals)('%s names the article it rests on, or says that the rule is ours', (_, Refusal) => {
    const made = new (Refusal as unknown as new (...told: unknown[]) => DomainError)(
      ...Array<unknown>(5).fill(ANYTHING),
    );
    expect(made).toBeInstanceOf(DomainError);
    expect(made.rule).toBeTruthy();
  });
});

describe('a mutation', () => {
  const schema = buildSchema(readFileSync('prisma-free-schema/schema.graphql', 'utf8'));
  const mutations = schema.getMutationType()?.getFields() ?? {};

  it.each(Object.values(mutations))('$name answers what its input breaks as InvalidInput', ({ type }) => {
    const answer = getNullableType(type);
    expect(isUnionType(answer) && answer.getTypes().map(({ name }) => name)).toContain('InvalidInput');
  });
});
