import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { Max, Min } from 'class-validator';

import { InvalidInput } from '#libs/foundation';

/** The values of a row that the page is sorted by, the last of them unique. */
export type SortKey = readonly string[];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@ArgsType()
export class PageArgs {
  @Min(1)
  @Max(100)
  @Field(() => Int, { defaultValue: 20, description: 'How many at most, 1 to 100' })
  readonly first!: number;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before' })
  readonly after?: string | null;
}

@ObjectType({ description: 'Where a page ends' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are more behind this page' })
  readonly hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'What to give as `after` to get the next page' })
  readonly endCursor!: string | null;
}

export interface Page<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The Relay connection type over `node`, named after it. */
export function connectionOf<Node extends object>(name: string, node: Type<Node>): Type<Page<Node>> {
  @ObjectType(`${name}Edge`, { description: `A ${name} in a list` })
  class Edge {
    @Field(() => node, { description: `The ${name}` })
    readonly node!: Node;

    @Field(() => String, { description: 'Where it stands in the list' })
    readonly cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}` })
  class Connection {
    @Field(() => [Edge], { description: 'The page, in order' })
    readonly edges!: Edge[];

    @Field(() => PageInfo, { description: 'Where the page ends' })
    readonly pageInfo!: PageInfo;
  }
  return Connection;
}

/** The page of `first` made from the rows found, of which one more than that were asked for. */
export function pageOf<Node>(
  rows: readonly Node[],
  first: number,
  sortKeyOf: (node: Node) => SortKey,
): Page<Node> {
  const edges = rows.slice(0, first).map((node) => ({
    node,
    cursor: Buffer.from(JSON.stringify(sortKeyOf(node))).toString('base64url'),
  }));
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

/** The id behind a cursor of a list in the order of ids; null for the first page. @throws InvalidInput, path `after` */
export function idAfter(after: string | null | undefined): string | null {
  const id = sortKeyAfter(after, 1)?.[0] ?? null;
  if (id !== null && !UUID.test(id)) throw new InvalidInput('after', 'must be a cursor of this list');
  return id;
}

/** The sort key behind a cursor of `length` values; null for the first page. @throws InvalidInput, path `after` */
export function sortKeyAfter(after: string | null | undefined, length: number): SortKey | null {
  if (after === null || after === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    if (Array.isArray(key) && key.length === length && key.every((value) => typeof value === 'string'))
      return key;
  } catch {
    // Not JSON: the same refusal as any other text that is no cursor of ours.
  }
  throw new InvalidInput('after', 'must be a cursor of this list');
}
