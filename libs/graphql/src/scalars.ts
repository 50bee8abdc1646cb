import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

import { type LegalDay, parseLegalDay } from '#libs/foundation';

function textScalar<Internal>(
  name: string,
  description: string,
  rule: string,
  parse: (text: string) => Internal | null,
  serialize: (value: unknown) => string,
): GraphQLScalarType<Internal, string> {
  const parseText = (value: unknown, nodes: readonly ValueNode[] = []): Internal => {
    const parsed = typeof value === 'string' ? parse(value) : null;
    if (parsed === null)
      throw new GraphQLError(`${name} ${rule}`, { nodes, extensions: { code: 'BAD_USER_INPUT', rule } });
    return parsed;
  };
  return new GraphQLScalarType<Internal, string>({
    name,
    description,
    serialize,
    parseValue: (value) => parseText(value),
    parseLiteral: (node: ValueNode) => parseText(node.kind === Kind.STRING ? node.value : null, [node]),
  });
}

export const GraphQLInstant = textScalar<Date>(
  'Instant',
  'A point in time, RFC 3339 in UTC: 2026-11-24T04:00:00.000Z.',
  'must be RFC 3339 with a time zone',
  (text) => {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
    const instant = new Date(text);
    return Number.isNaN(instant.getTime()) ? null : instant;
  },
  (value) => (value as Date).toISOString(),
);

export const GraphQLLegalDate = textScalar<LegalDay>(
  'LegalDate',
  'A calendar day in Asia/Shanghai, which legal periods are counted in: 2026-11-24.',
  'must be an existing day, YYYY-MM-DD',
  (text) => {
    try {
      return parseLegalDay(text, 'date');
    } catch {
      return null;
    }
  },
  String,
);

export const GraphQLDecimal = textScalar<string>(
  'Decimal',
  'An exact decimal number as text: "12.30". Never a float.',
  'must be a decimal number as text',
  (text) => (/^-?\d{1,30}(\.\d{1,20})?$/.test(text) ? text : null),
  String,
);

export const GraphQLBigInt = textScalar<bigint>(
  'BigInt',
  'A whole number of any size as text: "9007199254740993".',
  'must be a whole number as text',
  (text) => (/^-?\d{1,38}$/.test(text) ? BigInt(text) : null),
  String,
);

export const GraphQLUuid = textScalar<string>(
  'Uuid',
  'The id of a thing on this exchange.',
  'must be a UUID',
  (text) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null),
  String,
);
