import { on } from 'node:events';
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { ThreadTask } from './survey-thread.ts';
import {
  type ShareSurvey,
  type SurveyPlan,
  surveyShare,
  surveyTable,
  type TableSurvey,
} from './table-survey.ts';

/** A thread takes half a second to start and to become fast. */
const LARGE_BYTES = 16_777_216;
/** Surveying takes twice as long as copying; more threads would wait for it. */
const MOST_THREADS = 4;
/** Of a file's parts; so much waits in memory at most for the slowest thread. */
const STEPS_AHEAD = 64;
/** Threads run what was built, also beside tests that do not. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts')
    ? '../../../../dist/libs/dataset/src/profile/survey-thread.js'
    : 'survey-thread.js',
  import.meta.url,
);

export interface SurveyBeside {
  /** Fails where reading the file does, though not with an error that says how. */
  readonly ended: Promise<TableSurvey>;
  /** To be called in any case. */
  readonly stop: () => Promise<unknown>;
}

/** Surveys a file while it is read for something else, too; a large one in threads of its own. */
export function surveyBeside({ file, format, columns, sketchSecret }: SurveyPlan): SurveyBeside {
  const plan: SurveyPlan = { file, format, columns, sketchSecret };
  if (statSync(file).size < LARGE_BYTES) {
    const ended = surveyTable(plan, [surveyShare(plan, { first: 0, every: 1 })]);
    return { ended, stop: () => ended.catch(() => undefined) };
  }
  const every = Math.min(MOST_THREADS, availableParallelism(), columns.length);
  const threads = Array.from({ length: every }, (_, first) => {
    const workerData: ThreadTask = { plan, share: { first, every } };
    const thread = new Worker(THREAD, { workerData });
    // Once a misfit has ended the survey nobody waits for a thread, and what it still fails with must not end the process.
    return thread.on('error', () => undefined);
  });
  return {
    ended: surveyTable(plan, threads.map(surveyIn)),
    stop: () => Promise.all(threads.map((thread) => thread.terminate())),
  };
}

async function* surveyIn(thread: Worker): ShareSurvey {
  for (let i = 0; i < STEPS_AHEAD; i++) thread.postMessage(null);
  const steps = on(thread, 'message', { close: ['exit'] }) as AsyncIterable<
    [Awaited<ReturnType<ShareSurvey['next']>>]
  >;
  for await (const [step] of steps) {
    if (step.done) return step.value;
    thread.postMessage(null);
    yield step.value;
  }
  throw new Error('A survey ended without a result');
}
