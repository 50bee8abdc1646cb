import { describe, expect, it } from '@jest/globals';

import {
  consistencyPlan,
  consistencyProof,
  foldNodes,
  type Hash,
  inclusionPlan,
  inclusionProof,
  leafHash,
  nodesCompletedBy,
  nodesOfTree,
  type ProofPlan,
  rootOf,
  type TreeNode,
} from './index.ts';

const SIZE = 37;
const leaves = Array.from({ length: SIZE }, (_, i) => leafHash(Buffer.from(String(i))));

/** A tree grown in steps, kept as its complete nodes only. */
function grow(step: number): (node: TreeNode) => Hash {
  const stored = new Map<string, Hash>();
  const get = ({ level, index }: TreeNode) => stored.get(`${level}/${index}`) ?? Buffer.alloc(0);
  for (let size = 0; size < SIZE; size += step) {
    const edge = nodesOfTree(BigInt(size)).map(get);
    for (const { hash, ...node } of nodesCompletedBy(leaves.slice(size, size + step), BigInt(size), edge)) {
      expect(get(node)).toHaveLength(0);
      stored.set(`${node.level}/${node.index}`, hash);
    }
  }
  return get;
}

describe('the tree kept as complete nodes', () => {
  it.each([1, 2, 3, 7, 16, 37])(
    'has the roots and proofs of the whole tree when grown %i at a time',
    (step) => {
      const get = grow(step);
      const made = (plan: ProofPlan) => plan.map((nodes) => foldNodes(nodes.map(get)));
      for (let size = 1; size <= SIZE; size++) {
        const whole = leaves.slice(0, size);
        expect(foldNodes(nodesOfTree(BigInt(size)).map(get))).toEqual(rootOf(whole));
        for (let i = 0; i < size; i += 3)
          expect(made(inclusionPlan(BigInt(i), BigInt(size)))).toEqual(inclusionProof(i, whole));
        for (let old = 1; old <= size; old += 5)
          expect(made(consistencyPlan(BigInt(old), BigInt(size)))).toEqual(consistencyProof(old, whole));
      }
    },
  );
});
