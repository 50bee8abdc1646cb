import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { InvalidInput } from '#libs/foundation';

import { SeededRandom } from '../sample/random.ts';

export interface DemoFile {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface DemoData {
  /** Columns ID, X1 … X23, Y: one row a credit card client. */
  readonly credit: DemoFile;
  /** Columns age … target: one row a patient, without any key. */
  readonly heart: DemoFile;
}

const CREDIT = 'default-of-credit-card-clients.csv';
const HEART = 'heart-disease-cleveland.csv';

/** The two data sets in a folder; without one, made-up data of the same shape. */
export function demoData(dir: string | null): DemoData {
  if (dir === null) return madeUp();
  const file = (fileName: string): DemoFile => {
    try {
      return { fileName, bytes: Uint8Array.from(readFileSync(join(dir, fileName))) };
    } catch {
      throw new InvalidInput('--data', `must be a folder with ${CREDIT} and ${HEART}`);
    }
  };
  return { credit: file(CREDIT), heart: file(HEART) };
}

function madeUp(): DemoData {
  const random = new SeededRandom(7);
  const encoded = (fileName: string, lines: string[]): DemoFile => {
    return { fileName, bytes: new TextEncoder().encode(`${lines.join('\n')}\n`) };
  };
  // As in real data, some cells are empty, for the quality report to find.
  const sometimes = (i: number, of: number, value: number) => (i % of === 0 ? '' : value);
  const credit = Array.from({ length: 3000 }, (_, i) => {
    const [limit, sex, age] = [random.whole(1, 100) * 10_000, random.whole(1, 2), random.whole(21, 70)];
    return [i + 1, limit, sex, sometimes(i, 60, age), random.whole(0, 1)].join(',');
  });
  const heart = Array.from({ length: 303 }, (_, i) => {
    const [age, sex, rate] = [random.whole(29, 77), random.whole(0, 1), random.whole(71, 202)];
    return [age, sex, sometimes(i, 25, rate), random.whole(0, 4)].join(',');
  });
  return {
    credit: encoded('credit.csv', ['ID,X1,X2,X5,Y', ...credit]),
    heart: encoded('heart.csv', ['age,sex,thalach,target', ...heart]),
  };
}
