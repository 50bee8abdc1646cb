import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

import { type SurveyPlan, surveyTable, type TableSurvey } from './table-survey.ts';

/** A thread takes half a second to start and to become fast. */
const LARGE_BYTES = 16_777_216;
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

/** Surveys a file while it is read for something else, too; a large one in a thread of its own. */
export function surveyBeside({ file, format, columns, sketchSecret }: SurveyPlan): SurveyBeside {
  const plan: SurveyPlan = { file, format, columns, sketchSecret };
  if (statSync(file).size < LARGE_BYTES) {
    const ended = surveyTable(plan);
    return { ended, stop: () => ended.catch(() => undefined) };
  }
  const thread = new Worker(THREAD, { workerData: plan });
  const ended = new Promise<TableSurvey>((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => {
      reject(new Error('A survey ended without a result'));
    });
  });
  return { ended, stop: () => thread.terminate() };
}
