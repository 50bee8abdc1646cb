import { type Hash, nodeHash } from './merkle-tree.ts';

/** A complete subtree: `index` of `level` covers the entries from index × 2^level, 2^level of them. */
export interface TreeNode {
  readonly level: number;
  readonly index: bigint;
}

export interface HashedNode extends TreeNode {
  readonly hash: Hash;
}

/** Entries from `start`, up to and without `end`. */
interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** A proof as the subtrees it is made of: each hash of it is the root over some complete nodes. */
export type ProofPlan = readonly (readonly TreeNode[])[];

/** The complete nodes, left to right, whose folded hash is the root of the tree of `size`. */
export function nodesOfTree(size: bigint): TreeNode[] {
  return nodesOf({ start: 0n, end: size });
}

/** The root over complete nodes, left to right. */
export function foldNodes(hashes: readonly Hash[]): Hash {
  const folded = hashes.reduceRight<Hash | null>(
    (right, left) => (right ? nodeHash(left, right) : left),
    null,
  );
  if (!folded) throw new RangeError('There is no root over no nodes');
  return folded;
}

/**
 * The nodes that adding `leafHashes` to a tree of `size` completes, leaves first. `edge` are the hashes of
 * `nodesOfTree(size)`.
 */
export function nodesCompletedBy(
  leafHashes: readonly Hash[],
  size: bigint,
  edge: readonly Hash[],
): HashedNode[] {
  const edgeByLevel = new Map(nodesOfTree(size).map(({ level }, i) => [level, edge[i]]));
  const completed: HashedNode[] = [];
  let hashes = leafHashes;
  let start = size;
  for (let level = 0; hashes.length > 0; level++) {
    const from = start;
    completed.push(...hashes.map((hash, i) => ({ level, index: from + BigInt(i), hash })));
    const neighbour = start % 2n === 1n ? edgeByLevel.get(level) : undefined;
    const row = neighbour ? [neighbour, ...hashes] : hashes;
    hashes = Array.from({ length: Math.floor(row.length / 2) }, (_, i) =>
      nodeHash(row[2 * i] as Hash, row[2 * i + 1] as Hash),
    );
    start /= 2n;
  }
  return completed;
}

/** How to prove that entry `index` is in the tree of `size` (RFC 9162, 2.1.3.1). */
export function inclusionPlan(index: bigint, size: bigint): ProofPlan {
  if (index < 0n || index >= size) throw new RangeError('No such entry');
  const ranges: Range[] = [];
  let start = 0n;
  let end = size;
  while (end - start > 1n) {
    const split = start + largestPowerBelow(end - start);
    if (index < split) {
      ranges.push({ start: split, end });
      end = split;
    } else {
      ranges.push({ start, end: split });
      start = split;
    }
  }
  return ranges.reverse().map(nodesOf);
}

/** How to prove that the tree of `size1` is a beginning of that of `size2` (RFC 9162, 2.1.4.1). */
export function consistencyPlan(size1: bigint, size2: bigint): ProofPlan {
  if (size1 < 1n || size1 > size2) throw new RangeError('No such size');
  const ranges: Range[] = [];
  let start = 0n;
  let end = size2;
  while (size1 < end) {
    const split = start + largestPowerBelow(end - start);
    if (size1 <= split) {
      ranges.push({ start: split, end });
      end = split;
    } else {
      ranges.push({ start, end: split });
      start = split;
    }
  }
  // The whole old tree needs no hash of its own: the verifier holds it.
  if (start > 0n) ranges.push({ start, end });
  return ranges.reverse().map(nodesOf);
}

function nodesOf({ start, end }: Range): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = start; at < end;) {
    const level = (end - at).toString(2).length - 1;
    nodes.push({ level, index: at >> BigInt(level) });
    at += 1n << BigInt(level);
  }
  return nodes;
}

function largestPowerBelow(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1);
}
