import { describe, expect, it } from '@jest/globals';

import {
  consistencyProof,
  type Hash,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';

const hex = (value: Hash) => value.toString('hex');
const decimalLeaves = (size: number) =>
  Array.from({ length: size }, (_, i) => leafHash(Buffer.from(String(i))));
const classic = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const classicLeaves = classic.map((text) => leafHash(Buffer.from(text, 'hex')));

describe('the RFC 9162 tree', () => {
  it('hashes leaves and nodes as published', () => {
    expect(hex(rootOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(leafHash(Buffer.from('L123456')))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
    expect(hex(nodeHash(Buffer.from('N123'), Buffer.from('N456')))).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
  });

  it.each([
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('has the published root over the first %i classic leaves', (size, root) => {
    expect(hex(rootOf(classicLeaves.slice(0, size)))).toBe(root);
  });

  it.each([
    [3, '725d5230db68f557470dc35f1d8865813acd7ebb07ad152774141decbae71327'],
    [10, '2f03f203d1fa3a6e1388fa4cb5187c3b4f94762e578e0106815140e6a8c6bd21'],
    [1000, '638afa98022925bacfddadb15ef22fd0199c1ac99c2973b6158243d13fce05c2'],
  ])('has the known root over %i decimal leaves', (size, root) => {
    expect(hex(rootOf(decimalLeaves(size)))).toBe(root);
  });

  it('makes the published proofs', () => {
    expect(inclusionProof(0, classicLeaves).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(consistencyProof(6, classicLeaves).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });
});

describe('proofs', () => {
  const broken = (proof: Hash[]): Hash[][] => [
    proof.slice(1),
    proof.slice(0, -1),
    [...proof, Buffer.alloc(32)],
    [Buffer.alloc(32), ...proof],
    ...proof.map((hash, i) =>
      proof.with(i, Buffer.from(hash.map((byte, at) => (at === 7 ? byte ^ 1 : byte)))),
    ),
    ...proof.map((hash, i) => proof.with(i, hash.subarray(1))),
  ];

  it('of inclusion hold for every entry of every size to 33, and no other proof, index or size does', () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = decimalLeaves(size);
      const root = rootOf(leaves);
      for (const [i, leaf] of leaves.entries()) {
        const proof = inclusionProof(i, leaves);
        const index = BigInt(i);
        expect(verifyInclusion(leaf, index, BigInt(size), proof, root)).toBe(true);
        for (const other of broken(proof).filter((candidate) => candidate.length > 0 || proof.length > 0))
          if (!(proof.length === 0 && other.length === 0))
            expect(verifyInclusion(leaf, index, BigInt(size), other, root)).toBe(false);
        for (const [wrong, at] of [
          [index + 1n, size],
          [index - 1n, size],
          [index ^ 2n, size],
          [index, 0],
        ] as const)
          expect(verifyInclusion(leaf, wrong, BigInt(at), proof, root)).toBe(false);
        expect(verifyInclusion(leafHash(Buffer.from('x')), index, BigInt(size), proof, root)).toBe(false);
      }
    }
  });

  it('of consistency hold between all sizes to 24, and no other proof or root does', () => {
    for (let size2 = 1; size2 <= 24; size2++) {
      const leaves = decimalLeaves(size2);
      const root2 = rootOf(leaves);
      for (let size1 = 1; size1 <= size2; size1++) {
        const root1 = rootOf(leaves.slice(0, size1));
        const proof = consistencyProof(size1, leaves);
        const [m, n] = [BigInt(size1), BigInt(size2)];
        expect(verifyConsistency(m, n, proof, root1, root2)).toBe(true);
        expect(verifyConsistency(0n, n, proof, root1, root2)).toBe(false);
        expect(verifyConsistency(n + 1n, n, proof, root1, root2)).toBe(false);
        if (size1 === size2) continue;
        expect(verifyConsistency(m, n, proof, root2, root1)).toBe(false);
        for (const other of broken(proof)) expect(verifyConsistency(m, n, other, root1, root2)).toBe(false);
      }
    }
  });
});
