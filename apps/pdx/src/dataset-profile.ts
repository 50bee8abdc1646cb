import { profileFile } from '#libs/dataset';
import { InvalidInput } from '#libs/foundation';

export type DatasetProfile = Awaited<ReturnType<typeof datasetProfile>>;

/** @throws InvalidInput if there is no such file, and what registering it would refuse */
export async function datasetProfile(file: string) {
  const { format, rowCount, columns } = await profileFile(file).catch((error: unknown) => {
    const isNotThere = error instanceof Error && 'syscall' in error;
    throw isNotThere ? new InvalidInput('FILE', `cannot be read: ${file}`) : error;
  });
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
    quality: {
      completeness: columns.map(({ name, nulls }) => ({
        column: name,
        present: Number(rowCount) - nulls,
        rows: Number(rowCount),
      })),
    },
  };
}

/** For people: a line for each column. */
export function profileTable({ fileFormat, encoding, rows, columns }: DatasetProfile): string {
  const header = ['column', 'type', 'meaning', 'personal', 'nulls', 'distinct', 'min', 'max', 'mean'];
  const lines = columns.map(({ name, type, meaning, isPersonal, nulls, distinct, min, max, mean }) => [
    ...[name, type, meaning ?? '', isPersonal ? 'yes' : '', String(nulls), String(distinct)],
    ...[min ?? '', max ?? '', mean ?? ''].map(shortened),
  ]);
  const table = [header, ...lines];
  const widths = header.map((_, i) => Math.max(...table.map((line) => widthOf(line[i] ?? ''))));
  const written = (line: readonly string[]) =>
    line
      .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  return [`${fileFormat}, ${encoding}, ${rows} rows`, ...table.map(written)].join('\n');
}

const SHOWN_CHARACTERS = 24;
const shortened = (text: string) =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;

/** Chinese characters are two columns wide. */
const widthOf = (text: string) =>
  Array.from(text).reduce((sum, one) => sum + (/[\u2e80-\uffee]/.test(one) ? 2 : 1), 0);
