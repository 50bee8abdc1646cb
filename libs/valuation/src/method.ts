import type { JsonObject } from '#libs/foundation';
import type { Fraction } from '#libs/money';

import type { InputShape } from './inputs.ts';

/** What the one number that a method comes to is. */
export type Measure = 'AMOUNT' | 'RATE' | 'SCORE' | 'WEIGHTS';

/** 收益法, 成本法 and 市场法: the three basic ones, of which all others derive (资产评估执业准则——资产评估方法). */
export enum Approach {
  INCOME = 'INCOME',
  COST = 'COST',
  MARKET = 'MARKET',
}

/**
 * A way to value, under a name and a version that never change what they compute: a stored result is recomputed by
 * (id, version, inputs) alone. A change of formula is a new version beside the old one.
 */
export interface Method {
  /** `pdx calc` has it under the same name. */
  readonly id: string;
  readonly version: number;
  /** The law, standard or paper it follows; "project model" where it is ours. */
  readonly source: string;
  readonly measure: Measure;
  /** The basic one that it is of, or derives from; null: it comes to no amount. */
  readonly approach: `${Approach}` | null;
  readonly inputs: InputShape;
  /** Checks what no single input shows, and works out what does not depend on the numbers that vary. @throws InvalidInput */
  readonly prepare: (terms: unknown) => unknown;
  /** What it comes to, exactly; null for weights. @throws InvalidInput */
  readonly value: ((terms: unknown, prepared: unknown) => Fraction) | null;
  /** The same formula in double precision, for simulations. @throws InvalidInput */
  readonly estimate: ((terms: unknown, prepared: unknown) => number) | null;
  /** The public result. @throws InvalidInput */
  readonly explain: (terms: unknown, prepared: unknown) => JsonObject;
}

interface TypedMethod<Exact, Doubles, Prepared> extends Pick<
  Method,
  'id' | 'version' | 'source' | 'measure' | 'approach' | 'inputs'
> {
  readonly prepare?: (terms: Exact) => Prepared;
  readonly value?: (terms: Exact, prepared: Prepared) => Fraction;
  readonly estimate?: (terms: Doubles, prepared: Prepared) => number;
  readonly explain: (terms: Exact, prepared: Prepared) => JsonObject;
}

/** A method from functions over the terms that its `inputs` read to; that the two agree is for its tests to show. */
export function defineMethod<Exact, Doubles = never, Prepared = undefined>(
  method: TypedMethod<Exact, Doubles, Prepared>,
): Method {
  const { prepare, value, estimate, explain } = method;
  return {
    ...method,
    prepare: (terms) => prepare?.(terms as Exact),
    value: value ? (terms, prepared) => value(terms as Exact, prepared as Prepared) : null,
    estimate: estimate ? (terms, prepared) => estimate(terms as Doubles, prepared as Prepared) : null,
    explain: (terms, prepared) => explain(terms as Exact, prepared as Prepared),
  };
}
