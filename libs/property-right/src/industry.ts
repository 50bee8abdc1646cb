/** Classes (大类) of GB/T 4754-2017 by section (门类): first and last two digits. */
const SECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  A: [1, 5],
  B: [6, 12],
  C: [13, 43],
  D: [44, 46],
  E: [47, 50],
  F: [51, 52],
  G: [53, 60],
  H: [61, 62],
  I: [63, 65],
  J: [66, 69],
  K: [70, 70],
  L: [71, 72],
  M: [73, 75],
  N: [76, 79],
  O: [80, 82],
  P: [83, 83],
  Q: [84, 85],
  R: [86, 90],
  S: [91, 96],
  T: [97, 97],
};

/** Whether `code` is a class of the national classification of industries: `J66`. */
export function isIndustry(code: string): boolean {
  const [, section = '', digits = ''] = /^([A-T])(\d{2})$/.exec(code) ?? [];
  const range = SECTIONS[section];
  return range !== undefined && range[0] <= Number(digits) && Number(digits) <= range[1];
}
