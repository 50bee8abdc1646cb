import { ExpiryService, isAllowed, type RegistrationAct, TRACK_A } from '#libs/asset';
import {
  addDays,
  Clock,
  invariant,
  legalDayOf,
  startOfLegalDay,
  WORKING_DAY_CALENDAR,
} from '#libs/foundation';
import {
  isPropertyRightActAllowed,
  type PropertyRightAct,
  TitleClockService,
  TRACK_B,
} from '#libs/property-right';

import { Refused } from '../../apps/pdx/src/exchange-client.ts';
import { SeededRandom } from '../../apps/pdx/src/sample/random.ts';
import { atPropertyRights, FORM } from '../support/given-property-right.ts';
import type { TestExchange } from '../support/start-exchange.ts';

const PROVIDERS = ['provider', ...Array.from({ length: 13 }, (_, i) => `provider-${i + 2}`)];
/** None of those who file together with a provider: nobody objects to itself. */
const OBJECTORS = ['insurer', 'bank-2', 'bank-4'];
const MATERIALS = Object.fromEntries(
  [
    'subject',
    'lawfulSource',
    'resource',
    'evidence',
    'productsAndServices',
    'scenarios',
    'riskAssessment',
  ].map((group) => [group, '见附件']),
);
/** Long enough for terms of one year to run out or to be renewed. */
const DAYS = 420;
/** After how many days the next year's calendar is published; until then periods into it are provisional. */
const PUBLISHED_AFTER = 12;

interface Period {
  readonly id: string;
  readonly kind: string;
  readonly due: string;
  readonly isProvisional: boolean;
  readonly closedAt: string | null;
}
interface Shown {
  readonly id: string;
  readonly assetId: string;
  readonly state: string;
  readonly publicityUntil: string | null;
  readonly filingSha256?: string;
  readonly filers?: readonly { readonly partyId: string; readonly joinedAt: string | null }[];
  readonly deadlines: readonly Period[];
}
interface Application {
  readonly track: 'A' | 'B';
  readonly type: string;
  readonly login: string;
  readonly name: string;
  /** Nobody at the registry decides on its acceptance. */
  readonly isIgnored: boolean;
  /** Its applicant completes nothing. */
  readonly isNegligent: boolean;
  shown: Shown;
  objectionId: string | null;
  isExtended: boolean;
}

export interface Lived {
  readonly applications: number;
  /** How often each act was done, by track. */
  readonly acts: Readonly<Record<string, number>>;
  /** Acts that the tables do not allow, tried and refused. */
  readonly refused: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly until: string;
}

/**
 * Lives through more than a year of the registry on the exchange's own clock, day by day: providers apply, officers
 * decide at random but inside the law's periods, some on the last day, some never; clocks do the rest. Now and then
 * somebody tries what the tables do not allow. The same seed leads the same life.
 */
export async function liveRegistryYear(
  exchange: TestExchange,
  {
    seed,
    count,
    log,
  }: { readonly seed: number; readonly count: number; readonly log: (line: string) => void },
): Promise<Lived> {
  return new Registry(exchange, seed, count, log).live();
}

class Registry {
  private readonly random: SeededRandom;
  private readonly desk: ReturnType<typeof atPropertyRights>;
  private readonly live_: Application[] = [];
  private readonly registered: { track: 'A' | 'B'; login: string; assetId: string; until: string }[] = [];
  private readonly acts: Record<string, number> = {};
  private readonly ends: Record<string, number> = {};
  private applied = 0;
  private refused = 0;

  constructor(
    private readonly exchange: TestExchange,
    seed: number,
    private readonly count: number,
    private readonly log: (line: string) => void,
  ) {
    this.random = new SeededRandom(seed);
    this.desk = atPropertyRights(exchange);
  }

  async live(): Promise<Lived> {
    // What the sample exchange has made up of years would leave nothing provisional.
    await this.exchange.owner.query('DELETE FROM calendar_year');
    const first = addDays(this.today(), 1);
    for (let n = 0; n < DAYS; n++) {
      const day = addDays(first, n);
      await this.exchange.act(
        'operator',
        'advanceClock',
        { to: new Date(startOfLegalDay(day).getTime() + 9 * 3_600_000).toISOString() },
        'ExchangeTime { time }',
      );
      if (n === PUBLISHED_AFTER) await this.publishCalendars();
      await this.runClocks();
      for (const application of [...this.live_]) await this.step(application);
      // All have applied by the time the second third of the year is over.
      const wanted = Math.ceil((this.count * (n + 1)) / (DAYS * 0.6));
      while (this.applied < Math.min(this.count, wanted)) await this.apply();
      if (n % 30 === 0) this.log(`${day}: ${this.applied} applied for, ${this.live_.length} under way`);
    }
    return {
      applications: this.applied,
      acts: this.acts,
      refused: this.refused,
      ends: this.ends,
      until: this.today(),
    };
  }

  private readonly today = () => legalDayOf(this.exchange.service.app.get(Clock).now());
  private readonly chance = (probability: number) => this.random.next() < probability;

  private async publishCalendars(): Promise<void> {
    const year = Number(this.today().slice(0, 4));
    for (const next of [year, year + 1, year + 2]) {
      if (WORKING_DAY_CALENDAR[next]) continue;
      const off = [
        { first: '01-01', last: '01-03' },
        { first: '02-05', last: '02-12' },
      ];
      const input = { year: String(next), off, worked: [], source: '压力测试，不是国务院通知' };
      await this.exchange.act('registry', 'importCalendarYear', input, 'CalendarYear { year }');
    }
  }

  private async runClocks(): Promise<void> {
    const { app } = this.exchange.service;
    while ((await app.get(ExpiryService).lapseDue()) > 0);
    while ((await app.get(TitleClockService).actDue()) > 0);
  }

  /** A new application: of something new, or about what is registered. */
  private async apply(): Promise<void> {
    this.applied += 1;
    const known = this.chance(0.3) ? this.registered.pop() : undefined;
    const prepared = known ? await this.prepareFollowUp(known) : await this.prepareNew();
    if (!prepared) return;
    this.live_.push({
      ...prepared,
      isIgnored: prepared.track === 'B' && this.chance(0.15),
      isNegligent: this.chance(0.1),
      objectionId: null,
      isExtended: false,
    });
  }

  private async prepareNew() {
    const login = this.random.oneOf(PROVIDERS);
    const track = this.random.oneOf(['A', 'B'] as const);
    if (track === 'B') {
      const isJoint = this.chance(0.2);
      const own = await this.desk.partyOf(login);
      const rights = isJoint
        ? [
            { holderId: own, kinds: ['HOLD', 'OPERATE'] as const },
            { holderId: await this.desk.partyOf('bank'), kinds: ['USE'] as const },
          ]
        : [{ holderId: own, kinds: ['HOLD', 'USE', 'OPERATE'] as const }];
      const form = { validYears: this.random.whole(1, 5) };
      const { id } = await this.desk.prepare(login, { form, rights });
      return { track, type: 'INITIAL', login, name: '', shown: await this.show('B', login, id) };
    }
    const { datasetVersionId, evidence } = await this.desk.dataset(login);
    const name = `数据资源${this.applied}`;
    const { id } = await this.exchange.act<{ id: string }>(
      login,
      'prepareRegistration',
      {
        datasetVersionId,
        registryId: await this.desk.partyOf('registry'),
        name,
        overview: '随机登记',
        materials: MATERIALS,
        evidence,
      },
      'Registration { id }',
    );
    return { track, type: 'FIRST', login, name, shown: await this.show('A', login, id) };
  }

  private async prepareFollowUp(known: (typeof this.registered)[number]) {
    const { track, login, assetId, until } = known;
    if (track === 'A') {
      const type = this.random.oneOf(['CHANGE', 'CORRECTION', 'CANCELLATION']);
      const grounds = { CHANGE: 'RESOURCE', CANCELLATION: 'OTHER' } as Record<string, string>;
      const name = type === 'CANCELLATION' ? null : `数据资源${this.applied}改`;
      const ground = grounds[type] ?? null;
      const { id, name: told } = await this.exchange.act<{ id: string; name: string }>(
        login,
        'prepareFollowUpRegistration',
        { assetId, type, ground, name, materials: MATERIALS },
        'Registration { id name }',
      );
      return { track, type, login, name: told, shown: await this.show('A', login, id) };
    }
    const isInWindow = addDays(until, -180) <= this.today() && this.today() <= addDays(until, -10);
    const type = isInWindow ? 'RENEWAL' : this.random.oneOf(['TRANSFER', 'CANCELLATION', 'CHANGE']);
    const { title } = await this.exchange.anonymous.query<{
      title: { state: string; rights: { holderId: string; kinds: string[] }[] };
    }>('query ($id: Uuid!) { title(assetId: $id) { state rights { holderId kinds } } }', { id: assetId });
    if (title.state !== 'REGISTERED') return null;
    const { rights } = title;
    const to = await this.desk.partyOf(this.random.oneOf(['bank-3', 'insurer-2']));
    const { evidence } = await this.desk.deposit(login, `合同${this.applied}`, ['RIGHTS']);
    const own = await this.desk.partyOf(login);
    const validYears = await this.yearsOf(login, assetId);
    const content = {
      RENEWAL: { validYears: this.random.whole(1, 5) },
      TRANSFER: {
        rights: rights.map((share) => (share.holderId === own ? { ...share, holderId: to } : share)),
        evidence,
      },
      CANCELLATION: {},
      CHANGE: { form: { ...FORM, overview: `改${this.applied}`, rights, validYears } },
    }[type];
    const { id } = await this.desk.followUp(login, assetId, type, content);
    return { track, type, login, name: '', shown: await this.show('B', login, id) };
  }

  private async yearsOf(login: string, assetId: string): Promise<number> {
    const client = await this.exchange.as(login);
    const { propertyRightRegistrations } = await client.query<{
      propertyRightRegistrations: { edges: { node: { assetId: string; form: { validYears: number } } }[] };
    }>(
      `{ propertyRightRegistrations(first: 100, state: CERTIFIED) { edges { node { assetId form { validYears } } } } }`,
    );
    const found = propertyRightRegistrations.edges.filter(({ node }) => node.assetId === assetId).at(-1);
    return found?.node.form.validYears ?? FORM.validYears;
  }

  private async show(track: 'A' | 'B', login: string, id: string): Promise<Shown> {
    const field = track === 'A' ? 'registration' : 'propertyRightRegistration';
    const more = track === 'A' ? '' : 'filingSha256 filers { partyId joinedAt }';
    const client = await this.exchange.as(login);
    const data = await client.query<Record<string, Shown>>(
      `query ($id: Uuid!) { ${field}(id: $id) { id assetId state publicityUntil ${more}
         deadlines { id kind due isProvisional closedAt } } }`,
      { id },
    );
    const shown = data[field];
    invariant(shown, 'An applicant sees its application');
    return shown;
  }

  /** What happens to an application today, if anything. */
  private async step(application: Application): Promise<void> {
    application.shown = await this.show(application.track, application.login, application.shown.id);
    if (this.isOver(application)) {
      this.ended(application);
      return;
    }
    if (this.chance(0.05)) await this.tryForbidden(application);
    if (application.track === 'A') await this.stepA(application);
    else await this.stepB(application);
    application.shown = await this.show(application.track, application.login, application.shown.id);
    if (this.isOver(application)) this.ended(application);
  }

  private isOver({ shown: { state } }: Application): boolean {
    return ['CODED', 'CERTIFIED', 'NOT_ACCEPTED', 'REFUSED', 'CANCELLED', 'TERMINATED', 'WITHDRAWN'].includes(
      state,
    );
  }

  private ended({ track, type, login, shown, shown: { id, assetId, state } }: Application): void {
    const end = `${track} ${state}`;
    this.ends[end] = (this.ends[end] ?? 0) + 1;
    this.live_.splice(
      this.live_.findIndex((other) => other.shown.id === id),
      1,
    );
    const isKept = (state === 'CODED' || state === 'CERTIFIED') && type !== 'TRANSFER';
    const until = shown.deadlines.find(({ kind }) => kind === 'EXPIRY')?.due ?? '9999-12-31';
    if (isKept) this.registered.push({ track, login, assetId, until });
  }

  private due({ shown }: Application, kind: string): Period | undefined {
    return shown.deadlines.find((period) => period.kind === kind && period.closedAt === null);
  }

  /** On its last day something is done for sure, before that now and then. */
  private isTimeFor(application: Application, kind: string): boolean {
    const period = this.due(application, kind);
    return period !== undefined && (this.today() >= period.due || this.chance(0.25));
  }

  private async do(application: Application, act: string, login: string, field: string, more: object = {}) {
    await this.exchange.act(
      login,
      field,
      { registrationId: application.shown.id, ...more },
      `${application.track === 'A' ? 'Registration' : 'PropertyRightRegistration'} { id }`,
    );
    const told = `${application.track} ${act}`;
    this.acts[told] = (this.acts[told] ?? 0) + 1;
  }

  private async stepA(application: Application): Promise<void> {
    const { login, shown } = application;
    const act = (name: string, by: string, field: string, more: object = {}) =>
      this.do(application, name, by, field, more);
    if (shown.state === 'DRAFT' || shown.state === 'RETURNED') {
      if (!this.chance(0.7)) return;
      if (application.isNegligent && shown.state === 'RETURNED')
        return act('WITHDRAW', `${login}-chief`, 'withdrawRegistration', { reason: '放弃' });
      if (shown.state === 'RETURNED') {
        const content = { name: application.name, overview: '补正', materials: MATERIALS };
        if (application.type === 'FIRST') await act('AMEND', login, 'amendRegistration', content);
      }
      return act('SUBMIT', `${login}-chief`, 'submitRegistration');
    }
    if (shown.state === 'SUBMITTED' && this.isTimeFor(application, 'ACCEPTANCE')) {
      const decision = this.chance(0.8) ? 'ACCEPTED' : this.random.oneOf(['RETURNED', 'NOT_ACCEPTED']);
      const name = { ACCEPTED: 'ACCEPT', RETURNED: 'RETURN', NOT_ACCEPTED: 'NOT_ACCEPT' }[decision] ?? '';
      const reason = '见一次性告知书';
      return act(name, 'registry', 'decideAcceptance', { decision, reason });
    }
    const kind = application.type === 'CANCELLATION' ? 'CANCELLATION' : 'REVIEW';
    if (shown.state === 'ACCEPTED' && this.isTimeFor(application, kind)) {
      const pass = application.type === 'CANCELLATION' ? 'CANCELLED' : 'PUBLICIZED';
      const decision = this.chance(0.9) ? pass : 'REFUSED';
      const name = { CANCELLED: 'CANCEL', PUBLICIZED: 'PUBLICIZE', REFUSED: 'REFUSE' }[decision];
      return act(name, 'reviewer', 'reviewRegistration', { decision, reason: '已审核' });
    }
    if (shown.state === 'PUBLICIZED' && !(await this.stepNotice(application, 'decideObjection')))
      return act('CODE', 'registry', 'codeRegistration');
  }

  private async stepB(application: Application): Promise<void> {
    const { login, shown, type } = application;
    const act = (name: string, by: string, field: string, more: object = {}) =>
      this.do(application, name, by, field, more);
    if (shown.state === 'DRAFT' || shown.state === 'RETURNED') {
      if (application.isNegligent && shown.state === 'RETURNED') return;
      const cure = this.due(application, 'CURE');
      if (cure && this.today() > cure.due && !cure.isProvisional) return;
      if (!this.chance(0.7) && this.today() !== cure?.due) return;
      await this.join(application);
      return act('SUBMIT', `${login}-chief`, 'submitPropertyRight');
    }
    const acceptance = this.due(application, 'ACCEPTANCE');
    if (shown.state === 'SUBMITTED' && acceptance) {
      const isLate = this.today() > acceptance.due;
      if (application.isIgnored || isLate || !this.isTimeFor(application, 'ACCEPTANCE')) return;
      const decision = this.chance(0.8) ? 'ACCEPTED' : this.random.oneOf(['RETURNED', 'NOT_ACCEPTED']);
      const name = { ACCEPTED: 'ACCEPT', RETURNED: 'RETURN', NOT_ACCEPTED: 'NOT_ACCEPT' }[decision] ?? '';
      return act(name, 'registry', 'decidePropertyRightAcceptance', { decision, reason: '见一次性告知书' });
    }
    if (shown.state === 'SUPPLEMENTING') {
      const cure = this.due(application, 'CURE');
      if (application.isNegligent || !this.isTimeFor(application, 'CURE') || this.today() > (cure?.due ?? ''))
        return;
      const { evidence } = await this.desk.deposit(login, `补充${shown.id}${this.today()}`, ['RIGHTS']);
      return act('SUPPLEMENT', `${login}-chief`, 'supplementPropertyRight', { evidence });
    }
    if (shown.state === 'ACCEPTED' && this.isTimeFor(application, 'EXAMINATION')) {
      const isLastDay = this.today() >= (this.due(application, 'EXAMINATION')?.due ?? '');
      if (this.chance(0.1))
        return act('REQUEST_SUPPLEMENT', 'reviewer', 'requestPropertyRightSupplement', { reason: '补充' });
      if (!application.isExtended && this.chance(0.15)) {
        application.isExtended = true;
        const workingDays = this.random.whole(1, 10);
        return act('EXTEND', 'reviewer', 'extendExamination', { workingDays, reason: '复杂' });
      }
      const pass = isLastDay || this.chance(0.2) ? 'PUBLICITY_WAIVED' : 'PUBLICIZED';
      const outcome = !this.chance(0.9) ? 'REFUSED' : type === 'CANCELLATION' ? 'CANCELLED' : pass;
      const name = {
        REFUSED: 'REFUSE',
        CANCELLED: 'CANCEL',
        PUBLICITY_WAIVED: 'WAIVE_PUBLICITY',
        PUBLICIZED: 'PUBLICIZE',
      }[outcome];
      const ground = outcome === 'REFUSED' ? 'OTHER_LAW' : null;
      await act(name, 'reviewer', 'examinePropertyRight', { outcome, reason: '已审查', ground });
      if (outcome === 'PUBLICITY_WAIVED' && isLastDay)
        await act('CERTIFY', 'registry', 'certifyPropertyRight');
      return;
    }
    if (shown.state === 'EXAMINED' && this.isTimeFor(application, 'EXAMINATION'))
      return act('CERTIFY', 'registry', 'certifyPropertyRight');
    if (shown.state === 'PUBLICIZED' && !(await this.stepNotice(application, 'decidePropertyRightObjection')))
      return act('CERTIFY', 'registry', 'certifyPropertyRight');
  }

  /** Everybody who has to agrees. */
  private async join({ shown, login }: Application): Promise<void> {
    for (const { partyId, joinedAt } of shown.filers ?? []) {
      if (joinedAt) continue;
      for (const filer of ['bank', 'bank-3', 'insurer-2'])
        if ((await this.desk.partyOf(filer)) === partyId && filer !== login)
          await this.desk.act(filer, 'joinPropertyRight', shown.id, { filingSha256: shown.filingSha256 });
    }
  }

  /** Objections during the notice, and their decision after it. @returns whether the application has to wait */
  private async stepNotice(application: Application, decide: string): Promise<boolean> {
    const { shown } = application;
    const notice = this.due(application, 'PUBLICITY');
    const isOnNotice = this.today() <= (shown.publicityUntil ?? '') || notice?.isProvisional === true;
    if (isOnNotice && !application.objectionId && this.chance(0.02)) {
      const login = this.random.oneOf(OBJECTORS);
      const text = new TextEncoder().encode(`证据${shown.id}`);
      const upload = await (await this.exchange.as(login)).upload('证据.txt', text);
      const input = { registrationId: shown.id, grounds: '权属有误', evidenceUploadId: upload.id };
      const { id } = await this.exchange.act<{ id: string }>(
        login,
        'lodgeObjection',
        input,
        'Objection { id }',
      );
      application.objectionId = id;
      return true;
    }
    const objection = this.due(application, 'OBJECTION');
    if (objection && this.isTimeFor(application, 'OBJECTION')) {
      const isUpheld = this.chance(0.3);
      await this.exchange.act(
        'reviewer',
        decide,
        { objectionId: application.objectionId, isUpheld, reason: '已核实' },
        'Objection { id }',
      );
      const act = `${application.track} ${isUpheld ? 'UPHOLD_OBJECTION' : 'DISMISS_OBJECTION'}`;
      this.acts[act] = (this.acts[act] ?? 0) + 1;
      return true;
    }
    // Track A sets no day for coding: it is done within a few of the end of the notice.
    const kind = application.track === 'A' ? 'PUBLICITY' : 'EXAMINATION';
    return isOnNotice || objection !== undefined || !this.isTimeFor(application, kind);
  }

  /** An act that the table does not allow in this state is refused and changes nothing. */
  private async tryForbidden(application: Application): Promise<void> {
    const { track, type, login, shown } = application;
    const reason = '试一试';
    const tries: readonly (readonly [act: string, by: string, field: string, more: object])[] =
      track === 'A'
        ? [
            ['SUBMIT', `${login}-chief`, 'submitRegistration', {}],
            ['ACCEPT', 'registry', 'decideAcceptance', { decision: 'ACCEPTED' }],
            ['RETURN', 'registry', 'decideAcceptance', { decision: 'RETURNED', reason }],
            ['PUBLICIZE', 'reviewer', 'reviewRegistration', { decision: 'PUBLICIZED' }],
            ['CANCEL', 'reviewer', 'reviewRegistration', { decision: 'CANCELLED' }],
            ['REFUSE', 'reviewer', 'reviewRegistration', { decision: 'REFUSED', reason }],
            ['CODE', 'registry', 'codeRegistration', {}],
          ]
        : [
            ['SUBMIT', `${login}-chief`, 'submitPropertyRight', {}],
            ['ACCEPT', 'registry', 'decidePropertyRightAcceptance', { decision: 'ACCEPTED' }],
            ['RETURN', 'registry', 'decidePropertyRightAcceptance', { decision: 'RETURNED', reason }],
            ['REQUEST_SUPPLEMENT', 'reviewer', 'requestPropertyRightSupplement', { reason }],
            ['EXTEND', 'reviewer', 'extendExamination', { workingDays: 1, reason }],
            ['PUBLICIZE', 'reviewer', 'examinePropertyRight', { outcome: 'PUBLICIZED' }],
            ['CANCEL', 'reviewer', 'examinePropertyRight', { outcome: 'CANCELLED' }],
            ['REFUSE', 'reviewer', 'examinePropertyRight', { outcome: 'REFUSED', reason, ground: 'HARM' }],
            ['CERTIFY', 'registry', 'certifyPropertyRight', {}],
          ];
    const [act, by, field, more] = this.random.oneOf(tries);
    const isInTable =
      track === 'A'
        ? isAllowed(act as RegistrationAct, shown.state as never, type as never)
        : isPropertyRightActAllowed(act as PropertyRightAct, shown.state as never, type as never);
    if (isInTable) return;
    const success = track === 'A' ? 'Registration { id }' : 'PropertyRightRegistration { id }';
    const told = { registrationId: shown.id, ...more };
    const answer: unknown = await this.exchange
      .act(by, field, told, success)
      .catch((error: unknown) => error);
    const after = await this.show(track, login, shown.id);
    // What was never submitted is its applicant's own: the registry does not even find it.
    const isUnseen = shown.state === 'DRAFT' && ['registry', 'reviewer'].includes(by);
    const code = isUnseen ? '_NOT_FOUND' : '_NOT_IN_STATE';
    if (!(answer instanceof Refused) || !answer.code.endsWith(code) || after.state !== shown.state)
      throw new Error(
        `${act} of a ${type} that is ${shown.state} was answered ${String(answer)}, then ${after.state}`,
      );
    this.refused += 1;
  }
}

/** What the tables say an act leads to; for those who replay what was logged. */
export function afterAct(track: 'A' | 'B', act: string, state: string, type: string): string | null {
  const table: Readonly<
    Record<string, { from: readonly string[]; to: string | null; types: readonly string[] }>
  > = track === 'A' ? TRACK_A : TRACK_B;
  const row = table[act];
  return row?.from.includes(state) && row.types.includes(type) ? (row.to ?? state) : null;
}
