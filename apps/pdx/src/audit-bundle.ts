import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { leafHash, openNote, parseCheckpoint, rootOf, verifyInclusion } from '#libs/audit-verifier';
import { InvalidInput } from '#libs/foundation';

import type { Answer } from './calculators.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { fieldsOf, hashOf, listOf, textOf } from './fields.ts';

/*
 * An evidence bundle is a folder:
 *   checkpoint     the signed note (C2SP tlog-checkpoint)
 *   entries.jsonl  a line for each entry: {"index": "0", "leaf": "…exact text…", "proof": ["hex", …]}
 * It is checked with the log's verifier key, obtained beforehand from `pdx keys export`, and nothing else.
 */

const PAGE = 100;
/** As many as one request may have root fields. */
const PROOFS_AT_ONCE = 10;

interface Entry {
  readonly index: string;
  readonly leaf: string;
}

/** Fetches all entries that the signed-in actor may see, each with its proof. */
export async function exportBundle(
  client: ExchangeClient,
  dir: string,
): Promise<{ entries: number; size: bigint }> {
  const { checkpoint } = await client.query<{ checkpoint: { size: string; note: string } | null }>(
    '{ checkpoint { size note } }',
  );
  if (!checkpoint) throw new InvalidInput('checkpoint', 'the log has no checkpoint yet');
  const size = BigInt(checkpoint.size);
  const entries: Entry[] = [];
  for (let after: string | null = null; ;) {
    const page: {
      auditEntries: { edges: { node: Entry }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    } = await client.query(
      `query ($after: String) { auditEntries(first: ${PAGE}, after: $after) {
           edges { node { index leaf } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    entries.push(
      ...page.auditEntries.edges.map(({ node }) => node).filter(({ index }) => BigInt(index) < size),
    );
    if (!page.auditEntries.pageInfo.hasNextPage) break;
    after = page.auditEntries.pageInfo.endCursor;
  }
  const lines: string[] = [];
  for (let from = 0; from < entries.length; from += PROOFS_AT_ONCE) {
    const part = entries.slice(from, from + PROOFS_AT_ONCE);
    const proofs = await client.query<Record<string, string[]>>(
      `query ($size: BigInt!) { ${part
        .map(({ index }) => `p${index}: inclusionProof(index: "${index}", size: $size)`)
        .join(' ')} }`,
      { size: size.toString() },
    );
    for (const { index, leaf } of part)
      lines.push(JSON.stringify({ index, leaf, proof: proofs[`p${index}`] }));
  }
  writeFileSync(join(dir, 'checkpoint'), checkpoint.note);
  writeFileSync(join(dir, 'entries.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return { entries: entries.length, size };
}

/**
 * Checks a bundle with network and database off: the checkpoint's signature under the trusted key, the proof of every
 * entry, and, where the bundle holds the whole log, the root computed from the entries alone.
 */
export function verifyBundle(dir: string, trustFile: string): Answer {
  const key = logKeyOf(trustFile);
  const opened = openNote(read(join(dir, 'checkpoint'), 'checkpoint'), [key]);
  const checkpoint = opened === null ? null : parseCheckpoint(opened);
  if (!checkpoint)
    return {
      result: { valid: false, reason: 'the checkpoint is not signed with the trusted key' },
      isSo: false,
    };
  const { size, rootHash } = checkpoint;
  const lines = read(join(dir, 'entries.jsonl'), 'entries.jsonl').split('\n').slice(0, -1);
  const hashes: Buffer[] = [];
  for (const [i, line] of lines.entries()) {
    const path = `entries.jsonl line ${i + 1}`;
    const { index, leaf, proof } = fieldsOf(parse(line, path), ['index', 'leaf', 'proof'], path);
    const position = textOf(index, `${path}.index`);
    if (!/^\d{1,18}$/.test(position)) throw new InvalidInput(`${path}.index`, 'must be a whole number');
    const hash = leafHash(Buffer.from(textOf(leaf, `${path}.leaf`)));
    const hashesOfProof = listOf(proof, `${path}.proof`).map((step, n) =>
      hashOf(step, `${path}.proof[${n}]`),
    );
    if (!verifyInclusion(hash, BigInt(position), size, hashesOfProof, rootHash))
      return { result: { valid: false, reason: 'an entry is not in the log', index: position }, isSo: false };
    if (position === String(hashes.length)) hashes.push(hash);
  }
  const isWhole = BigInt(hashes.length) === size;
  if (isWhole && size > 0n && !rootOf(hashes).equals(rootHash))
    return { result: { valid: false, reason: 'the entries give another root' }, isSo: false };
  return {
    result: { valid: true, entries: lines.length, size: size.toString(), isWholeLog: isWhole },
    isSo: true,
  };
}

function logKeyOf(file: string): string {
  const trust = parse(read(file, '--trust'), '--trust') as Partial<Record<string, unknown>> | null;
  const key = trust?.['log'];
  if (typeof key === 'string' && /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(key)) return key;
  throw new InvalidInput('--trust', 'must hold the key of log, as pdx keys export writes it');
}

function read(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new InvalidInput(path, `cannot be read: ${file}`);
  }
}

function parse(line: string, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new InvalidInput(path, 'must be JSON');
  }
}
