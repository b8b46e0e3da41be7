import { Listr } from 'listr2';

/** Tells a line of news, which the next one replaces. */
export type Say = (line: string) => void;

/**
 * Runs one step of a long job and shows how it goes: a spinner with the last line of news in a terminal, plain lines
 * elsewhere. After the signal nothing is shown: work that ends because its lab was stopped has not failed.
 */
export async function step<T>(
  title: string,
  work: (say: Say) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const begin = Date.now();
  const results: T[] = [];
  await new Listr(
    [
      {
        title,
        task: async (_, task) => {
          results.push(
            await work((line) => {
              task.output = line;
            }).catch((error: unknown) => {
              if (signal?.aborted) return new Promise<never>(() => undefined);
              throw error;
            }),
          );
          task.title = `${title} [${((Date.now() - begin) / 1000).toFixed(1)} s]`;
        },
      },
    ],
    // Ctrl-C is for the session, which ends the lab before the process.
    { registerSignalListeners: false },
  ).run();
  return results[0] as T;
}
