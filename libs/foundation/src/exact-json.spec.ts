import { describe, expect, it } from '@jest/globals';

import { parseExactJson } from './exact-json.ts';

describe('JSON that is calculated with', () => {
  it('is read as it is written', () => {
    expect(parseExactJson('{"a":[1,"2",0.1]}', 'inputs')).toEqual({ a: [1, '2', 0.1] });
  });

  it.each([
    ['{"a":1,"a":2}', 'must not hold a name twice'],
    ['{"a":', 'must be JSON'],
    ['NaN', 'must be JSON'],
    ['[0.12345678901234567890]', /loses digits$/],
    ['['.repeat(200_000) + ']'.repeat(200_000), 'must not nest without end'],
  ])('refuses %.20s', (text, rule) => {
    expect(() => parseExactJson(text, 'inputs')).toThrow(
      expect.objectContaining({ path: 'inputs', rule: expect.stringMatching(rule) }),
    );
  });
});
