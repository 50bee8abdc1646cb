import { insertRows, type Transaction } from '#libs/database';

import { type ContentSketch, SKETCH_VERSION } from './content-sketcher.ts';
import { bytesOf, distinctOf, type Sketch, sketchOf } from './sketch.ts';

export interface VersionSketch {
  readonly datasetVersionId: string;
  readonly rows: Sketch;
  readonly columns: readonly { readonly position: number; readonly sketch: Sketch }[];
}

/**
 * How many hashes of a column other versions are found by: two columns that share a part J of their values meet in one
 * of 16 with 1 - (1 - J)^16. Of the rows it is all: a copy of a fiftieth of a file meets it in one of 256 all the same.
 */
const COLUMN_KEYS = 16;
/** Comparing takes the columns of two versions in pairs. */
const COMPARED_COLUMNS = 64;
const ROWS = 0;

/** Keeps the sketch of a version, unless it has one: other types of its columns make no other content. */
export async function insertSketch(
  tx: Transaction,
  datasetVersionId: string,
  { rows, columns }: ContentSketch,
  keyId: number,
): Promise<void> {
  const sketches = [rows, ...columns].map((sketch, position) => ({
    dataset_version_id: datasetVersionId,
    position,
    sketch_version: SKETCH_VERSION,
    key_id: keyId,
    distinct_values: distinctOf(sketch),
    hashes: `\\x${bytesOf(sketch).toString('hex')}`,
    keys: keysOf(sketch, position),
  }));
  await insertRows(
    tx,
    'content_sketch',
    'dataset_version_id uuid, position integer, sketch_version integer, key_id bigint, distinct_values bigint, ' +
      'hashes bytea, keys bigint[]',
    sketches,
    'ON CONFLICT DO NOTHING',
  );
  const keys = new Set(sketches.flatMap((sketch) => sketch.keys));
  await insertRows(
    tx,
    'content_sketch_key',
    'key bigint, dataset_version_id uuid',
    Array.from(keys, (key) => ({ key, dataset_version_id: datasetVersionId })),
    'ON CONFLICT DO NOTHING',
  );
}

/** A column of fewer values than it has keys is alike in half of all files. */
function keysOf(sketch: Sketch, position: number): Sketch {
  if (position === ROWS) return sketch;
  return sketch.length < COLUMN_KEYS ? [] : sketch.slice(0, COLUMN_KEYS);
}

export async function findSketches(
  tx: Transaction,
  datasetVersionIds: readonly string[],
  keyId: number,
): Promise<VersionSketch[]> {
  const found: { id: string; position: number; hashes: Buffer }[] = await tx.query(
    `SELECT dataset_version_id AS id, position, hashes
     FROM (SELECT *, row_number() OVER (PARTITION BY dataset_version_id ORDER BY position > ${ROWS}, distinct_values DESC, hashes) AS place
           FROM content_sketch
           WHERE dataset_version_id = ANY ($1) AND sketch_version = $2 AND key_id = $3) AS sketch
     WHERE place <= $4`,
    [datasetVersionIds, SKETCH_VERSION, keyId, COMPARED_COLUMNS + 1],
  );
  const byVersion = new Map<string, { position: number; sketch: Sketch }[]>();
  for (const { id, position, hashes } of found)
    byVersion.set(id, [...(byVersion.get(id) ?? []), { position, sketch: sketchOf(hashes) }]);
  return [...byVersion].map(([datasetVersionId, sketches]) => ({
    datasetVersionId,
    rows: sketches.find(({ position }) => position === ROWS)?.sketch ?? [],
    columns: sketches.filter(({ position }) => position !== ROWS),
  }));
}
