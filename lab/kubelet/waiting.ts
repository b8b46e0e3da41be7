import { type Outcome, retry } from '../retry';
import { MissingReference } from './environment';

const PAUSE = 250;

/** Waits for a pod until it is stopped: a kubelet never gives up. */
export class Waiting {
  constructor(
    private readonly signal: AbortSignal,
    /** Called once with each object that the pod waits for. */
    private readonly onMissing: (message: string) => void,
  ) {}

  /** Makes attempts until one gives a wanted value, or the pod is stopped. */
  retry<T>(attempt: () => Promise<T>, until: (value: T) => boolean, pauseMs = PAUSE): Promise<Outcome<T>> {
    return retry(attempt, { until, pauseMs, signal: this.signal });
  }

  /** The wanted value; a pod that is stopped before it comes is an error. */
  async until<T>(attempt: () => Promise<T>, wanted: (value: T) => boolean, pauseMs = PAUSE): Promise<T> {
    const { ok, value } = await this.retry(attempt, wanted, pauseMs);
    if (!ok) throw new Error('stopped');
    return value;
  }

  /** Waits for what the pod refers to and does not exist yet. */
  async onceAvailable<T>(action: () => Promise<T>): Promise<T> {
    let reported = '';
    const tryAction = async (): Promise<{ readonly value?: T; readonly missing?: MissingReference }> => {
      try {
        return { value: await action() };
      } catch (error) {
        if (!(error instanceof MissingReference)) throw error;
        if (error.message !== reported) this.onMissing(error.message);
        reported = error.message;
        return { missing: error };
      }
    };
    const { value, missing } = (await this.retry(tryAction, (outcome) => outcome.missing === undefined))
      .value;
    if (missing) throw missing;
    return value as T;
  }
}
