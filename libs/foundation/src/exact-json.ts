import { isSafeNumber, parse } from 'lossless-json';

import type { JsonValue } from './canonical-json.ts';
import { InvalidInput } from './invalid-input.ts';

/**
 * Reads JSON that is calculated with. A number that would lose digits on the way is refused, and so is a name that is
 * there twice: what was written and what is calculated with must be the same.
 *
 * @throws InvalidInput
 */
export function parseExactJson(text: string, path: string): JsonValue {
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(text) as JsonValue;
    parse(text, null, (number) => {
      if (!isSafeNumber(number))
        throw new InvalidInput(path, `must hold ${number} as a text: as a number of JSON it loses digits`);
      return number;
    });
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    if (error instanceof RangeError) throw new InvalidInput(path, 'must not nest without end');
    throw new InvalidInput(path, value === undefined ? 'must be JSON' : 'must not hold a name twice');
  }
  return value;
}
