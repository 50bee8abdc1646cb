import { citizenNumber, personName, usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SeededRandom } from '../../apps/pdx/src/sample/random.ts';

export const TABLE_HEADER = [
  ...[
    '统一社会信用代码',
    '法定代表人',
    '身份证号',
    '手机',
    '区划',
    '成立日期',
    '注册资本',
    '行业',
    '是否上市',
  ],
  ...['员工数', '税率', '备注', '空列'],
] as const;

/** Rows of made-up enterprises, with what real files have: empty cells, two writings of one number, rare characters. */
export function givenTable(rows: number): string[][] {
  const random = new SeededRandom(7);
  const maybe = (cell: string) => (random.next() < 0.1 ? '' : cell);
  return Array.from({ length: rows }, (_, i) => [
    usccOf('9', 5000 + i),
    personName(random),
    citizenNumber(random, i),
    maybe(`1${random.whole(30, 99)}${random.whole(10_000_000, 99_999_999)}`),
    `3702${String(random.whole(1, 15)).padStart(2, '0')}`,
    maybe(`20${random.whole(10, 24)}-0${random.whole(1, 9)}-1${random.whole(0, 9)}`),
    maybe((random.whole(-100, 900_000) / 100).toFixed(2)),
    random.oneOf(['制造业', '建筑业', '批发和零售业']),
    maybe(random.oneOf(['true', 'FALSE', 'false'])),
    maybe(String(random.whole(0, 9_000_000))),
    random.oneOf(['0.1', '0.10', '-0', '0', '12.345678901234567890', '1']),
    maybe(`${random.oneOf(['备注', '𠀀', '\uffee', '"引号"', 'a,b'])}${random.whole(0, 100_000)}`),
    '',
  ]);
}

export function csvOf(
  rows: readonly (readonly string[])[],
  header: readonly string[] = TABLE_HEADER,
): string {
  const written = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [header, ...rows].map((row) => row.map(written).join(',')).join('\n') + '\n';
}
