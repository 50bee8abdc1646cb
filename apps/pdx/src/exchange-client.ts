import { setTimeout as delay } from 'node:timers/promises';

import { DomainError, InvalidInput } from '#libs/foundation';

/** What the exchange has refused, as it said it. */
export class Refused extends DomainError {
  constructor(
    readonly code: string,
    message: string,
    path: string | null,
    rule: string | null,
  ) {
    super(message, { ...(path !== null && { path }), ...(rule !== null && { rule }) });
  }
}

/** Nothing answers there, or nothing that is an exchange. */
export class ExchangeUnreachable extends DomainError {
  readonly code = 'EXCHANGE_UNREACHABLE';

  constructor(url: string, error: unknown) {
    const { message, cause } = error as Error & { readonly cause?: Error & { readonly code?: string } };
    super(`No exchange answers at ${url}: ${cause?.code ?? cause?.message ?? message}`);
  }
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly path?: string; readonly rule?: string };
  }[];
}

type Refusal = Readonly<Record<'code' | 'message', string> & Record<'path' | 'rule', string | null>>;

const REFUSAL = '... on UserError { code message path rule }';

/** How far a load has come. */
export interface LoadStatus {
  readonly state: string;
  readonly step: string | null;
  readonly byteSize: string;
  readonly bytesRead: string;
  readonly rowsRead: string;
  readonly refusal: Refusal | null;
}

/** Of a small file soon again, of a large one seldom. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** The exchange as any user has it: GraphQL over HTTP, and nothing else. */
export class ExchangeClient {
  private constructor(
    private readonly url: string,
    private readonly tokenNow: () => Promise<string | null>,
  ) {}

  /** @throws InvalidInput */
  static anonymous(url: string): ExchangeClient {
    if (!URL.canParse(url)) throw new InvalidInput('--url', 'must be a URL, such as http://127.0.0.1:3000');
    return new ExchangeClient(url.replace(/\/+$/, ''), () => Promise.resolve(null));
  }

  /** Signs in, and again whenever half of a token's time is over: what takes long is not cut off. @throws Refused */
  static async signIn(url: string, login: string, password: string): Promise<ExchangeClient> {
    const anonymous = ExchangeClient.anonymous(url);
    let session = await anonymous.newSession(login, password);
    return new ExchangeClient(anonymous.url, async () => {
      if (Date.now() >= session.renewAt) session = await anonymous.newSession(login, password);
      return session.token;
    });
  }

  /** An access token. @throws Refused */
  static async tokenOf(url: string, login: string, password: string): Promise<string> {
    return (await ExchangeClient.anonymous(url).newSession(login, password)).token;
  }

  withToken(token: string | null): ExchangeClient {
    return new ExchangeClient(this.url, () => Promise.resolve(token));
  }

  /** The data of a document. @throws Refused for the first error in it */
  async query<Data>(document: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await this.send({ query: document, variables });
    const [error] = errors ?? [];
    if (error) {
      const { code = 'UNKNOWN', path = null, rule = null } = error.extensions ?? {};
      throw new Refused(code, error.message, path, rule);
    }
    return data as Data;
  }

  /**
   * What a mutation has made or changed.
   *
   * @param success the success type and the fields wanted of it: `Dataset { id }`
   * @throws Refused
   */
  async mutate<Success>(field: string, input: object, success: string): Promise<Success> {
    const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    const type =
      field === 'refreshSession' || field === 'signOut' ? 'RefreshTokenInput' : (INPUTS[field] ?? name);
    const data = await this.query<Record<string, Success & Refusal>>(
      `mutation ($input: ${type}!) { ${field}(input: $input) { ... on ${success} ${REFUSAL} } }`,
      { input },
    );
    const result = data[field];
    if (!result) throw new Refused('NOT_FOUND', `${field} answered nothing`, null, null);
    // Only refusals have a code; no success type has a field of that name.
    if ('code' in result) throw new Refused(result.code, result.message, result.path, result.rule);
    return result;
  }

  /**
   * What a load has made, when it has ended.
   *
   * @param wanted fields of it: `version { id }`
   * @throws Refused with what the load has failed for
   */
  async loaded<Wanted>(
    datasetLoadId: string,
    wanted: string,
    onProgress: (load: LoadStatus) => void = () => undefined,
  ): Promise<Wanted> {
    const document = `query ($id: Uuid!) { load: datasetLoad(id: $id) {
      state step byteSize bytesRead rowsRead refusal { code message path rule } ${wanted} } }`;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.02, LONGEST_PAUSE_MS)) {
      const { load } = await this.query<{ load: (LoadStatus & Wanted) | null }>(document, {
        id: datasetLoadId,
      });
      if (!load)
        throw new Refused('DATASET_LOAD_NOT_FOUND', 'Your party has asked for no such load', null, null);
      const { state, refusal } = load;
      if (refusal) throw new Refused(refusal.code, refusal.message, refusal.path, refusal.rule);
      if (state === 'CANCELLED')
        throw new Refused('DATASET_LOAD_CANCELLED', 'The load was cancelled', null, null);
      onProgress(load);
      if (state === 'DONE') return load;
      await delay(pause);
    }
  }

  /** Sends a file. @throws Refused */
  async upload(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ id: string; sha256: string }> {
    const response = await this.fetch(`/uploads?fileName=${encodeURIComponent(fileName)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', ...(await this.authorization()) },
      body: bytes,
    });
    return this.answerOf(response);
  }

  /** Begins to send a file in parts. @returns its id until it is whole @throws Refused */
  async beginFile(fileName: string, byteSize: number): Promise<string> {
    const response = await this.fetch(`/uploads/parts?fileName=${encodeURIComponent(fileName)}`, {
      method: 'POST',
      headers: { 'upload-length': String(byteSize), ...(await this.authorization()) },
    });
    return (await this.answerOf<{ id: string }>(response)).id;
  }

  /** How many bytes of it the exchange has, and how many it is to have. @throws Refused */
  async placeOf(id: string): Promise<{ readonly offset: number; readonly size: number }> {
    const response = await this.fetch(`/uploads/parts/${encodeURIComponent(id)}`, {
      method: 'HEAD',
      headers: await this.authorization(),
    });
    if (!response.ok)
      throw new Refused('PARTIAL_UPLOAD_NOT_FOUND', 'Your party has begun no such upload', 'id', null);
    const [offset, size] = ['upload-offset', 'upload-length'].map((name) =>
      Number(response.headers.get(name)),
    );
    return { offset: offset ?? 0, size: size ?? 0 };
  }

  /** Sends the next part. @returns the file if that was the last one @throws Refused */
  async sendPart(
    id: string,
    offset: number,
    bytes: ReadableStream,
  ): Promise<{ id: string; sha256: string } | null> {
    const response = await this.fetch(`/uploads/parts/${encodeURIComponent(id)}`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(offset),
        ...(await this.authorization()),
      },
      body: bytes,
      duplex: 'half',
    });
    return response.status === 204 ? null : this.answerOf(response);
  }

  /** The bytes of a file, as the exchange answers them. */
  async download(uploadId: string): Promise<Response> {
    const headers = await this.authorization();
    return this.fetch(`/uploads/${encodeURIComponent(uploadId)}`, { headers });
  }

  private async send(body: object): Promise<Answer> {
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(await this.authorization()),
      },
      body: JSON.stringify(body),
    });
    return this.jsonOf<Answer>(response);
  }

  private async newSession(login: string, password: string) {
    const { accessToken: token, accessTokenSeconds: seconds } = await this.mutate<{
      readonly accessToken: string;
      readonly accessTokenSeconds: number;
    }>('signIn', { login, password }, 'Session { accessToken accessTokenSeconds }');
    return { token, renewAt: Date.now() + seconds * 500 };
  }

  private async fetch(path: string, request: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, request).catch((error: unknown) => {
      throw new ExchangeUnreachable(this.url, error);
    });
  }

  private async jsonOf<T>(response: Response): Promise<T> {
    return (response.json() as Promise<T>).catch((error: unknown) => {
      throw new ExchangeUnreachable(this.url, error);
    });
  }

  /** @throws Refused */
  private async answerOf<T>(response: Response): Promise<T> {
    const answer = await this.jsonOf<T & { error?: Refusal }>(response);
    if (!answer.error) return answer;
    const { code, message, path } = answer.error;
    throw new Refused(code, message, path, null);
  }

  private async authorization(): Promise<Record<string, string>> {
    const token = await this.tokenNow();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  }
}

/** Inputs that several mutations share. */
const INPUTS: Readonly<Partial<Record<string, string>>> = {
  submitRegistration: 'RegistrationActInput',
  codeRegistration: 'RegistrationActInput',
  submitPropertyRight: 'PropertyRightActInput',
  certifyPropertyRight: 'PropertyRightActInput',
  withdrawPropertyRight: 'PropertyRightReasonInput',
  requestPropertyRightSupplement: 'PropertyRightReasonInput',
  rotateWebhookSecret: 'WebhookEndpointActInput',
  enableWebhookEndpoint: 'WebhookEndpointActInput',
  disableWebhookEndpoint: 'WebhookEndpointActInput',
  deleteWebhookEndpoint: 'WebhookEndpointActInput',
};
