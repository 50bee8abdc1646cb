/**
 * Mean consistency index of random matrices of n = 1 … 15. The tables differ, so which one was used is part of what was
 * computed: saaty-1980 is Saaty's of 1980 and what most texts print; ahpy-saaty is Saaty's of 2005 (Theory and
 * Applications of the Analytic Network Process), as the AHPy library has it; donegan-dodd is Donegan and Dodd's of 1991.
 */
export const RANDOM_INDEX = {
  'saaty-1980': '0 0 .58 .90 1.12 1.24 1.32 1.41 1.45 1.49 1.51 1.48 1.56 1.57 1.59',
  'ahpy-saaty': '0 0 .52 .89 1.11 1.25 1.35 1.40 1.45 1.49 1.52 1.54 1.56 1.58 1.59',
  'donegan-dodd':
    '0 0 .4914 .8286 1.0591 1.1797 1.2519 1.3171 1.3733 1.4055 1.4213 1.4497 1.4643 1.4822 1.4969',
} as const;

export type RandomIndex = keyof typeof RANDOM_INDEX;

/** Where the tables end. */
export const LARGEST_MATRIX = 15;
