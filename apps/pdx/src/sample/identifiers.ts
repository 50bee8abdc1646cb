import { residentIdCheck, usccCheckDigit } from '#libs/foundation';

import type { SeededRandom } from './random.ts';

const SURNAMES = Array.from('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗');
const GIVEN = Array.from('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文海山宁欣怡子涵浩然雨桐');

/** A unified social credit code (GB 32100-2015) with a right check digit, of Qingdao (370200); not a real body's. */
export function usccOf(kind: '1' | '9', number: number): string {
  const body = `${kind === '1' ? '12' : '91'}370200MA${String(number).padStart(7, '0')}`;
  return body + usccCheckDigit(body);
}

/** A citizen number (GB 11643-1999) with a right check digit; the sequence makes it up. */
export function citizenNumber(random: SeededRandom, sequence: number): string {
  const year = random.whole(1950, 2004);
  const day = `${year}${String(random.whole(1, 12)).padStart(2, '0')}${String(random.whole(1, 28)).padStart(2, '0')}`;
  const body = `370202${day}${String(sequence % 1000).padStart(3, '0')}`;
  return body + residentIdCheck(body);
}

export function personName(random: SeededRandom): string {
  const given = random.next() < 0.7 ? random.oneOf(GIVEN) + random.oneOf(GIVEN) : random.oneOf(GIVEN);
  return random.oneOf(SURNAMES) + given;
}
