import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DistinctNumbers } from './distinct-numbers.ts';

describe('DistinctNumbers', () => {
  it('counts exactly, in whatever order they come', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.double({ noNaN: true })), {
      maxLength: 5000,
      size: 'max',
    });
    fc.assert(
      fc.property(numbers, (values) => {
        const distinct = new DistinctNumbers({ numbers: 16_384 });
        for (const value of values) distinct.see(value);
        expect(distinct.count).toBe(new Set(values).size);
      }),
      { numRuns: 30 },
    );
  });

  it('says that it does not know when there is no room, and leaves the room to others', () => {
    const room = { numbers: 4096 };
    const [many, few] = [new DistinctNumbers(room), new DistinctNumbers(room)];
    for (let i = 0; i < 5000; i++) many.see(i);
    for (let i = 0; i < 5000; i++) few.see(i % 3000);

    expect(many.count).toBeNull();
    expect(few.count).toBe(3000);
  });
});
