import { InvalidInput, type LegalDay } from '#libs/foundation';
import { ClassificationLevel } from '#libs/quality';

import { isIndustry } from './industry.ts';
import { NotRegistrable, RightsNotAllowed } from './property-right.errors.ts';

/** 数据来源, Annex 1. */
export enum DataSource {
  COLLECTED = 'COLLECTED',
  CRAWLED = 'CRAWLED',
  AGREED = 'AGREED',
  DERIVED = 'DERIVED',
}

/** How the data came to the holder, which decides on the rights there can be (Art. 21). */
export enum AcquisitionBasis {
  OWN_COLLECTION = 'OWN_COLLECTION',
  COMMISSIONED = 'COMMISSIONED',
  NATURAL_PERSON = 'NATURAL_PERSON',
  PUBLIC_CRAWLING = 'PUBLIC_CRAWLING',
  JOINT_FUSION = 'JOINT_FUSION',
  DERIVED = 'DERIVED',
  ENTRUSTED_PROCESSING = 'ENTRUSTED_PROCESSING',
}

/** The three rights, independent of each other and not exclusive (Art. 3). */
export enum RightKind {
  HOLD = 'HOLD',
  USE = 'USE',
  OPERATE = 'OPERATE',
}

/** What kind of body's data they are (Art. 15). */
export enum DataClass {
  GOVERNMENT_PERFORMANCE = 'GOVERNMENT_PERFORMANCE',
  AUTHORISED_OPERATION = 'AUTHORISED_OPERATION',
  PUBLIC_UTILITY = 'PUBLIC_UTILITY',
  OTHER = 'OTHER',
}

/** 数据分级, the highest that applies. */
export enum DataLevel {
  GENERAL = 'GENERAL',
  IMPORTANT = 'IMPORTANT',
  CORE = 'CORE',
}

/** 地域范围, Annex 1. */
export enum RegionScope {
  INTERNATIONAL = 'INTERNATIONAL',
  NATIONAL = 'NATIONAL',
  PROVINCIAL = 'PROVINCIAL',
  MUNICIPAL = 'MUNICIPAL',
  COUNTY = 'COUNTY',
  BELOW_COUNTY = 'BELOW_COUNTY',
}

/** 更新频率, Annex 1. */
export enum UpdateFrequency {
  DAILY = 'DAILY',
  WEEKLY = 'WEEKLY',
  MONTHLY = 'MONTHLY',
  YEARLY = 'YEARLY',
  ON_DEMAND = 'ON_DEMAND',
  REAL_TIME = 'REAL_TIME',
  OTHER = 'OTHER',
}

/** 数据形态, Annex 1: what it is … */
export enum DataMedium {
  IMAGE = 'IMAGE',
  TEXT = 'TEXT',
  VIDEO = 'VIDEO',
  AUDIO = 'AUDIO',
  TABLE = 'TABLE',
  OTHER = 'OTHER',
}

/** … and how it is ordered. */
export enum DataStructure {
  STRUCTURED = 'STRUCTURED',
  SEMI_STRUCTURED = 'SEMI_STRUCTURED',
  UNSTRUCTURED = 'UNSTRUCTURED',
}

/** 权利配置说明: what one holder has. */
export interface RightShare {
  readonly holderId: string;
  readonly kinds: readonly RightKind[];
  /** Its last day; null: as long as the registration. */
  readonly until: LegalDay | null;
  /** 限制; null: none of its own. */
  readonly limits: string | null;
}

/** The initial-application form of Annex 1; who applies is told by the application itself. */
export interface AnnexForm {
  readonly contactPerson: string;
  readonly contactPhone: string;
  readonly contactAddress: string;
  /** 经营情况. */
  readonly business: string;
  /** 时间、地域、行业、内容、数据类型. */
  readonly name: string;
  readonly overview: string;
  /** GB/T 4754-2017, letter and two digits: `J66`. */
  readonly industry: string;
  readonly source: DataSource;
  readonly basis: AcquisitionBasis;
  /** Crawled data only: whether the product takes the place of its source (Art. 21). */
  readonly isSubstituteForSource: boolean;
  /** The law or the contract that gives the rights, where Art. 21 asks for one. */
  readonly rightsGround: string | null;
  readonly dataClass: DataClass;
  readonly level: DataLevel;
  readonly regionScope: RegionScope;
  /** Administrative division code, GB/T 2260, of 2, 4 or 6 digits; null for what is international or national. */
  readonly regionCode: string | null;
  readonly periodFrom: LegalDay;
  readonly periodTo: LegalDay;
  readonly updateFrequency: UpdateFrequency;
  /** 数据量: count and size. */
  readonly recordCount: string;
  readonly byteSize: string;
  readonly medium: DataMedium;
  readonly structure: DataStructure;
  /** 限制范围, or 无. */
  readonly limits: string;
  readonly rights: readonly RightShare[];
  /** For how many years, 1 to 5 (Art. 26). */
  readonly validYears: number;
}

/** The provinces of GB/T 2260. */
const PROVINCE = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])/;
/** The digits of a division of each level; what lies below a county names the county. */
const REGION_DIGITS: Readonly<Partial<Record<RegionScope, number>>> = {
  PROVINCIAL: 2,
  MUNICIPAL: 4,
  COUNTY: 6,
  BELOW_COUNTY: 6,
};

const { HOLD, USE, OPERATE } = RightKind;
const ALL_RIGHTS = [HOLD, USE, OPERATE] as const;

export interface BasisRule {
  /** The sources of Annex 1 that go with it. */
  readonly sources: readonly DataSource[];
  readonly rights: readonly RightKind[];
  /** What OPERATE needs besides; what any right needs, where the law gives none by itself. */
  readonly operateNeeds: 'NO_SUBSTITUTE' | 'CONSENT_OF_THE_OTHERS' | null;
  readonly anyNeeds: 'LAW_OR_CONTRACT' | null;
}

/** Rights by source, Art. 21. */
export const RIGHTS_BY_BASIS: Readonly<Record<AcquisitionBasis, BasisRule>> = {
  OWN_COLLECTION: { sources: [DataSource.COLLECTED], rights: ALL_RIGHTS, operateNeeds: null, anyNeeds: null },
  COMMISSIONED: {
    sources: [DataSource.COLLECTED, DataSource.AGREED],
    rights: ALL_RIGHTS,
    operateNeeds: null,
    anyNeeds: null,
  },
  NATURAL_PERSON: {
    sources: [DataSource.COLLECTED, DataSource.AGREED],
    rights: ALL_RIGHTS,
    operateNeeds: null,
    anyNeeds: null,
  },
  PUBLIC_CRAWLING: {
    sources: [DataSource.CRAWLED],
    rights: ALL_RIGHTS,
    operateNeeds: 'NO_SUBSTITUTE',
    anyNeeds: null,
  },
  JOINT_FUSION: {
    sources: [DataSource.AGREED, DataSource.DERIVED],
    rights: ALL_RIGHTS,
    operateNeeds: 'CONSENT_OF_THE_OTHERS',
    anyNeeds: null,
  },
  DERIVED: { sources: [DataSource.DERIVED], rights: ALL_RIGHTS, operateNeeds: null, anyNeeds: null },
  // (7): none, unless law or contract says otherwise.
  ENTRUSTED_PROCESSING: {
    sources: [DataSource.AGREED],
    rights: ALL_RIGHTS,
    operateNeeds: null,
    anyNeeds: 'LAW_OR_CONTRACT',
  },
};

/** Whether the rights rest on papers that have to be shown as evidence for RIGHTS. */
export function needsProofOfRights({ basis, rights }: AnnexForm): boolean {
  const { operateNeeds, anyNeeds } = RIGHTS_BY_BASIS[basis];
  const operates = rights.some(({ kinds }) => kinds.includes(OPERATE));
  return anyNeeds === 'LAW_OR_CONTRACT' || (operates && operateNeeds === 'CONSENT_OF_THE_OTHERS');
}

/** What the form must be to be written down at all. @throws InvalidInput naming the field */
export function checkForm(form: AnnexForm): void {
  const at = (field: keyof AnnexForm) => `form.${field}`;
  if (!isIndustry(form.industry))
    throw new InvalidInput(at('industry'), 'must be a class of GB/T 4754-2017, letter and two digits');
  const isBounded = ![RegionScope.INTERNATIONAL, RegionScope.NATIONAL].includes(form.regionScope);
  if (isBounded !== (form.regionCode !== null))
    throw new InvalidInput(
      at('regionCode'),
      isBounded ? 'is needed for this scope' : 'goes with a smaller scope',
    );
  const digits = REGION_DIGITS[form.regionScope];
  if (form.regionCode !== null && (form.regionCode.length !== digits || !PROVINCE.test(form.regionCode)))
    throw new InvalidInput(at('regionCode'), `must be a division code (GB/T 2260) of ${digits} digits`);
  if (form.periodTo < form.periodFrom)
    throw new InvalidInput(at('periodTo'), 'must not be before periodFrom');
  if (!RIGHTS_BY_BASIS[form.basis].sources.includes(form.source))
    throw new InvalidInput(at('basis'), `does not go with the source ${form.source}`);
  checkShares(form.rights, at('rights'));
}

export function checkShares(rights: readonly RightShare[], path: string): void {
  if (rights.length === 0) throw new InvalidInput(path, 'must name a holder');
  const holders = new Set<string>();
  for (const [i, { holderId, kinds }] of rights.entries()) {
    if (holders.has(holderId)) throw new InvalidInput(`${path}.${i}.holderId`, 'is there already');
    holders.add(holderId);
    if (kinds.length === 0 || new Set(kinds).size !== kinds.length)
      throw new InvalidInput(`${path}.${i}.kinds`, 'must be one to three different rights');
  }
}

/**
 * Whether the declared level is at least the confirmed one, which is not core (ours): the form is not the place to make
 * data less sensitive. @throws NotRegistrable
 */
export function checkLevel(declared: DataLevel, confirmed: ClassificationLevel): void {
  const { CORE, IMPORTANT } = ClassificationLevel;
  if (confirmed === CORE)
    throw new NotRegistrable(
      'The data are classified as core data, which are not registered',
      'form.level',
      'ours, after Shenzhen’s rule of 2023',
    );
  if (confirmed === IMPORTANT && declared === DataLevel.GENERAL)
    throw new NotRegistrable(
      'The data are classified as important data, and declared as general ones',
      'form.level',
      '就高从严: the highest level that applies',
    );
}

/** Whether it can be registered, and with these rights (Art. 15, 21). @throws NotRegistrable, RightsNotAllowed */
export function checkRegistrable(form: AnnexForm): void {
  if (form.dataClass === DataClass.GOVERNMENT_PERFORMANCE)
    throw new NotRegistrable(
      'Data of the performance of Party and government offices are not registered here',
      'form.dataClass',
      '国数综政策〔2026〕35号 Art. 15',
    );
  if (form.level === DataLevel.CORE)
    throw new NotRegistrable(
      'Core data are not registered',
      'form.level',
      'ours, after Shenzhen’s rule of 2023',
    );
  const { operateNeeds, anyNeeds } = RIGHTS_BY_BASIS[form.basis];
  if (anyNeeds === 'LAW_OR_CONTRACT' && !form.rightsGround)
    throw new RightsNotAllowed(
      'Who processes for another has no rights, unless law or contract says so',
      'form.rightsGround',
    );
  const operating = form.rights.findIndex(({ kinds }) => kinds.includes(OPERATE));
  if (operating < 0) return;
  if (operateNeeds === 'NO_SUBSTITUTE' && form.isSubstituteForSource)
    throw new RightsNotAllowed(
      'Crawled public data may be operated only as a product that does not take the place of its source',
      `form.rights.${operating}.kinds`,
    );
  if (operateNeeds === 'CONSENT_OF_THE_OTHERS' && !form.rightsGround)
    throw new RightsNotAllowed(
      'Data that were fused without a contract are operated only with the consent of the others',
      'form.rightsGround',
    );
}
