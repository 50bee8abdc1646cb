/**
 * 数据分级. Core, important and general are the law's (数据安全法 Art. 21; GB/T 43697-2024); the four grades of general data
 * are those in use after its annex H, whose text was not seen.
 */
export enum ClassificationLevel {
  GENERAL_1 = 'GENERAL_1',
  GENERAL_2 = 'GENERAL_2',
  GENERAL_3 = 'GENERAL_3',
  GENERAL_4 = 'GENERAL_4',
  IMPORTANT = 'IMPORTANT',
  CORE = 'CORE',
}

const ORDER = Object.values(ClassificationLevel);

export function rankOf(level: ClassificationLevel): number {
  return ORDER.indexOf(level);
}

/** 就高从严 (GB/T 43697-2024): the whole has the highest level of its parts; of nothing, the lowest. */
export function highestOf(levels: readonly ClassificationLevel[]): ClassificationLevel {
  return levels.reduce(
    (highest, level) => (rankOf(level) > rankOf(highest) ? level : highest),
    ClassificationLevel.GENERAL_1,
  );
}

export interface Offer {
  readonly kind: 'FIELD_QUERY' | 'CONCLUSION';
  readonly demandsConsent: boolean;
}

interface LevelEffect {
  readonly isRegistrable: boolean;
  readonly allows: (offer: Offer) => boolean;
  readonly message: string;
  readonly rule: string;
}

const ALL: LevelEffect = { isRegistrable: true, allows: () => true, message: '', rule: '' };

/** What a level does to what may be registered and listed. The database has the same in `level_allows_product`. */
export const EFFECT_OF: Readonly<Record<ClassificationLevel, LevelEffect>> = {
  CORE: {
    isRegistrable: false,
    allows: () => false,
    message: 'Core data are neither registered nor listed',
    rule: 'after Shenzhen’s rule of 2023: core data are not registered or traded',
  },
  IMPORTANT: {
    isRegistrable: true,
    allows: ({ kind }) => kind === 'CONCLUSION',
    message: 'Of important data only a conclusion may be offered',
    rule: '原始数据不出域、可用不可见、可控可计量',
  },
  GENERAL_4: {
    isRegistrable: true,
    allows: ({ kind, demandsConsent }) => kind === 'CONCLUSION' || demandsConsent,
    message: 'Fields of general data of grade 4 are answered with the consent of the person only',
    rule: 'ours, after PIPL Art. 23 and 29',
  },
  GENERAL_3: ALL,
  GENERAL_2: ALL,
  GENERAL_1: ALL,
};
