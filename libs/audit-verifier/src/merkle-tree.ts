import { createHash } from 'node:crypto';

// RFC 9162, section 2.1: the tree, its proofs and their checks. Sizes and indices are bigint, hashes 32 bytes.

export type Hash = Buffer;

/** SHA-256 of 0x00 and the entry (2.1.1). */
export function leafHash(entry: Uint8Array): Hash {
  return createHash('sha256').update('\0').update(entry).digest();
}

/** SHA-256 of 0x01 and both children (2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  return createHash('sha256').update('\x01').update(left).update(right).digest();
}

/** The root over leaf hashes; of none, the hash of nothing. */
export function rootOf(leafHashes: readonly Hash[]): Hash {
  const [only, ...others] = leafHashes;
  if (!only) return createHash('sha256').digest();
  if (others.length === 0) return only;
  const split = largestPowerBelow(leafHashes.length);
  return nodeHash(rootOf(leafHashes.slice(0, split)), rootOf(leafHashes.slice(split)));
}

/** The proof that entry `index` is in the tree over these leaf hashes (2.1.3.1). */
export function inclusionProof(index: number, leafHashes: readonly Hash[]): Hash[] {
  if (index < 0 || index >= leafHashes.length) throw new RangeError('No such entry');
  if (leafHashes.length === 1) return [];
  const split = largestPowerBelow(leafHashes.length);
  const left = leafHashes.slice(0, split);
  const right = leafHashes.slice(split);
  return index < split
    ? [...inclusionProof(index, left), rootOf(right)]
    : [...inclusionProof(index - split, right), rootOf(left)];
}

/** The proof that the tree of the first `size` leaves is a beginning of the whole (2.1.4.1). */
export function consistencyProof(size: number, leafHashes: readonly Hash[]): Hash[] {
  if (size < 1 || size > leafHashes.length) throw new RangeError('No such size');
  return subProof(size, leafHashes, true);
}

function subProof(size: number, leafHashes: readonly Hash[], isWholeOld: boolean): Hash[] {
  if (size === leafHashes.length) return isWholeOld ? [] : [rootOf(leafHashes)];
  const split = largestPowerBelow(leafHashes.length);
  const left = leafHashes.slice(0, split);
  const right = leafHashes.slice(split);
  return size <= split
    ? [...subProof(size, left, isWholeOld), rootOf(right)]
    : [...subProof(size - split, right, false), rootOf(left)];
}

/** Whether `proof` shows that `leaf` is entry `index` of the tree of `size` with this root (2.1.3.2). */
export function verifyInclusion(
  leaf: Hash,
  index: bigint,
  size: bigint,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (index < 0n || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (at % 2n === 1n || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2n === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && hash.equals(root);
}

/** Whether `proof` shows that the tree of size1 and root1 is a beginning of that of size2 and root2 (2.1.4.2). */
export function verifyConsistency(
  size1: bigint,
  size2: bigint,
  proof: readonly Hash[],
  root1: Hash,
  root2: Hash,
): boolean {
  if (size1 <= 0n || size1 > size2 || !areHashes([root1, root2, ...proof])) return false;
  if (size1 === size2) return proof.length === 0 && root1.equals(root2);
  if (proof.length === 0) return false;
  const [first, ...rest] = (size1 & (size1 - 1n)) === 0n ? [root1, ...proof] : proof;
  if (!first) return false;
  let at = size1 - 1n;
  let last = size2 - 1n;
  while (at % 2n === 1n) {
    at >>= 1n;
    last >>= 1n;
  }
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (last === 0n) return false;
    if (at % 2n === 1n || at === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (at % 2n === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && oldHash.equals(root1) && newHash.equals(root2);
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function areHashes(values: readonly Hash[]): boolean {
  return values.every(({ length }) => length === 32);
}
