import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** What one request may ask for. Tokens are counted by the parser, the rest after fragments are put in place. */
export const QUERY_LIMITS = { tokens: 1000, depth: 10, aliases: 15, rootFields: 10, fields: 500 } as const;

interface Measure {
  depth: number;
  aliases: number;
  fields: number;
}

/**
 * Refuses an operation that is too deep, too wide or aliased too often, before anything of it runs. Introspection is
 * exempt from depth, because its usual query is deeper than any of ours, but its fields count.
 */
export function queryLimits(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const measure: Measure = { depth: 0, aliases: 0, fields: 0 };
      const rootFields = countFields(operation.selectionSet, context.getDocument(), 1, measure, new Set());
      const tooMuch = (
        [
          ['QUERY_TOO_DEEP', measure.depth, QUERY_LIMITS.depth],
          ['TOO_MANY_ALIASES', measure.aliases, QUERY_LIMITS.aliases],
          ['TOO_MANY_ROOT_FIELDS', rootFields, QUERY_LIMITS.rootFields],
          ['QUERY_TOO_WIDE', measure.fields, QUERY_LIMITS.fields],
        ] as const
      ).find(([, is, limit]) => is > limit);
      if (tooMuch) {
        const [limitCode, , limit] = tooMuch;
        context.reportError(
          new GraphQLError(`${limitCode}: the limit is ${limit}`, { extensions: { limitCode, limit } }),
        );
      }
      return false;
    },
  };
}

/** Adds what a selection holds to `measure` and answers its own fields; stops once there are too many of them. */
function countFields(
  { selections }: SelectionSetNode,
  document: DocumentNode,
  depth: number,
  measure: Measure,
  within: ReadonlySet<string>,
): number {
  let own = 0;
  for (const selection of selections) {
    if (measure.fields > QUERY_LIMITS.fields) break;
    if (selection.kind === Kind.FIELD) {
      own += 1;
      measure.fields += 1;
      if (selection.alias) measure.aliases += 1;
      const isIntrospection = selection.name.value.startsWith('__');
      measure.depth = Math.max(measure.depth, depth);
      if (selection.selectionSet)
        countFields(
          selection.selectionSet,
          document,
          isIntrospection ? -Infinity : depth + 1,
          measure,
          within,
        );
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      own += countFields(selection.selectionSet, document, depth, measure, within);
    } else {
      const name = selection.name.value;
      const fragment = document.definitions.find(
        (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
      );
      // A fragment within itself is refused by the specification's own rule.
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION && !within.has(name))
        own += countFields(fragment.selectionSet, document, depth, measure, new Set([...within, name]));
    }
  }
  return own;
}
