import { Lab, type LabOptions } from './lab';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs an action in a new lab. The lab stops whatever happens: an error, Ctrl-C, or the end. */
export async function withLab<T>(
  options: LabOptions,
  action: (lab: Lab, signal: AbortSignal) => Promise<T>,
  /** Runs the start, for a display of progress. */
  starting: (start: () => Promise<Lab>) => Promise<Lab> = (start) => start(),
): Promise<T> {
  const interrupted = new AbortController();
  let lab: Lab | undefined;
  const interrupt = (name: NodeJS.Signals) => {
    if (interrupted.signal.aborted) return;
    interrupted.abort();
    // What waits inside the action ends by the lab's end; the exit code is the shell's for this signal.
    console.error(`\n${name}: stopping the lab`);
    const code = name === 'SIGINT' ? 130 : 143;
    const end = () => process.exit(code);
    if (lab) lab.stop().then(end, end);
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    lab = await starting(() => Lab.start(options));
    // The signal came while the lab was starting.
    if (interrupted.signal.aborted) {
      await lab.stop();
      process.exit(130);
    }
    return await action(lab, interrupted.signal);
  } catch (error) {
    // The lab was stopped under the action: its complaint means nothing, and the process is about to end.
    if (interrupted.signal.aborted) return await new Promise<never>(() => undefined);
    throw error;
  } finally {
    if (!interrupted.signal.aborted) await lab?.stop();
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}
