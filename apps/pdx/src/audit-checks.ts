import { leafHash, rootOf, verifyConsistency, verifyInclusion } from '#libs/audit-verifier';
import { InvalidInput } from '#libs/foundation';

import type { Answer } from './calculators.ts';
import { countOf, fieldsOf, hashOf, listOf, textOf } from './fields.ts';

const hashesOf = (value: unknown, path: string) =>
  listOf(value, path).map((hash, i) => hashOf(hash, `${path}[${i}]`));

/** `pdx audit NAME -`: RFC 9162 proofs checked without the exchange. */
export const AUDIT_CHECKS: Readonly<Partial<Record<string, (input: unknown) => Answer>>> = {
  'verify-inclusion'(input) {
    const {
      leafHash: leaf,
      index,
      size,
      proof,
      root,
    } = fieldsOf(input, ['leafHash', 'index', 'size', 'proof', 'root']);
    const valid = verifyInclusion(
      hashOf(leaf, 'leafHash'),
      countOf(index, 'index'),
      countOf(size, 'size'),
      hashesOf(proof, 'proof'),
      hashOf(root, 'root'),
    );
    return { result: { valid }, isSo: valid };
  },

  'verify-consistency'(input) {
    const { size1, size2, root1, root2, proof } = fieldsOf(input, [
      'size1',
      'size2',
      'root1',
      'root2',
      'proof',
    ]);
    const valid = verifyConsistency(
      countOf(size1, 'size1'),
      countOf(size2, 'size2'),
      hashesOf(proof, 'proof'),
      hashOf(root1, 'root1'),
      hashOf(root2, 'root2'),
    );
    return { result: { valid }, isSo: valid };
  },

  root(input) {
    const { leaves, encoding } = fieldsOf(input, ['leaves', 'encoding']);
    if (encoding !== 'hex' && encoding !== 'base64')
      throw new InvalidInput('encoding', 'must be hex or base64');
    const hashes = listOf(leaves, 'leaves').map((leaf, i) => {
      const text = textOf(leaf, `leaves[${i}]`);
      const bytes = Buffer.from(text, encoding);
      if (bytes.toString(encoding) !== (encoding === 'hex' ? text.toLowerCase() : text))
        throw new InvalidInput(`leaves[${i}]`, `must be ${encoding}`);
      return leafHash(bytes);
    });
    return { result: { root: rootOf(hashes).toString('hex') }, isSo: true };
  },
};
