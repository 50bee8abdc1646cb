import { Kind, OperationTypeNode, parse } from 'graphql';

import { Refused } from './exchange-client.ts';

/**
 * The first refusal among the answers to the mutations of a document; null: none of them was refused, or it asks only. It is
 * told by `code` or `message`, which a refusal has and nothing that a mutation makes.
 *
 * @param document one that the exchange has understood
 */
export function refusalIn(document: string, data: Readonly<Record<string, unknown>>): Refused | null {
  const isMutation = parse(document).definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
  );
  if (!isMutation) return null;
  for (const answer of Object.values(data)) {
    const { code, message, path, rule } = (answer ?? {}) as Readonly<Partial<Record<string, unknown>>>;
    const said = [message, code].find((text) => typeof text === 'string');
    if (said !== undefined) return new Refused(textOf(code) ?? 'REFUSED', said, textOf(path), textOf(rule));
  }
  return null;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
