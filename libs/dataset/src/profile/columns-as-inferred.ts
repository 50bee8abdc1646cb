import { invariant } from '#libs/foundation';

import type { TableFormat } from '../reading/table-format.ts';
import { type ColumnMeaning, isPersonalMeaning, type ProposedMeaning } from './column-meaning.ts';
import type { ProfiledColumn } from './column-profiler.ts';
import { ColumnType } from './column-type.ts';
import { namesPerson } from './names-person.ts';
import type { InferredTable } from './table-inference.ts';

export interface NewColumn extends ProfiledColumn {
  readonly name: string;
  readonly proposedMeaning: ColumnMeaning | null;
  readonly proposedShare: string | null;
}

/** A column of the version before, as its provider has confirmed it. */
export type EarlierColumn = Omit<NewColumn, 'proposedShare' | 'isPlain'>;

/** The columns of a file as they are stored until the provider confirms them. */
export function columnsAsInferred(
  format: TableFormat,
  { columns }: InferredTable,
  personalColumns: readonly string[],
  earlier: readonly EarlierColumn[],
): NewColumn[] {
  return format.columns.map((name, i) => {
    const inferred = columns[i];
    invariant(inferred, 'Every column was inferred');
    const { type, isPlain, proposal, fittingTypes } = inferred;
    const was = earlier.find((column) => column.name === name);
    // What the provider has said of it holds for as long as it looks the same.
    const isSame = was?.proposedMeaning != null && was.proposedMeaning === proposal?.meaning;
    const meaning = (isSame ? was.meaning : null) ?? proposal?.meaning ?? null;
    const isPersonal =
      personalColumns.includes(name) ||
      (was?.isPersonal ?? namesPerson(name)) ||
      (!isSame && isPersonalMeaning(meaning));
    const proposed = proposedIn(proposal);
    if (isPersonal) return { name, isPersonal, type: ColumnType.TEXT, isPlain: true, meaning, ...proposed };
    return {
      name,
      isPersonal,
      type: was && fittingTypes.includes(was.type) ? was.type : type,
      isPlain,
      meaning,
      ...proposed,
    };
  });
}

const proposedIn = (proposal: ProposedMeaning | null) => ({
  proposedMeaning: proposal?.meaning ?? null,
  proposedShare: proposal?.share ?? null,
});
