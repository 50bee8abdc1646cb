import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Client } from 'pg';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SeededRandom } from '../../apps/pdx/src/sample/random.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import type { Side } from './closed-loop.ts';
import { copyBare } from './reference-ingest.ts';

/** Files of so many rows by twenty columns: registered over GraphQL, and copied without anything else. */
export async function ingestSides(
  url: string,
  owner: Client,
  folder: string,
  peakMemoryMb: () => number,
): Promise<{ readonly ours: Side; readonly reference: Side }> {
  const client = await ExchangeClient.signIn(url, 'provider', SAMPLE_PASSWORD);
  let datasets = 0;
  const uploads = new Map<string, Promise<string>>();
  const fileOf = async (rows: number) => {
    const file = join(folder, `${rows}.csv`);
    if (!existsSync(file)) await pipeline(Readable.from(linesOf(rows)), createWriteStream(file));
    return file;
  };
  const timed = async (rows: number, load: () => Promise<unknown>) => {
    const began = performance.now();
    await load();
    const ms = performance.now() - began;
    return { throughput: (rows * 1000) / ms, p50Ms: ms, p99Ms: ms };
  };
  return {
    async ours(rows) {
      const file = await fileOf(rows);
      const uploaded = uploads.get(file) ?? send(url, file);
      uploads.set(file, uploaded);
      const uploadId = await uploaded;
      const name = `载入${++datasets}`;
      const input = {
        clientId: `ingest-${datasets}`,
        name,
        description: '',
        uploadId,
        subjectColumn: '代码',
      };
      const figures = await timed(rows, async () => {
        const { id } = await client.mutate<{ id: string }>('registerDataset', input, 'DatasetLoad { id }');
        const { version } = await client.loaded<{ version: { rowCount: string } }>(
          id,
          'version { rowCount columns { name nulls distinctValues mean } }',
        );
        if (version.rowCount !== String(rows)) throw new Error('Not all rows were loaded');
      });
      return { ...figures, peakMemoryMb: peakMemoryMb() };
    },
    async reference(rows) {
      const file = await fileOf(rows);
      return timed(rows, () => copyBare(owner, file));
    },
  };
}

async function send(url: string, file: string): Promise<string> {
  const token = await ExchangeClient.tokenOf(url, 'provider', SAMPLE_PASSWORD);
  const answer = await fetch(`${url}/uploads?fileName=bench.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  });
  return ((await answer.json()) as { id: string }).id;
}

/** What a register of enterprises is like: seven columns of many values, thirteen of few, a third of one empty. */
function* linesOf(rows: number): Generator<string> {
  yield `代码,${Array.from({ length: 19 }, (_, i) => `列${i + 2}`).join()}\n`;
  const random = new SeededRandom(20);
  const day = (from: number, to: number) =>
    `${random.whole(from, to)}-0${random.whole(1, 9)}-1${random.whole(0, 9)}`;
  let text = '';
  for (let i = 0; i < rows; i++) {
    const cells = [
      ...[
        usccOf('9', i),
        `企业${random.whole(0, 500_000)}有限公司`,
        370_200 + random.whole(0, 99),
        day(2010, 2024),
      ],
      ...[
        (random.whole(0, 1e8) / 100).toFixed(2),
        (random.whole(0, 1e6) / 100).toFixed(2),
        random.whole(0, 4),
      ],
      ...[
        random.whole(0, 99),
        random.whole(0, 999),
        random.oneOf(['A', 'B', 'C']),
        random.oneOf(['true', 'false']),
      ],
      ...[
        random.whole(0, 1e6),
        random.next() < 0.33 ? '' : random.whole(0, 50_000),
        (random.whole(0, 999) / 10).toFixed(1),
      ],
      ...[
        `${random.whole(0, 9)}-${random.whole(0, 9)}`,
        random.oneOf(['小微', '中型', '大型']),
        day(2025, 2025),
      ],
      ...[random.whole(0, 1e7), `备注${random.whole(0, 999)}`, random.whole(0, 119)],
    ];
    text += `${cells.join()}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}
