import { type TestExchange } from './start-exchange.ts';

export interface RightShare {
  readonly holderId: string;
  readonly kinds: readonly ('HOLD' | 'USE' | 'OPERATE')[];
  readonly until?: string | null;
  readonly limits?: string | null;
}

export interface PropertyRight {
  readonly id: string;
  readonly assetId: string;
  readonly state: string;
  readonly filingSha256: string;
  readonly isAcceptedBySilence: boolean;
  readonly acceptedAt: string | null;
  readonly publicityUntil: string | null;
  readonly deadlines: readonly {
    readonly kind: string;
    readonly beginsOn: string;
    readonly due: string;
    readonly isBlocked: boolean;
    readonly closedAt: string | null;
  }[];
  readonly filers: readonly { readonly partyId: string; readonly joinedAt: string | null }[];
  readonly certificate: {
    readonly queryCode: string;
    readonly credential: string;
    readonly validFrom: string;
    readonly validUntil: string;
    readonly end: { readonly cause: string } | null;
  } | null;
}

export const PROPERTY_RIGHT = `PropertyRightRegistration { id assetId state filingSha256 isAcceptedBySilence acceptedAt
  publicityUntil deadlines { kind beginsOn due isBlocked closedAt } filers { partyId joinedAt }
  certificate { queryCode credential validFrom validUntil end { cause } } }`;

/** What a form says unless a test says otherwise; `rights` have to be given. */
export const FORM = {
  contactPerson: '联系人',
  contactPhone: '0532-00000000',
  contactAddress: '样例市样例路1号',
  business: '存续',
  name: '2025年样例市水务行业用水量表格数据',
  overview: '两家企业的用水量',
  industry: 'D46',
  source: 'COLLECTED',
  basis: 'OWN_COLLECTION',
  level: 'GENERAL',
  regionScope: 'MUNICIPAL',
  regionCode: '3702',
  periodFrom: '2025-01-01',
  periodTo: '2025-12-31',
  updateFrequency: 'YEARLY',
  recordCount: '2',
  byteSize: '40',
  medium: 'TABLE',
  structure: 'STRUCTURED',
  validYears: 3,
};

/** The people of a sample exchange at track B's desk. */
export function atPropertyRights(exchange: TestExchange) {
  let files = 0;
  const partyIds = new Map<string, Promise<string>>();

  const partyOf = (login: string) => {
    const found =
      partyIds.get(login) ??
      exchange
        .as(login)
        .then((client) => client.query<{ me: { partyId: string } }>('{ me { partyId } }'))
        .then(({ me }) => me.partyId);
    partyIds.set(login, found);
    return found;
  };

  /** A file that `login` has sent and deposited, for these subjects. */
  const deposit = async (login: string, text: string, subjects: readonly string[]) => {
    const { id: uploadId } = await (
      await exchange.as(login)
    ).upload(`证据-${++files}.csv`, new TextEncoder().encode(text));
    const { id: depositId } = await exchange.act<{ id: string }>(
      login,
      'depositEvidence',
      { uploadId, title: `证据${files}` },
      'EvidenceDeposit { id }',
    );
    return { uploadId, evidence: subjects.map((subject) => ({ depositId, subject })) };
  };

  /** A confirmed dataset version, and its file deposited as evidence of the data and of their source. */
  const dataset = async (login: string, csv?: string) => {
    const text = csv ?? `企业,用水量\n甲${++files},${files}\n乙${files},2\n`;
    const { uploadId, evidence } = await deposit(login, text, ['DATA', 'LAWFUL_SOURCE']);
    const { version } = await exchange.load<{ version: { id: string } }>(
      login,
      'registerDataset',
      { name: `用水量${files}`, description: '', uploadId, subjectColumn: '企业' },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns(login, { datasetVersionId });
    return { datasetVersionId, evidence };
  };

  const act = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<PropertyRight>(login, field, { registrationId, ...more }, PROPERTY_RIGHT);

  /** An initial registration as a draft; all rights are the applicant's unless told otherwise. */
  const prepare = async (
    login: string,
    {
      form = {},
      rights,
      evidence,
    }: { form?: object; rights?: readonly RightShare[]; evidence?: object[] } = {},
  ) => {
    const data = await dataset(login);
    const own = [{ holderId: await partyOf(login), kinds: ['HOLD', 'USE', 'OPERATE'] }];
    return exchange.act<PropertyRight>(
      login,
      'preparePropertyRight',
      {
        datasetVersionId: data.datasetVersionId,
        registryId: await partyOf('registry'),
        form: { ...FORM, ...form, rights: rights ?? own },
        evidence: evidence ?? data.evidence,
      },
      PROPERTY_RIGHT,
    );
  };

  const followUp = (login: string, assetId: string, type: string, more: object = {}) =>
    exchange.act<PropertyRight>(
      login,
      'preparePropertyRightFollowUp',
      { assetId, type, ...more },
      PROPERTY_RIGHT,
    );

  /** From the draft to the certificate, without a public notice. */
  const certify = async (chief: string, id: string) => {
    await act(chief, 'submitPropertyRight', id);
    await act('registry', 'decidePropertyRightAcceptance', id, { decision: 'ACCEPTED' });
    await act('reviewer', 'examinePropertyRight', id, {
      outcome: 'PUBLICITY_WAIVED',
      reason: '已在公共数据资源登记中公示',
    });
    return act('registry', 'certifyPropertyRight', id);
  };

  return { partyOf, deposit, dataset, act, prepare, followUp, certify };
}
