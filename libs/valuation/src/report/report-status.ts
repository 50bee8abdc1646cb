/** What an entry of a status list says of a report, by its number: one bit for each thing that can end it. */
export const REPORT_STATUSES = ['VALID', 'SUPERSEDED', 'ASSET_ENDED', 'ASSET_ENDED'] as const;

export const reportStatusOf = (end: { readonly isSuperseded: boolean; readonly isAssetEnded: boolean }) =>
  (end.isSuperseded ? 1 : 0) + (end.isAssetEnded ? 2 : 0);
