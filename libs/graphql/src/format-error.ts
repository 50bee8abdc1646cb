import { randomUUID } from 'node:crypto';

import { Logger } from '@nestjs/common';
import { type ASTNode, BREAK, type GraphQLFormattedError, Kind, parse, visit } from 'graphql';

import { DomainError } from '#libs/foundation';

const PUBLIC_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'OPERATION_RESOLUTION_FAILURE',
]);

/**
 * Where in the variables the value is that has no shape of its type, and why it has not. graphql-js finds it before
 * any field is asked and names the place in its message only; `input.` is left out, as it is of every path.
 */
function ofVariable(message: string, cause: unknown): { readonly path?: string; readonly rule?: string } {
  const rule = cause instanceof Error ? cause.message : '';
  const [, variable, place = variable] =
    /^Variable "\$(\w+)" got invalid value .*?(?: at "([^"]+)")?; $/s.exec(
      message.slice(0, message.length - rule.length),
    ) ?? [];
  return place === undefined ? {} : { path: place.replace(/^input\./, ''), rule };
}

/** The same of a value that is written in the document itself: the fields and places between its argument and it. */
function ofLiteral({ nodes }: { readonly nodes?: readonly ASTNode[] }, cause: unknown) {
  const wrong = nodes?.[0];
  let path = '';
  if (wrong?.loc)
    visit(parse(wrong.loc.source.body), {
      enter(node, _key, parent, keys, ancestors) {
        if (node.kind !== wrong.kind || node.loc?.start !== wrong.loc?.start) return undefined;
        [...ancestors, parent, node].slice(1).forEach((below, i) => {
          if (!below) return;
          if ('kind' in below && below.kind === Kind.ARGUMENT) path = below.name.value;
          else if ('kind' in below && below.kind === Kind.OBJECT_FIELD) path += `.${below.name.value}`;
          else if (keys[i - 1] === 'values') path += `[${keys[i]}]`;
        });
        return BREAK;
      },
    });
  const rule = cause instanceof Error ? cause.message : '';
  return path === '' ? {} : { path: path.replace(/^input\./, ''), rule };
}

/**
 * What a client sees of an error: the code and place of a refusal or of wrong input, and of anything else only a
 * number under which the log has the rest.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { extensions = {}, message, ...place } = formatted;
  const cause = (error as { originalError?: unknown }).originalError ?? error;
  if (cause instanceof DomainError) {
    const { code, path, rule } = cause;
    return { message, ...place, extensions: { code, path: path ?? null, rule: rule ?? null } };
  }
  const { code, limitCode, limit, rule } = extensions;
  if (limitCode) return { message, ...place, extensions: { code: limitCode, limit } };
  if (code === 'GRAPHQL_PARSE_FAILED' && message.includes('tokens'))
    return { message, ...place, extensions: { code: 'QUERY_TOO_LARGE' } };
  if (typeof code === 'string' && PUBLIC_CODES.has(code)) {
    const shown = code === 'BAD_REQUEST' ? 'BAD_USER_INPUT' : code;
    const found =
      code === 'GRAPHQL_VALIDATION_FAILED'
        ? ofLiteral(error as Parameters<typeof ofLiteral>[0], cause)
        : ofVariable(message, cause);
    return { message, ...place, extensions: { code: shown, ...found, ...(rule ? { rule } : {}) } };
  }
  const correlationId = randomUUID();
  new Logger('GraphQL').error(
    `${correlationId} ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
  );
  return {
    message: 'Internal error',
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId },
  };
}
