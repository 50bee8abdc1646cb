import { ColumnMeaning, type FileProfile, plainly, profileFile, rowsOf } from '#libs/dataset';
import { InvalidInput, type LegalDay } from '#libs/foundation';
import {
  defineRule,
  groupsOf,
  proposeRules,
  type QualityGroup,
  rateOf,
  RuleKind,
  scoresOf,
  tallyOf,
} from '#libs/quality';

export type DatasetProfile = Awaited<ReturnType<typeof datasetProfile>>;

/**
 * @param today days behind it make nothing fresh
 * @throws InvalidInput if there is no such file, and what registering it would refuse
 */
export async function datasetProfile(file: string, today: LegalDay) {
  const profile = await profileFile(file).catch((error: unknown) => {
    const isNotThere = error instanceof Error && 'syscall' in error;
    throw isNotThere ? new InvalidInput('FILE', `cannot be read: ${file}`) : error;
  });
  const { format, rowCount, columns } = profile;
  const { fileFormat, encoding, delimiter } = format;
  return {
    ...{ fileFormat, encoding, delimiter, rows: Number(rowCount) },
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      meaning: column.meaning,
      meaningShare: column.proposal?.share ?? null,
      isPersonal: column.isPersonal,
      nulls: column.nulls,
      distinct: column.distinct,
      min: column.minimum,
      max: column.maximum,
      mean: column.mean,
      shortest: column.shortest,
      longest: column.longest,
      frequentValues: column.frequentValues,
    })),
    quality: await qualityOf(file, profile, today),
  };
}

/**
 * What the rules that are proposed of the file find in it: as an exchange would, if they were declared there as they are.
 * The file is read once more, and nothing is kept of it but counts.
 */
async function qualityOf(file: string, { format, rowCount, columns }: FileProfile, today: LegalDay) {
  const proposed = proposeRules({
    ...{ rowCount, subjectColumn: null },
    columns: columns.map(({ nulls, distinct, ...column }) => ({
      ...column,
      ...{ nulls: BigInt(nulls), distinctValues: BigInt(distinct) },
    })),
  });
  const table = { rowCount, columns, today };
  const rules = proposed.map(({ rule, ground }, i) => {
    const definition = defineRule(rule, columns, `rules[${i}]`);
    return { ...definition, ground, tally: tallyOf(definition, table) };
  });
  const tallies = rules.flatMap(({ tally }) => tally ?? []);
  for await (const rows of rowsOf(file, format))
    for (const { cells } of rows) {
      const stored = cells.map((cell, i) => (columns[i] ? plainly(columns[i].type, cell) : cell));
      for (const tally of tallies) tally.see(stored);
    }
  const measured = rules.flatMap(({ tally, ...rule }) => (tally ? [{ ...rule, ...tally.counts() }] : []));
  const scores = scoresOf(measured);
  return {
    // As its rule finds it: a cell of nothing but spaces holds no value, and is no empty cell either.
    completeness: measured
      .filter(({ kind }) => kind === RuleKind.NOT_NULL)
      .map(({ columns: about, conforming, considered }) => ({
        column: about.join(),
        present: Number(conforming),
        rows: Number(considered),
      })),
    score: scores.score,
    groups: groupsOf(scores).map(({ group, score, ...shown }) => ({
      ...{ group, ...shown, score },
      notMeasured: score === null ? whyNot(group, measured) : null,
    })),
    rules: measured.map(({ kind, group, columns: about, parameters, ground, ...counts }) => ({
      ...{ kind, group, columns: about, parameters, ground },
      ...{ a: Number(counts.conforming), b: Number(counts.considered), x: rateOf(counts) },
      newestOn: counts.newestOn,
    })),
  };
}

function whyNot(group: QualityGroup, measured: readonly { readonly group: QualityGroup }[]): string {
  const hasRule = measured.some((rule) => rule.group === group);
  return hasRule ? 'its rules have found no value to look at' : NOT_MEASURED[group];
}

/** Why a file alone may not tell how it is in a group. */
const NOT_MEASURED: Readonly<Record<QualityGroup, string>> = {
  NORMATIVITY: 'no column is called or looks like one of a known format or code list',
  COMPLETENESS: 'it has no column that could be filled',
  ACCURACY: 'no column is known to lie in a range, or to have a value once',
  CONSISTENCY: 'no two columns are known to belong together; other datasets are not in a file',
  TIMELINESS: 'no column says of when a row is; an exchange counts from the day of loading',
  ACCESSIBILITY: 'an exchange counts answered calls; a file has none',
};

/** For people: a line for each column, and one for each group of GB/T 36344. */
export function profileTable({ fileFormat, encoding, rows, columns, quality }: DatasetProfile): string {
  const header = ['column', 'type', 'meaning', 'personal', 'nulls', 'distinct', 'min', 'max', 'mean'];
  const lines = columns.map(({ name, type, meaning, isPersonal, nulls, distinct, min, max, mean }) => [
    ...[name, type, meaning ?? '', isPersonal ? 'yes' : '', String(nulls), String(distinct)],
    // The mean of codes says nothing.
    ...[min ?? '', max ?? '', (!isOfCodes(meaning) && mean) || ''].map(shortened),
  ]);
  const table = [header, ...lines];
  const widths = header.map((_, i) => Math.max(...table.map((line) => widthOf(line[i] ?? ''))));
  const written = (line: readonly string[]) =>
    line
      .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  const groups = quality.groups.map(({ name, score, rules, notMeasured }) =>
    score === null
      ? `${name}: not measured: ${notMeasured ?? ''}`
      : `${name}: ${score}, by ${rules} proposed rules`,
  );
  return [`${fileFormat}, ${encoding}, ${rows} rows`, ...table.map(written), '', ...groups].join('\n');
}

const isOfCodes = (meaning: ColumnMeaning | null) =>
  meaning === ColumnMeaning.CODE || meaning === ColumnMeaning.REGION_CODE;
const SHOWN_CHARACTERS = 24;
const shortened = (text: string) =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;

/** Chinese characters are two columns wide. */
const widthOf = (text: string) =>
  Array.from(text).reduce((sum, one) => sum + (/[\u2e80-\uffee]/.test(one) ? 2 : 1), 0);
