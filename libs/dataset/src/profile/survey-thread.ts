import { parentPort, workerData } from 'node:worker_threads';

import { invariant } from '#libs/foundation';

import { type ColumnShare, type SurveyPlan, surveyShare } from './table-survey.ts';

/** What a thread surveys. It takes a step for each message that it is sent, and answers with what came of it. */
export interface ThreadTask {
  readonly plan: SurveyPlan;
  readonly share: ColumnShare;
}

const port = parentPort;
invariant(port, 'This is a thread');
const { plan, share } = workerData as ThreadTask;
const survey = surveyShare(plan, share);

port.on('message', () => {
  // What this fails with ends the thread.
  void survey.next().then((step) => {
    port.postMessage(step, step.done ? [] : [step.value.hashes.buffer as ArrayBuffer]);
    if (step.done) port.unref();
  });
});
