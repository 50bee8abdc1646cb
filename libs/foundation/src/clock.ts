/** Exchange time: what legal periods, grants and records go by. On a sample exchange it may run ahead of real time. */
export abstract class Clock {
  abstract now(): Date;
}

/** Exchange time where nothing has advanced it: the machine's own. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
