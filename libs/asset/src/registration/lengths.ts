/** The lengths of the national form (国数综政策〔2026〕35号 Annex 1). That they hold on track A too is ours. */
export const NAME_LENGTH = { message: 'must be 1 to 40 characters (国数综政策〔2026〕35号 Annex 1)' };
export const OVERVIEW_LENGTH = { message: 'must be 1 to 400 characters (国数综政策〔2026〕35号 Annex 1)' };
