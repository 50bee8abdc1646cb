/** How likenesses are weighed. No rule says how: all of it is this project's own configuration. */
export const OVERLAP = {
  /** Equal values column by column, where the rows are not equal, against equal rows. */
  columnsAlone: 0.5,
  /** One content that lies wholly in the other, against two that are the same. */
  contained: 0.9,
  /** So many rows have to be found in both before one counts as contained in the other. */
  containedFromRows: 16,
  /** Equal columns and an equal name, together, against equal content. */
  description: 0.5,
  schema: 0.6,
  name: 0.4,
  /** What an officer is shown. */
  shownFrom: 0.4,
  /** What an officer has to give a reason for. */
  explainedFrom: 0.8,
} as const;
