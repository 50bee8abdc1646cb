import { DatasetLoadStep } from './dataset-load.entity.ts';

/** Whoever works on a load has lost it: it was cancelled, another worker has taken over, or this one is told to stop. */
export class LoadStopped extends Error {}

/** How far a load has come, written by what reads the file and read by what tells the provider. */
export class LoadProgress {
  step = DatasetLoadStep.CHECKING;
  bytesRead = 0;
  rowsRead = 0;

  constructor(private readonly signal: AbortSignal) {}

  /** @throws LoadStopped */
  begin(step: DatasetLoadStep): void {
    this.goOn();
    this.step = step;
    // What is counted has been read.
    if (step === DatasetLoadStep.COUNTING) return;
    this.bytesRead = 0;
    this.rowsRead = 0;
  }

  /** @throws LoadStopped */
  readonly onBytes = (count: number): void => {
    this.goOn();
    this.bytesRead += count;
  };

  private goOn(): void {
    if (this.signal.aborted) throw new LoadStopped();
  }
}
