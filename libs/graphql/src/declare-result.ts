import { createUnionType } from '@nestjs/graphql';

import { type DomainError } from '#libs/foundation';

import { type RefusalClass, refusalType } from './refusal-type.ts';

/** A refusal as it goes out. */
export interface Refused {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
  readonly rule: string | null;
}

/** graphql-js throws any value that is an Error, so a refusal goes out as a plain copy. */
export function refused(refusal: DomainError): Refused {
  const { code, message, path = null, rule = null } = refusal;
  return { __typename: refusal.constructor.name, code, message, path, rule };
}

/**
 * What a mutation can answer: `union name = success | ...refusals`.
 *
 * The one list builds the schema and decides which thrown refusals become results (`RefusalFilter` reads it there), so
 * the two cannot drift apart. Every other error reaches the client in `errors`.
 */
export function declareResult(
  name: string,
  success: abstract new () => object,
  refusals: readonly RefusalClass[],
) {
  const byName = new Map(refusals.map((refusal) => [refusal.name, refusalType(refusal)]));
  return createUnionType({
    name,
    // The members are wanted as a tuple; here they are known as a list only.
    types: () => [success, ...byName.values()] as never,
    resolveType: (value: Partial<Refused>) => byName.get(value.__typename ?? '') ?? success,
  });
}
