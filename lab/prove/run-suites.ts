import { type Check, firstLine, type Result, runCheck } from './check';
import type { RunningFleet } from './context';
import { RevertError } from './mutation';
import { PHASES, type Phase, type Suite } from './suite';

/** A suite that has no checks in a fleet, and why. */
export interface UnavailableSuite {
  readonly suite: string;
  readonly reason: string;
}

/** What a run of suites or checks gave. */
export interface RunOutcome {
  readonly results: readonly Result[];
  readonly unavailable: readonly UnavailableSuite[];
  /** Why the run ended before its end: a mutation is still in a cluster. */
  readonly stopped?: string;
}

/** Runs all suites, phase by phase, in the order of the list. After a mutation that cannot be reverted it starts no more checks. */
export async function runSuites<C extends RunningFleet>(
  suites: readonly Suite<C>[],
  context: C,
): Promise<RunOutcome> {
  const run = new Run(context);
  for (const { name, lanes, isOneStep } of PHASES) {
    const available = await run.availableOf(suites.filter(({ phase }) => phase === name));
    const steps = isOneStep && available.length > 0 ? [available] : available.map((suite) => [suite]);
    for (const step of steps) {
      if (run.stopped) break;
      await context.show(titleOf(step), () => run.runStep(name, step, lanes));
    }
  }
  const { results, unavailable, stopped } = run;
  return { results, unavailable, stopped };
}

function titleOf(suites: readonly { readonly title: string }[]): string {
  return suites.map(({ title }) => title).join('; ');
}

class Run<C extends RunningFleet> implements RunOutcome {
  readonly results: Result[] = [];
  readonly unavailable: UnavailableSuite[] = [];
  stopped?: string;

  constructor(private readonly context: C) {}

  async availableOf(suites: readonly Suite<C>[]): Promise<Suite<C>[]> {
    const available: Suite<C>[] = [];
    for (const suite of suites) {
      const reason = await suite.available(this.context);
      if (reason === undefined) available.push(suite);
      else this.unavailable.push({ suite: suite.title, reason });
    }
    return available;
  }

  async runStep(phase: Phase, suites: readonly Suite<C>[], limit: number): Promise<void> {
    const made = await Promise.all(
      suites.map(async (suite) => ({ suite, checks: await this.checksOf(suite) })),
    );
    const lanes = new Map<string, Check[]>();
    for (const { suite, checks } of made) {
      for (const [index, check] of checks.entries()) {
        const lane = check.sequence ?? (phase === 'concurrent' ? `${suite.title} ${index}` : suite.title);
        lanes.set(lane, [...(lanes.get(lane) ?? []), check]);
      }
    }
    const results = await atOnce(limit, [...lanes.values()], (checks) => this.runLane(checks));
    this.results.push(...results.flat());
  }

  /** An available suite without checks, or whose checks cannot be made, has failed: a proof must not pass by proving nothing. */
  private async checksOf(suite: Suite<C>): Promise<readonly Check[]> {
    try {
      const checks = await suite.checks(this.context);
      if (checks.length > 0) return checks;
      throw new Error('the suite is available and has no checks');
    } catch (error) {
      const failed = { ok: false, observed: firstLine((error as Error).message) };
      return [
        {
          group: suite.title,
          name: 'the suite makes its checks',
          expected: 'at least one check',
          timeoutMs: 0,
          run: async () => failed,
        },
      ];
    }
  }

  private async runLane(checks: readonly Check[]): Promise<Result[]> {
    const results: Result[] = [];
    for (const check of checks) {
      if (this.stopped) break;
      this.context.say(check.name);
      const result = await this.runOne(check);
      results.push(result.ok ? result : await this.context.keepEvidence(check, result));
    }
    return results;
  }

  private async runOne(check: Check): Promise<Result> {
    try {
      return await runCheck(check);
    } catch (error) {
      if (!(error instanceof RevertError)) throw error;
      this.stopped ??= error.message;
      const { group, name, expected } = check;
      return { group, name, expected, observed: firstLine(error.message), ok: false, seconds: 0 };
    }
  }
}

/** Works on so many items at the same time; results keep the items' order. */
async function atOnce<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
