import { parentPort, workerData } from 'node:worker_threads';

import { type SurveyPlan, surveyTable } from './table-survey.ts';

parentPort?.postMessage(await surveyTable(workerData as SurveyPlan));
