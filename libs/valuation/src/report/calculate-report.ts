import { InvalidInput, type JsonObject, type LegalDay } from '#libs/foundation';
import { decimalOf, EXACT, type Fraction } from '#libs/money';

import { fenOf, reconcile, yuanOf } from '../analysis/reconciliation.ts';
import { type InputSensitivity, sensing } from '../analysis/sensitivity.ts';
import { type Simulation, simulating } from '../analysis/simulation.ts';
import { atOnce, type Steps } from '../analysis/steps.ts';
import { ValuationKind } from '../engagement/engagement-state.ts';
import { parseNumber } from '../inputs.ts';
import type { Measure } from '../method.ts';
import { calculate, methodOf } from '../methods.ts';
import { cashFlowsOf, type SettledSeries } from './settled-series.ts';

/** A method, in a version that never changes, with what goes into it. */
export interface ReportMethod {
  readonly method: string;
  readonly version: number;
  readonly inputs: JsonObject;
  /** Of its amount in the conclusion; those of all amounts sum to 1. What comes to no amount weighs nothing. */
  readonly weight: string;
  readonly simulation: JsonObject | null;
  /** Where its cash flows come from what this exchange has settled; null: they are given. */
  readonly settled: SettledSeries | null;
}

/** 数据质量 as it was measured last, from the data that are valued. */
export interface MeasuredQuality {
  readonly reportId: string;
  readonly measuredAt: string;
  /** 0 to 1; null: no rule could be measured. */
  readonly score: string | null;
  readonly groupScores: Readonly<Record<string, string>>;
  /** On how many rules each of the six groups rests, 0: not measured. A report from before this was known has it not. */
  readonly measuredRules?: Readonly<Record<string, number>>;
}

/** All that goes into a report; everything else in it follows. */
export interface ReportContent {
  /** Null: it was never measured. */
  readonly quality: MeasuredQuality | null;
  readonly methods: readonly ReportMethod[];
  /** Why no second basic approach is possible; null: there are two. */
  readonly singleMethodReason: string | null;
  readonly assumptions: string;
  readonly validUntil: LegalDay;
}

export interface MethodCalculation {
  readonly method: string;
  readonly version: number;
  /** The law, standard or paper that it follows, or that it is ours. */
  readonly source: string;
  readonly measure: Measure;
  /** What went into it, with the cash flows that follow from what was settled. */
  readonly inputs: JsonObject;
  readonly result: JsonObject;
  /** An amount in yuan to the fen, a rate or a score as it is; null: weights. */
  readonly value: string | null;
  /** What the value moves to with each input ten per cent down and up, the widest swing first. */
  readonly sensitivity: readonly InputSensitivity[];
  readonly simulation: Simulation | null;
}

export interface Conclusion {
  /** Yuan to the fen; null: the report is of a score only. */
  readonly value: string | null;
  readonly currency: 'CNY' | null;
  /** From the least to the greatest that any one input moves the methods to, weighed as they are. */
  readonly low: string | null;
  readonly high: string | null;
  /** Of the indicator model, 0 to 1; null: not scored. */
  readonly score: string | null;
  /** Halves of a fen away from zero, once. */
  readonly rounding: 'HALF_UP';
}

export interface ReportCalculation {
  readonly methods: readonly MethodCalculation[];
  readonly conclusion: Conclusion;
}

interface Amount {
  readonly weight: Fraction;
  readonly value: Fraction;
  readonly low: Fraction;
  readonly high: Fraction;
}

export const INDICATOR_MODEL = 'indicator-score';
/** 10^13 yuan. */
const LARGEST_FEN = 10n ** 15n;

/**
 * Everything in a report that can be recomputed, from what goes into it alone: no clock, no database.
 *
 * An appraisal comes to an amount; an evaluation comes to the score of the indicator model, and to an amount if it values
 * at all, which is ours. How many methods it takes is no matter of computing: see `restOnTwoApproaches`.
 *
 * @throws InvalidInput
 */
export function calculateReport(kind: ValuationKind, content: ReportContent): ReportCalculation {
  return atOnce(calculatingReport(kind, content));
}

/** As `calculateReport`, in steps. @throws InvalidInput */
export function* calculatingReport(kind: ValuationKind, content: ReportContent): Steps<ReportCalculation> {
  const { methods } = content;
  const amounts: Amount[] = [];
  const calculations: MethodCalculation[] = [];
  for (const [i, given] of methods.entries()) {
    const path = `methods[${i}]`;
    if (methods.findIndex(({ method }) => method === given.method) < i)
      throw new InvalidInput(`${path}.method`, 'must be used once');
    const { calculation, value } = yield* calculating(given, content.quality, path);
    calculations.push(calculation);
    const weight = within(path, 'weight', () => parseNumber(given.weight, '', true));
    if (EXACT.sign(weight) < 0) throw new InvalidInput(`${path}.weight`, 'must not be negative');
    if (calculation.measure === 'AMOUNT' && value) {
      amounts.push({ weight, value, ...endsOf(calculation, value) });
      continue;
    }
    if (EXACT.sign(weight) !== 0)
      throw new InvalidInput(`${path}.weight`, 'must be 0: it comes to no amount');
  }
  const score = calculations.find(({ measure }) => measure === 'SCORE')?.value ?? null;
  if (kind === ValuationKind.APPRAISAL) {
    if (!amounts.some(({ weight }) => EXACT.sign(weight) > 0))
      throw new InvalidInput('methods', 'must hold one that comes to an amount, and weighs something');
  } else if (score === null)
    throw new InvalidInput('methods', 'must hold indicator-score: an evaluation comes to a score');
  return { methods: calculations, conclusion: { ...concluded(amounts), score, rounding: 'HALF_UP' } };
}

function* calculating(
  { method: id, version, inputs: own, simulation, settled }: ReportMethod,
  quality: MeasuredQuality | null,
  path: string,
): Steps<{ readonly calculation: MethodCalculation; readonly value: Fraction | null }> {
  const method = within(path, 'method', () => methodOf(id, version));
  const given = id === INDICATOR_MODEL ? withMeasured(own, quality, path) : own;
  if (settled && Object.hasOwn(given, 'cashFlows'))
    throw new InvalidInput(
      `${path}.inputs.cashFlows`,
      'must be left out where they come from what was settled',
    );
  const inputs = settled ? { ...given, cashFlows: within(path, '', () => cashFlowsOf(settled)) } : given;
  const { result, value } = within(path, 'inputs', () => calculate(method, inputs));
  if (result['consistent'] === false)
    throw new InvalidInput(
      `${path}.inputs.matrix`,
      'must be consistent: 0.10 is the most that its ratio may be',
    );
  const { measure, source } = method;
  if (simulation && !method.estimate)
    throw new InvalidInput(`${path}.simulation`, 'must not be given for what comes to no number');
  const shown = value && (measure === 'AMOUNT' ? yuanOf(bounded(value, path)) : decimalOf(value));
  const calculation = {
    ...{ method: id, version, source, measure, inputs, result, value: shown },
    sensitivity: method.value ? (yield* stepsWithin(path, 'inputs', sensing(method, inputs))).inputs : [],
    simulation:
      simulation && (yield* stepsWithin(path, 'simulation', simulating(method, inputs, simulation))),
  };
  return { calculation, value };
}

function bounded(amount: Fraction, path: string): Fraction {
  const fen = fenOf(amount);
  if (fen < 0n) throw new InvalidInput(`${path}.inputs`, 'gives an amount below zero');
  if (fen > LARGEST_FEN) throw new InvalidInput(`${path}.inputs`, 'gives an amount beyond 10^13');
  return amount;
}

function endsOf({ sensitivity: moved }: MethodCalculation, value: Fraction): Pick<Amount, 'low' | 'high'> {
  const reached = moved
    .flatMap(({ low, high }) => [low.value, high.value])
    .filter((end) => end !== null)
    .map(fractionOf);
  const isBelow = (a: Fraction, b: Fraction) => EXACT.sign(EXACT.minus(a, b)) < 0;
  return {
    low: reached.reduce((least, end) => (isBelow(end, least) ? end : least), value),
    high: reached.reduce((most, end) => (isBelow(most, end) ? end : most), value),
  };
}

function concluded(amounts: readonly Amount[]): Pick<Conclusion, 'value' | 'currency' | 'low' | 'high'> {
  if (amounts.length === 0) return { value: null, currency: null, low: null, high: null };
  const weighed = (of: 'value' | 'low' | 'high') =>
    reconcile(
      amounts.map(({ weight, [of]: amount }) => ({ weight, amount })),
      'methods',
    );
  return { value: weighed('value'), currency: 'CNY', low: weighed('low'), high: weighed('high') };
}

/** The indicator model takes the quality that was measured, where it was, and no other. @throws InvalidInput */
function withMeasured(inputs: JsonObject, quality: MeasuredQuality | null, path: string): JsonObject {
  const { scores } = inputs;
  const measured = quality?.score;
  if (typeof measured !== 'string' || typeof scores !== 'object' || scores === null || Array.isArray(scores))
    return inputs;
  const stated = (scores as JsonObject)['quality'];
  const at = `${path}.inputs.scores.quality`;
  if (stated !== undefined && !isEqual(parseNumber(stated, at), fractionOf(measured)))
    throw new InvalidInput(at, `must be left out, or what was measured: ${measured}`);
  return { ...inputs, scores: { ...(scores as JsonObject), quality: measured } };
}

const isEqual = (a: Fraction, b: Fraction): boolean => EXACT.sign(EXACT.minus(a, b)) === 0;

/** Of a decimal of our own, however long. */
function fractionOf(decimal: string): Fraction {
  const [whole = '', decimals = ''] = decimal.split('.');
  return { numerator: BigInt(whole + decimals), denominator: 10n ** BigInt(decimals.length) };
}

/** Refusals of what is inside of something name where that is. */
function within<T>(path: string, field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw named(error, path, field);
  }
}

function* stepsWithin<T>(path: string, field: string, steps: Steps<T>): Steps<T> {
  try {
    return yield* steps;
  } catch (error) {
    throw named(error, path, field);
  }
}

function named(error: unknown, path: string, field: string): unknown {
  if (!(error instanceof InvalidInput)) return error;
  const { path: inner = '$', rule = error.message } = error;
  const at = field === '' ? path : `${path}.${field}`;
  return new InvalidInput(inner === '' || inner === '$' || inner === field ? at : `${at}.${inner}`, rule);
}
