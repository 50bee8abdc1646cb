import { Agent, request } from 'node:http';

export interface Shot {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Figures {
  /** Answers per second. */
  readonly throughput: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the process, until then; where it is told. */
  readonly peakMemoryMb?: number;
}

/** Works for an amount, of time or of things, and says how fast it was. */
export type Side = (amount: number) => Promise<Figures>;

/**
 * Sends shots from `clients` connections, each as soon as its last one is answered, for `ms`. An answer other than 200,
 * or one that `isRight` does not know, ends the measurement with an error: wrong answers are never counted as fast ones.
 */
export async function closedLoop(
  origin: string,
  options: { clients: number; ms: number; nextShot: () => Shot; isRight: (answer: string) => boolean },
): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.clients });
  const { hostname, port } = new URL(origin);
  const latencies: number[] = [];
  const began = performance.now();
  const shoot = ({ path, headers, body }: Shot) =>
    new Promise<string>((resolve, reject) => {
      const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const outgoing = request(
        { agent, hostname, port, path, method: 'POST', headers: { ...length, ...headers } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => {
            if (answer.statusCode === 200) resolve(text);
            else reject(new Error(`${String(answer.statusCode)} ${text}`));
          });
        },
      );
      outgoing.on('error', reject).end(body);
    });
  const client = async () => {
    while (performance.now() - began < options.ms) {
      const sent = performance.now();
      const answer = await shoot(options.nextShot());
      latencies.push(performance.now() - sent);
      if (!options.isRight(answer)) throw new Error(`Not the answer expected: ${answer.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  const figures = figuresOf(latencies, performance.now() - began);
  agent.destroy();
  return figures;
}

/** Of answers that took so long each and, all together, `ms`. */
export function figuresOf(latencies: number[], ms: number): Figures {
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] ?? 0;
  return { throughput: (latencies.length * 1000) / ms, p50Ms: at(0.5), p99Ms: at(0.99) };
}
