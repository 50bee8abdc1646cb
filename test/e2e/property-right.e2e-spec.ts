import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { verifyCredential } from '#libs/credential';
import {
  addDays,
  addMonths,
  Clock,
  legalDayOf,
  parseCertificateCode,
  startOfLegalDay,
  WORKING_DAY_CALENDAR,
  type WorkingDayCalendar,
  workingDaysAfter,
} from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { TitleClockService } from '#libs/property-right';

import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { atPropertyRights, FORM, type PropertyRight } from '../support/given-property-right.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld } from '../support/while-held.ts';

/** Track B. The clock only goes forward, so the tests are in the order of time. */
describe('the register of data property rights', () => {
  let exchange: TestExchange;
  let desk: ReturnType<typeof atPropertyRights>;
  // Years that are not published would make periods provisional; what is said of them here is made up.
  let calendar: WorkingDayCalendar = WORKING_DAY_CALENDAR;
  const dueAfter = (day: string, workingDays: number) => workingDaysAfter(day, workingDays, calendar).due;
  beforeAll(async () => {
    exchange = await startExchange();
    desk = atPropertyRights(exchange);
    for (let year = Number(today().slice(0, 4)); year < Number(today().slice(0, 4)) + 4; year++) {
      if (WORKING_DAY_CALENDAR[year]) continue;
      const off = [{ first: '01-01', last: '01-01' }];
      const input = { year: String(year), off, worked: [], source: '测试，不是国务院通知' };
      await exchange.act('registry', 'importCalendarYear', input, 'CalendarYear { year }');
      calendar = { ...calendar, [year]: { off: [['01-01', '01-01']], worked: [] } };
    }
    // A bank that files has two people: one prepares, the other submits.
    const person = { partyId: await desk.partyOf('bank'), login: 'bank-checker', displayName: '复核' };
    await exchange.act(
      'operator',
      'registerPerson',
      { ...person, roles: ['INSTITUTION_USER'], password: SAMPLE_PASSWORD },
      'Person { id }',
    );
  });
  afterAll(() => exchange.stop());

  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  const advanceTo = (instant: Date) =>
    exchange.act('operator', 'advanceClock', { to: instant.toISOString() }, 'ExchangeTime { time }');
  const advanceToDay = async (day: string) => {
    if (today() < day) await advanceTo(startOfLegalDay(day));
  };
  const workClocks = async () => {
    const clock = exchange.service.app.get(TitleClockService);
    while ((await clock.actDue()) > 0);
  };
  const running = ({ deadlines }: PropertyRight) =>
    deadlines.filter(({ closedAt }) => closedAt === null).map(({ kind, due }) => `${kind} ${due}`);
  const titleOf = async (assetId: string) => {
    const { title } = await exchange.anonymous.query<{
      title: {
        state: string;
        name: string;
        version: number;
        validUntil: string;
        rights: { holderId: string; kinds: string[] }[];
        holders: { name: string }[];
        encumbrances: { id: string; kind: string; state: string; amount: string | null }[];
        certificates: { queryCode: string; end: { cause: string } | null }[];
        chain: { act: string; code: string | null; effectiveFrom: string; rights: { holderId: string }[] }[];
      } | null;
    }>(
      `query ($id: Uuid!) { title(assetId: $id) { state name version validUntil rights { holderId kinds } holders { name }
         encumbrances { id kind state amount } certificates { queryCode end { cause } }
         chain { act code effectiveFrom rights { holderId } } } }`,
      { id: assetId },
    );
    return title;
  };
  const all = ['HOLD', 'USE', 'OPERATE'] as const;
  /** What a party was told about this, oldest first. */
  const toldTo = async (login: string, subjectId: string) => {
    const { notifications } = await (
      await exchange.as(login)
    ).query<{ notifications: { edges: { node: { type: string; subjectId: string } }[] } }>(
      '{ notifications(first: 100) { edges { node { type subjectId } } } }',
    );
    const about = notifications.edges.map(({ node }) => node).filter((node) => node.subjectId === subjectId);
    return about.map(({ type }) => type).reverse();
  };

  it('leads an application from the form to a certificate in the national code', async () => {
    const draft = await desk.prepare('provider', { form: { validYears: 5 } });
    expect(await refusalOf(desk.act('provider', 'submitPropertyRight', draft.id))).toBe('FORBIDDEN');
    const submitted = await desk.act('provider-chief', 'submitPropertyRight', draft.id);
    expect(running(submitted)).toEqual([`ACCEPTANCE ${dueAfter(today(), 3)}`]);
    const accepted = await desk.act('registry', 'decidePropertyRightAcceptance', draft.id, {
      decision: 'ACCEPTED',
    });
    expect(running(accepted)).toEqual([`EXAMINATION ${dueAfter(today(), 10)}`]);
    const publicized = await desk.act('reviewer', 'examinePropertyRight', draft.id, {
      outcome: 'PUBLICIZED',
      remarks: '授权期限至2030年',
    });
    const { publicityUntil } = publicized;
    expect(publicityUntil).toBe(dueAfter(today(), 5));
    // The notice is not counted: the ten working days, none of them used, go on when it is over.
    expect(running(publicized)).toEqual([
      `EXAMINATION ${dueAfter(publicityUntil ?? '', 10)}`,
      `PUBLICITY ${publicityUntil}`,
    ]);
    const { publicityNotices } = await exchange.anonymous.query<{
      publicityNotices: { edges: { node: object }[] };
    }>(
      '{ publicityNotices(track: B) { edges { node { applicantName registrationType dataName dataOverview limits } } } }',
    );
    expect(publicityNotices.edges.map(({ node }) => node)).toEqual([
      {
        applicantName: '样例市市场监管信息中心',
        registrationType: 'INITIAL',
        dataName: FORM.name,
        dataOverview: FORM.overview,
        limits: '无',
      },
    ]);
    await advanceTo(new Date(startOfLegalDay(addDays(publicityUntil ?? '', 1)).getTime() - 20_000));
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', draft.id))).toBe(
      'PUBLICITY_NOT_OVER registrationId',
    );
    await advanceToDay(addDays(publicityUntil ?? '', 1));
    const certified = await desk.act('registry', 'certifyPropertyRight', draft.id);

    expect(certified).toMatchObject({ state: 'CERTIFIED', certificate: { validFrom: today(), end: null } });
    expect(certified.certificate?.validUntil).toBe(addMonths(today(), 60));
    expect(parseCertificateCode(certified.certificate?.queryCode ?? '')).toMatchObject({
      region: '37',
      agency: '1',
      year: today().slice(0, 4),
      serial: '0001',
    });
    const key = new KeyRing(`${exchange.filesDir}/keys`).signing('CERTIFICATE').publicKey;
    const pem = key.export({ type: 'spki', format: 'pem' }).toString();
    const verdict = verifyCredential(certified.certificate?.credential ?? '', pem, now(), null);
    expect(verdict).toMatchObject({
      valid: true,
      credential: {
        type: ['VerifiableCredential', 'DataPropertyRightCertificate'],
        credentialSubject: {
          code: certified.certificate?.queryCode,
          remarks: '授权期限至2030年',
          rights: [{ holderName: '样例市市场监管信息中心', kinds: all }],
        },
      },
    });
    expect(await titleOf(draft.assetId)).toMatchObject({
      state: 'REGISTERED',
      holders: [{ name: '样例市市场监管信息中心' }],
      chain: [{ act: 'INITIAL', code: certified.certificate?.queryCode }],
    });
  });

  it('names all evidence that is missing at once, and refuses what cannot be registered, with the article', async () => {
    const bare = await desk.prepare('provider', {
      form: { source: 'AGREED', basis: 'ENTRUSTED_PROCESSING', rightsGround: '委托合同第三条' },
      evidence: [],
    });
    const client = await exchange.as('provider-chief');
    const submit = (registrationId: string) =>
      client.mutate(
        'submitPropertyRight',
        { clientId: `s-${registrationId}`, registrationId },
        'PropertyRightRegistration { id }',
      );
    await expect(submit(bare.id)).rejects.toMatchObject({
      code: 'EVIDENCE_NOT_DEPOSITED',
      message: expect.stringContaining('DATA, LAWFUL_SOURCE, RIGHTS'),
    });
    const cases: [object, object][] = [
      [
        { dataClass: 'GOVERNMENT_PERFORMANCE' },
        { code: 'NOT_REGISTRABLE', rule: expect.stringMatching('Art. 15') },
      ],
      [{ level: 'CORE' }, { code: 'NOT_REGISTRABLE', path: 'form.level' }],
      [
        { dataClass: 'AUTHORISED_OPERATION' },
        { code: 'TRACK_A_CODE_NEEDED', rule: expect.stringMatching('Art. 15') },
      ],
      [
        { source: 'CRAWLED', basis: 'PUBLIC_CRAWLING', isSubstituteForSource: true },
        { code: 'RIGHTS_NOT_ALLOWED', rule: expect.stringMatching('Art. 21') },
      ],
      [
        { source: 'DERIVED', basis: 'JOINT_FUSION' },
        { code: 'RIGHTS_NOT_ALLOWED', path: 'form.rightsGround' },
      ],
    ];
    for (const [form, refusal] of cases) {
      const { id } = await desk.prepare('provider', { form });
      await expect(submit(id)).rejects.toMatchObject(refusal);
    }
    const bad: [object, string][] = [
      [{ industry: 'J70' }, 'INVALID_INPUT form.industry'],
      [{ regionCode: null }, 'INVALID_INPUT form.regionCode'],
      [{ periodTo: '2024-12-31' }, 'INVALID_INPUT form.periodTo'],
      [{ source: 'CRAWLED' }, 'INVALID_INPUT form.basis'],
    ];
    for (const [form, refusal] of bad)
      expect(await refusalOf(desk.prepare('provider', { form }))).toBe(refusal);
    const registry = await desk.partyOf('registry');
    expect(
      await refusalOf(desk.prepare('provider', { rights: [{ holderId: registry, kinds: ['USE'] }] })),
    ).toBe('REGISTRY_OWN_DATA form.rights.0.holderId');
    expect(await refusalOf(desk.prepare('provider', { form: { name: '字'.repeat(41) } }))).toMatch(
      /^(BAD_USER_INPUT|INVALID_INPUT)/,
    );
  });

  it('takes a product of authorised operation once it has a code of track A', async () => {
    const { rows } = await exchange.owner.query<{ asset: string; version: string }>(
      `SELECT asset.id AS asset, dataset_version_id AS version FROM asset JOIN person ON party_id = provider_id
       WHERE login = 'provider' AND state = 'REGISTERED' LIMIT 1`,
    );
    const { evidence } = await desk.deposit('provider', '来源', ['LAWFUL_SOURCE']);
    const { rows: deposits } = await exchange.owner.query<{ id: string }>(
      `SELECT evidence_deposit.id FROM evidence_deposit JOIN dataset_version ON file_sha256 = sha256
       WHERE dataset_version.id = $1`,
      [rows[0]?.version],
    );
    const draft = await exchange.act<PropertyRight>(
      'provider',
      'preparePropertyRight',
      {
        datasetVersionId: rows[0]?.version,
        registryId: await desk.partyOf('registry'),
        form: {
          ...FORM,
          dataClass: 'AUTHORISED_OPERATION',
          rights: [{ holderId: await desk.partyOf('provider'), kinds: all }],
        },
        evidence: [...evidence, { depositId: deposits[0]?.id, subject: 'DATA' }],
      },
      'PropertyRightRegistration { id assetId }',
    );
    expect(draft.assetId).toBe(rows[0]?.asset);
    expect((await desk.certify('provider-chief', draft.id)).state).toBe('CERTIFIED');
  });

  it('shows the registry what an application repeats, and wants a reason before it is accepted', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `企业${n},${n * 7}`).join('\n');
    const repeat = async (login: string, head: string) => {
      const { datasetVersionId, evidence } = await desk.dataset(login, `${head}\n${rows}\n`);
      const own = [{ holderId: await desk.partyOf(login), kinds: all }];
      const { id, assetId } = await exchange.act<PropertyRight>(
        login,
        'preparePropertyRight',
        {
          datasetVersionId,
          registryId: await desk.partyOf('registry'),
          form: { ...FORM, name: `${login}的数据`, rights: own },
          evidence,
        },
        'PropertyRightRegistration { id assetId }',
      );
      await desk.act(`${login}-chief`, 'submitPropertyRight', id);
      return { id, assetId };
    };
    const first = await repeat('provider', '企业,用水量');
    const second = await repeat('provider-2', '企业,数量');
    const overlapsTo = async (login: string) => {
      const found = await (
        await exchange.as(login)
      ).query<{ propertyRightRegistration: { likelyOverlaps: { assetId: string; score: number }[] | null } }>(
        `query ($id: Uuid!) { propertyRightRegistration(id: $id) { likelyOverlaps { asset { id } score } } }`,
        { id: second.id },
      );
      return found.propertyRightRegistration.likelyOverlaps;
    };
    expect(await overlapsTo('provider-2-chief')).toBeNull();
    expect(await overlapsTo('registry')).toContainEqual({ asset: { id: first.assetId }, score: 1 });
    const accept = (more: object = {}) =>
      desk.act('registry', 'decidePropertyRightAcceptance', second.id, { decision: 'ACCEPTED', ...more });
    expect(await refusalOf(accept())).toMatch(/^OVERLAP_NOT_EXPLAINED/);
    expect((await accept({ reason: '双方共同采集，已核对协议' })).state).toBe('ACCEPTED');
    for (const { id, login } of [
      { ...first, login: 'provider-chief' },
      { ...second, login: 'provider-2-chief' },
    ])
      await desk.act(login, 'withdrawPropertyRight', id, { reason: '测试' });
  });

  it('is filed by all who hold a right, each agreeing to the very same form', async () => {
    const [mine, theirs] = [await desk.partyOf('provider'), await desk.partyOf('bank')];
    const rights = [
      { holderId: mine, kinds: ['HOLD'] as const },
      { holderId: theirs, kinds: ['USE'] as const },
    ];
    const draft = await desk.prepare('provider', { rights });
    expect(draft.filers).toEqual([{ partyId: theirs, joinedAt: null }]);
    expect(await refusalOf(desk.act('provider-chief', 'submitPropertyRight', draft.id))).toBe(
      'FILERS_NOT_JOINED registrationId',
    );
    const join = (login: string, filingSha256 = draft.filingSha256) =>
      desk.act(login, 'joinPropertyRight', draft.id, { filingSha256 });
    expect(await refusalOf(join('insurer'))).toBe('NOTHING_TO_JOIN filingSha256');
    expect(await refusalOf(join('bank', '0'.repeat(64)))).toBe('NOTHING_TO_JOIN filingSha256');
    await join('bank');
    const amended = await desk.act('provider', 'amendPropertyRight', draft.id, {
      form: { ...FORM, overview: '改过的概述', rights },
    });
    // What was agreed to was another form.
    expect(amended.filers).toEqual([{ partyId: theirs, joinedAt: null }]);
    expect(await refusalOf(join('bank'))).toBe('NOTHING_TO_JOIN filingSha256');
    await join('bank', amended.filingSha256);
    expect((await desk.certify('provider-chief', draft.id)).state).toBe('CERTIFIED');
    expect(await toldTo('bank', draft.id)).toEqual([
      ...['property-right.joining-asked', 'property-right.joining-asked', 'property-right.submitted'],
      ...['property-right.accepted', 'property-right.notice-waived', 'property-right.certified'],
    ]);
    expect(await toldTo('insurer', draft.id)).toEqual([]);
    expect((await toldTo('registry', draft.id))[0]).toBe('property-right.submitted');
    const titles = await exchange.anonymous.query<{ titles: { edges: { node: { assetId: string } }[] } }>(
      'query ($id: Uuid) { titles(holderId: $id) { edges { node { assetId } } } }',
      { id: theirs },
    );
    expect(titles.titles.edges.map(({ node }) => node.assetId)).toContain(draft.assetId);
  });

  it('accepts by silence on the first working day after the limit, once, however many workers run', async () => {
    const draft = await desk.prepare('provider');
    const another = await desk.prepare('provider-2');
    // The limit ends before a day that is not worked: silence waits for the next one that is.
    const endOf = (day: string) => dueAfter(day, 3);
    while (dueAfter(endOf(today()), 1) === addDays(endOf(today()), 1))
      await advanceToDay(addDays(today(), 1));
    const submitted = await desk.act('provider-chief', 'submitPropertyRight', draft.id);
    await desk.act('provider-2-chief', 'submitPropertyRight', another.id);
    const due = submitted.deadlines[0]?.due ?? '';
    await advanceTo(new Date(startOfLegalDay(addDays(due, 1)).getTime() - 20_000));
    await workClocks();
    expect(
      (await desk.act('registry', 'decidePropertyRightAcceptance', another.id, { decision: 'ACCEPTED' }))
        .state,
    ).toBe('ACCEPTED');
    await advanceToDay(addDays(due, 1));
    await workClocks();
    const late = { decision: 'NOT_ACCEPTED', reason: '晚了' };
    expect(await refusalOf(desk.act('registry', 'decidePropertyRightAcceptance', draft.id, late))).toBe(
      'ACCEPTED_BY_SILENCE registrationId',
    );
    const firstWorkingDay = dueAfter(due, 1);
    await advanceToDay(firstWorkingDay);
    const clocks = await Promise.all(
      Array.from({ length: 4 }, () => exchange.service.app.get(TitleClockService).actDue()),
    );
    expect(clocks.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(1);
    const { propertyRightRegistration: accepted } = await (
      await exchange.as('provider-chief')
    ).query<{ propertyRightRegistration: PropertyRight }>(
      `query ($id: Uuid!) { propertyRightRegistration(id: $id) { state isAcceptedBySilence acceptedAt
         deadlines { kind beginsOn due isBlocked closedAt } } }`,
      { id: draft.id },
    );
    expect(accepted).toMatchObject({
      state: 'ACCEPTED',
      isAcceptedBySilence: true,
      acceptedAt: startOfLegalDay(firstWorkingDay).toISOString(),
    });
    expect(running(accepted)).toEqual([`EXAMINATION ${dueAfter(firstWorkingDay, 10)}`]);
    const { rows } = await exchange.owner.query(
      `SELECT FROM audit_outbox WHERE action = 'ACCEPT_BY_SILENCE_PROPERTY_RIGHT' AND subject_id = $1
       UNION ALL SELECT FROM audit_entry WHERE convert_from(leaf, 'UTF8') LIKE '%ACCEPT_BY_SILENCE_PROPERTY_RIGHT%' || $1::text || '%'`,
      [draft.id],
    );
    expect(rows).toHaveLength(1);
    // Anybody of the reviewers may examine it: nobody has accepted it.
    await desk.act('reviewer', 'examinePropertyRight', draft.id, {
      outcome: 'REFUSED',
      ground: 'UNRESOLVED_DISPUTE',
      reason: '权属有争议',
    });
  });

  it('does not count supplements, extends once, and closes what was not completed in time', async () => {
    const { id } = await desk.prepare('provider');
    await desk.act('provider-chief', 'submitPropertyRight', id);
    await desk.act('registry', 'decidePropertyRightAcceptance', id, { decision: 'ACCEPTED' });
    const acceptedOn = today();
    await advanceToDay(dueAfter(acceptedOn, 3));
    const waiting = await desk.act('reviewer', 'requestPropertyRightSupplement', id, {
      reason: '请补充合同',
    });
    expect(waiting.state).toBe('SUPPLEMENTING');
    expect(
      waiting.deadlines.find(({ kind, closedAt }) => kind === 'EXAMINATION' && !closedAt)?.isBlocked,
    ).toBe(true);
    await advanceToDay(dueAfter(today(), 4));
    const { evidence } = await desk.deposit('provider', '补充', ['RIGHTS']);
    const resumed = await desk.act('provider-chief', 'supplementPropertyRight', id, { evidence });
    // Two whole working days were used; of the third it still counts.
    expect(running(resumed)).toEqual([`EXAMINATION ${dueAfter(today(), 8)}`]);
    const extended = await desk.act('reviewer', 'extendExamination', id, {
      workingDays: 10,
      reason: '情况复杂',
    });
    expect(running(extended)).toEqual([`EXAMINATION ${dueAfter(today(), 18)}`]);
    expect(
      await refusalOf(desk.act('reviewer', 'extendExamination', id, { workingDays: 1, reason: '还要' })),
    ).toBe('EXAMINATION_NOT_EXTENDABLE registrationId');
    await desk.act('reviewer', 'requestPropertyRightSupplement', id, { reason: '再补充' });

    const returned = await desk.prepare('provider-2');
    await desk.act('provider-2-chief', 'submitPropertyRight', returned.id);
    const back = await desk.act('registry', 'decidePropertyRightAcceptance', returned.id, {
      decision: 'RETURNED',
      reason: '缺：授权文件、样本',
    });
    const cure = dueAfter(today(), 10);
    expect(running(back)).toEqual([`CURE ${cure}`]);
    await advanceTo(new Date(startOfLegalDay(addDays(cure, 1)).getTime() - 20_000));
    await workClocks();
    await advanceToDay(addDays(cure, 1));
    expect(await refusalOf(desk.act('provider-2-chief', 'submitPropertyRight', returned.id))).toMatch(
      /^(CURE_PERIOD_OVER|PROPERTY_RIGHT_NOT_IN_STATE) registrationId$/,
    );
    await workClocks();
    const { propertyRightRegistrations } = await (
      await exchange.as('registry')
    ).query<{
      propertyRightRegistrations: { edges: { node: { id: string; state: string; refusalGround: string } }[] };
    }>('{ propertyRightRegistrations(first: 100) { edges { node { id state refusalGround } } } }');
    const ends = propertyRightRegistrations.edges.map(({ node }) => node);
    expect(ends.find((node) => node.id === returned.id)?.state).toBe('NOT_ACCEPTED');
    expect(ends.find((node) => node.id === id)).toMatchObject({
      state: 'REFUSED',
      refusalGround: 'NOT_SUPPLEMENTED',
    });
  });

  it('decides objections while the examination waits, and ends what they are upheld against', async () => {
    const { id } = await desk.prepare('provider');
    await desk.act('provider-chief', 'submitPropertyRight', id);
    await desk.act('registry', 'decidePropertyRightAcceptance', id, { decision: 'ACCEPTED' });
    const { publicityUntil } = await desk.act('reviewer', 'examinePropertyRight', id, {
      outcome: 'PUBLICIZED',
    });
    await advanceTo(new Date(startOfLegalDay(addDays(publicityUntil ?? '', 1)).getTime() - 1000));
    const object = async (login: string) => {
      const upload = await (await exchange.as(login)).upload('证据.txt', new TextEncoder().encode('证据'));
      return exchange.act<{ id: string }>(
        login,
        'lodgeObjection',
        { registrationId: id, grounds: '数据归我', evidenceUploadId: upload.id },
        'Objection { id evidenceSha256 }',
      );
    };
    const first = await object('bank');
    const second = await object('insurer');
    await advanceToDay(addDays(publicityUntil ?? '', 1));
    expect(await refusalOf(object('bank-2'))).toBe('OBJECTION_NOT_POSSIBLE registrationId');
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', id))).toBe(
      'OBJECTION_OPEN registrationId',
    );
    const decide = (objectionId: string, isUpheld: boolean) =>
      exchange.act<{ state: string }>(
        'reviewer',
        'decidePropertyRightObjection',
        { objectionId, isUpheld, reason: '已核实' },
        'Objection { state }',
      );
    await advanceToDay(dueAfter(publicityUntil ?? '', 4));
    expect(await decide(first.id, false)).toEqual({ state: 'DISMISSED' });
    const seen = async () => {
      const found = await (
        await exchange.as('registry')
      ).query<{ propertyRightRegistration: PropertyRight }>(
        `query ($id: Uuid!) { propertyRightRegistration(id: $id) { state deadlines { kind beginsOn due isBlocked closedAt } } }`,
        { id },
      );
      return found.propertyRightRegistration;
    };
    const examination = async () =>
      (await seen()).deadlines.find(({ kind, closedAt }) => kind === 'EXAMINATION' && !closedAt);
    expect(await examination()).toMatchObject({ isBlocked: true });
    expect(await refusalOf(decide(first.id, true))).toBe('OBJECTION_NOT_FOUND objectionId');
    expect(await decide(second.id, false)).toEqual({ state: 'DISMISSED' });
    expect(await examination()).toMatchObject({ isBlocked: false, due: dueAfter(today(), 10) });
    expect((await desk.act('registry', 'certifyPropertyRight', id)).state).toBe('CERTIFIED');
  });

  it('transfers: the transferor keeps nothing, the new certificate supersedes, the chain of title shows both', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const [provider, bank, insurer] = await Promise.all(['provider', 'bank', 'insurer'].map(desk.partyOf));
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    const to = (rights: object) => desk.followUp('provider', assetId, 'TRANSFER', { rights, evidence });
    expect(
      await refusalOf(
        to([
          { holderId: provider, kinds: ['HOLD'] },
          { holderId: bank, kinds: ['USE'] },
        ]),
      ),
    ).toBe('RIGHTS_NOT_TRANSFERABLE rights');
    expect(
      await refusalOf(
        desk.followUp('bank', assetId, 'TRANSFER', { rights: [{ holderId: bank, kinds: all }] }),
      ),
    ).toBe('TITLE_NOT_FOUND assetId');
    const draft = await to([{ holderId: bank, kinds: all }]);
    expect(await refusalOf(to([{ holderId: insurer, kinds: all }]))).toBe('PROPERTY_RIGHT_UNDER_WAY assetId');
    await desk.act('bank', 'joinPropertyRight', draft.id, { filingSha256: draft.filingSha256 });
    const certified = await desk.certify('provider-chief', draft.id);
    expect(certified.state).toBe('CERTIFIED');
    const title = await titleOf(assetId);
    expect(title).toMatchObject({
      rights: [{ holderId: bank, kinds: all }],
      certificates: [
        { end: { cause: 'SUPERSEDED' } },
        { queryCode: certified.certificate?.queryCode, end: null },
      ],
      chain: [
        { act: 'INITIAL', rights: [{ holderId: provider }] },
        { act: 'TRANSFER', rights: [{ holderId: bank }] },
      ],
    });
    expect(await refusalOf(desk.followUp('provider', assetId, 'CANCELLATION'))).toBe(
      'TITLE_NOT_FOUND assetId',
    );
    const asOf = await exchange.anonymous.query<{ registerAsOf: { act: string } | null }>(
      'query ($id: Uuid!, $at: Instant!) { registerAsOf(assetId: $id, track: B, effectiveAt: $at) { act } }',
      { id: assetId, at: startOfLegalDay(addDays(today(), -1)).toISOString() },
    );
    expect(asOf.registerAsOf).toBeNull();
    const cancellation = await desk.followUp('bank', assetId, 'CANCELLATION');
    await desk.act('bank-checker', 'submitPropertyRight', cancellation.id);
    await desk.act('registry', 'decidePropertyRightAcceptance', cancellation.id, { decision: 'ACCEPTED' });
    expect(
      await refusalOf(
        desk.act('reviewer', 'examinePropertyRight', cancellation.id, { outcome: 'PUBLICIZED' }),
      ),
    ).toBe('PROPERTY_RIGHT_NOT_IN_STATE registrationId');
    expect(
      (await desk.act('reviewer', 'examinePropertyRight', cancellation.id, { outcome: 'CANCELLED' })).state,
    ).toBe('CANCELLED');
    expect(await titleOf(assetId)).toMatchObject({
      state: 'CANCELLED',
      certificates: [{ end: { cause: 'SUPERSEDED' } }, { end: { cause: 'CANCELLED' } }],
    });
  });

  it('holds a pledged title fast until it is released', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const bank = await desk.partyOf('bank');
    const propose = (login: string, more: object = {}) =>
      exchange.act<{ id: string; amount: string }>(
        login,
        'proposeEncumbrance',
        { assetId, kind: 'PLEDGE', beneficiaryId: bank, amount: '5000000.00', terms: '质押合同1号', ...more },
        'Encumbrance { id amount state }',
      );
    expect(await refusalOf(propose('insurer'))).toBe('TITLE_NOT_FOUND assetId');
    expect(await refusalOf(propose('provider-chief', { amount: '0' }))).toBe('INVALID_INPUT amount');
    expect(await refusalOf(propose('provider-chief', { kind: 'FREEZE' }))).toBe('INVALID_INPUT kind');
    const pledge = await propose('provider-chief');
    expect(pledge.amount).toBe('5000000.00');
    const answer = (login: string) =>
      exchange.act<{ state: string }>(
        login,
        'answerEncumbrance',
        { encumbranceId: pledge.id, isAccepted: true },
        'Encumbrance { state }',
      );
    expect(await refusalOf(answer('insurer'))).toBe('ENCUMBRANCE_NOT_FOUND encumbranceId');
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    const insurer = await desk.partyOf('insurer');
    const draft = await desk.followUp('provider', assetId, 'TRANSFER', {
      rights: [{ holderId: insurer, kinds: all }],
      evidence,
    });
    await desk.act('insurer', 'joinPropertyRight', draft.id, { filingSha256: draft.filingSha256 });
    await desk.act('provider-chief', 'submitPropertyRight', draft.id);
    await desk.act('registry', 'decidePropertyRightAcceptance', draft.id, { decision: 'ACCEPTED' });
    await desk.act('reviewer', 'examinePropertyRight', draft.id, {
      outcome: 'PUBLICITY_WAIVED',
      reason: '急',
    });
    expect((await answer('bank')).state).toBe('IN_FORCE');
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', draft.id))).toBe(
      'TITLE_ENCUMBERED registrationId',
    );
    const release = (login: string) =>
      exchange.act<{ state: string }>(
        login,
        'releaseEncumbrance',
        { encumbranceId: pledge.id, reason: '贷款已清偿' },
        'Encumbrance { state }',
      );
    expect(await refusalOf(release('provider-chief'))).toBe('ENCUMBRANCE_NOT_FOUND encumbranceId');
    expect(await release('bank')).toEqual({ state: 'RELEASED' });
    expect(await toldTo('bank', pledge.id)).toEqual([
      ...['encumbrance.proposed', 'encumbrance.accepted', 'encumbrance.released'],
    ]);
    expect(await toldTo('registry', pledge.id)).toEqual(['encumbrance.accepted', 'encumbrance.released']);
    expect((await desk.act('registry', 'certifyPropertyRight', draft.id)).state).toBe('CERTIFIED');
  });

  it('lets nobody pledge a title that is being transferred at that moment', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const [bank, insurer] = await Promise.all(['bank', 'insurer'].map(desk.partyOf));
    const { id: encumbranceId } = await exchange.act<{ id: string }>(
      'provider-chief',
      'proposeEncumbrance',
      { assetId, kind: 'PLEDGE', beneficiaryId: bank, terms: '质押合同' },
      'Encumbrance { id }',
    );
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    const rights = [{ holderId: insurer, kinds: all }];
    const draft = await desk.followUp('provider', assetId, 'TRANSFER', { rights, evidence });
    await desk.act('insurer', 'joinPropertyRight', draft.id, { filingSha256: draft.filingSha256 });
    await desk.act('provider-chief', 'submitPropertyRight', draft.id);
    await desk.act('registry', 'decidePropertyRightAcceptance', draft.id, { decision: 'ACCEPTED' });
    await desk.act('reviewer', 'examinePropertyRight', draft.id, {
      outcome: 'PUBLICITY_WAIVED',
      reason: '急',
    });
    let answered = Promise.resolve('not asked');

    // The transfer has written the title and stops before the history; the pledge comes to it there, or past it.
    const { certifying } = await whileHeld(
      exchange.owner,
      'LOCK TABLE register_entry IN SHARE MODE',
      [],
      async (waiting) => {
        const going = refusalOf(desk.act('registry', 'certifyPropertyRight', draft.id));
        await waiting(1);
        answered = refusalOf(
          exchange.act(
            'bank',
            'answerEncumbrance',
            { encumbranceId, isAccepted: true },
            'Encumbrance { state }',
          ),
        );
        await Promise.race([waiting(2), answered]);
        return { certifying: going };
      },
    );

    expect(await certifying).toMatch('not refused');
    expect(await answered).toBe('TITLE_NOT_FOUND assetId');
    expect((await titleOf(assetId))?.encumbrances).toEqual([]);
  });

  it('lets one of the officers who race accept, and one of those who certify give out a serial', async () => {
    const { id } = await desk.prepare('provider');
    await desk.act('provider-chief', 'submitPropertyRight', id);
    const race = async (login: string, field: string, more: object) => {
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, () => refusalOf(desk.act(login, field, id, more))),
      );
      expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome.startsWith('PROPERTY_RIGHT_NOT_IN_STATE'))).toHaveLength(5);
    };
    await race('registry', 'decidePropertyRightAcceptance', { decision: 'ACCEPTED' });
    await race('reviewer', 'examinePropertyRight', { outcome: 'PUBLICITY_WAIVED', reason: '急' });
    await race('registry', 'certifyPropertyRight', {});
    const { rows } = await exchange.owner.query(
      `SELECT (SELECT count(*)::int FROM legal_deadline WHERE registration_id = $1 AND kind = 'EXAMINATION') AS examinations,
              (SELECT count(*)::int FROM certificate WHERE registration_id = $1) AS certificates`,
      [id],
    );
    expect(rows).toEqual([{ examinations: 1, certificates: 1 }]);
  });

  it('notes freezes, hears later objections, and tells the registrant in time', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const freezeIt = () =>
      exchange.act<{ id: string }>(
        'reviewer',
        'freezeTitle',
        { assetId, terms: '（2026）鲁02执1号' },
        'Encumbrance { id state }',
      );
    const release = (encumbranceId: string) =>
      exchange.act(
        'reviewer',
        'releaseEncumbrance',
        { encumbranceId, reason: '解除查封' },
        'Encumbrance { state }',
      );
    const first = await freezeIt();
    const cancellation = await desk.followUp('provider', assetId, 'CANCELLATION');
    const file = () => desk.act('provider-chief', 'submitPropertyRight', cancellation.id);
    // Neither filed nor, if it was filed before, certified.
    expect(await refusalOf(file())).toBe('TITLE_ENCUMBERED registrationId');
    await release(first.id);
    await file();
    const freeze = await freezeIt();
    await desk.act('registry', 'decidePropertyRightAcceptance', cancellation.id, { decision: 'ACCEPTED' });
    const cancel = () =>
      refusalOf(desk.act('reviewer', 'examinePropertyRight', cancellation.id, { outcome: 'CANCELLED' }));
    expect(await cancel()).toBe('TITLE_ENCUMBERED registrationId');

    const upload = await (await exchange.as('bank')).upload('证据.txt', new TextEncoder().encode('后来'));
    const object = (login: string, evidenceUploadId: string) =>
      exchange.act<{ id: string; isLater: boolean }>(
        login,
        'lodgeLaterObjection',
        { assetId, grounds: '权属有误', evidenceUploadId },
        'Objection { id isLater }',
      );
    const later = await object('bank', upload.id);
    expect(later.isLater).toBe(true);
    expect(await refusalOf(object('bank', upload.id))).toBe('LATER_OBJECTION_NOT_POSSIBLE assetId');
    const own = await (await exchange.as('provider')).upload('e.txt', new TextEncoder().encode('x'));
    expect(await refusalOf(object('provider', own.id))).toBe('LATER_OBJECTION_NOT_POSSIBLE assetId');
    const { legalDeadlines } = await (
      await exchange.as('registry')
    ).query<{ legalDeadlines: { edges: { node: { id: string; kind: string; due: string } }[] } }>(
      '{ legalDeadlines(first: 100) { edges { node { id kind due } } } }',
    );
    expect(legalDeadlines.edges.map(({ node }) => node)).toContainEqual({
      id: later.id,
      kind: 'LATER_OBJECTION',
      due: dueAfter(today(), 5),
    });
    const notify = () =>
      exchange.act<{ state: string }>(
        'reviewer',
        'notifyOfObjection',
        { objectionId: later.id, message: '已告知登记人' },
        'Objection { state }',
      );
    expect(await toldTo('provider', later.id)).toEqual([]);
    expect(await notify()).toEqual({ state: 'NOTIFIED' });
    expect(await toldTo('provider', later.id)).toEqual(['objection.notified']);
    expect(await refusalOf(notify())).toBe('OBJECTION_NOT_FOUND objectionId');

    await release(freeze.id);
    expect(await cancel()).toMatch('not refused');
  });

  it('hands out serials without gaps or doubles, gives back those of what failed, and stops at 9999', async () => {
    const drafts = [];
    for (const login of ['provider', 'provider-2', 'provider-3', 'provider-4']) {
      const { id } = await desk.prepare(login);
      await desk.act(`${login}-chief`, 'submitPropertyRight', id);
      await desk.act('registry', 'decidePropertyRightAcceptance', id, { decision: 'ACCEPTED' });
      await desk.act('reviewer', 'examinePropertyRight', id, { outcome: 'PUBLICITY_WAIVED', reason: '演示' });
      drafts.push(id);
    }
    const [last = '', ...racing] = drafts.reverse();
    const month = today().slice(0, 7);
    const serial = async () => {
      const { rows } = await exchange.owner.query<{ serial: number }>(
        'SELECT serial FROM certificate_serial WHERE month = $1',
        [month],
      );
      return rows[0]?.serial ?? 0;
    };
    const before = await serial();
    const certified = await Promise.all(racing.map((id) => desk.act('registry', 'certifyPropertyRight', id)));
    const serials = certified
      .map(({ certificate }) => Number(certificate?.queryCode.slice(-4)))
      .sort((a, b) => a - b);
    expect(serials).toEqual([before + 1, before + 2, before + 3]);

    await exchange.owner.query('UPDATE certificate_serial SET serial = 9999 WHERE month = $1', [month]);
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', last))).toBe(
      'CERTIFICATE_SERIALS_EXHAUSTED',
    );
    expect(await serial()).toBe(9999);
    // The next month begins at 0001.
    await advanceToDay(`${addMonths(today(), 1).slice(0, 7)}-01`);
    const next = await desk.act('registry', 'certifyPropertyRight', last);
    expect(next.certificate?.queryCode.slice(-10)).toBe(`${today().slice(0, 4)}${today().slice(5, 7)}0001`);
  });

  it('renews from six months before the last day to the day before it; what is not renewed lapses', async () => {
    const renewed = await desk.prepare('provider', { form: { validYears: 1 } });
    const lapsing = await desk.prepare('provider-2', { form: { validYears: 1 } });
    await desk.certify('provider-chief', renewed.id);
    await desk.certify('provider-2-chief', lapsing.id);
    const until = addMonths(today(), 12);
    const lastDay = addDays(until, -1);
    const first = addMonths(lastDay, -6);
    await advanceToDay(addDays(first, -1));
    const renewal = await desk.followUp('provider', renewed.assetId, 'RENEWAL', { validYears: 2 });
    expect(await refusalOf(desk.act('provider-chief', 'submitPropertyRight', renewal.id))).toBe(
      'PROPERTY_RIGHT_RENEWAL_NOT_OPEN registrationId',
    );
    const late = await desk.followUp('provider-2', lapsing.assetId, 'RENEWAL', { validYears: 2 });
    await advanceTo(new Date(startOfLegalDay(lastDay).getTime() - 1000));
    await desk.act('provider-chief', 'submitPropertyRight', renewal.id);
    await advanceToDay(lastDay);
    expect(await refusalOf(desk.act('provider-2-chief', 'submitPropertyRight', late.id))).toBe(
      'PROPERTY_RIGHT_RENEWAL_NOT_OPEN registrationId',
    );
    await workClocks();
    expect((await titleOf(lapsing.assetId))?.state).toBe('REGISTERED');
    await advanceToDay(until);
    await workClocks();
    expect((await titleOf(lapsing.assetId))?.state).toBe('LAPSED');
    expect((await titleOf(lapsing.assetId))?.chain.at(-1)).toMatchObject({
      act: 'LAPSE',
      effectiveFrom: startOfLegalDay(until).toISOString(),
      rights: [],
    });
    // Filed in time, it is held until it is decided, and goes on from where the old term ended.
    expect((await titleOf(renewed.assetId))?.state).toBe('REGISTERED');
    await desk.act('registry', 'decidePropertyRightAcceptance', renewal.id, { decision: 'ACCEPTED' });
    await desk.act('reviewer', 'examinePropertyRight', renewal.id, {
      outcome: 'PUBLICITY_WAIVED',
      reason: '续期',
    });
    const certified = await desk.act('registry', 'certifyPropertyRight', renewal.id);
    expect(certified.certificate).toMatchObject({
      validFrom: until,
      validUntil: addMonths(until, 24),
      end: null,
    });
    expect((await titleOf(renewed.assetId))?.validUntil).toBe(addMonths(until, 24));
  });
});
