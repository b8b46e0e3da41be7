import { STAGES, type Stage } from '../../../cli/ca/rotation';
import type { Observation } from '../check';
import type { Suite } from '../suite';
import { ARRIVAL_TIMEOUT, type RotationContext, rotate } from './context';
import { allProxiesHave, expectedAfter } from './proxies';

/** One stage of the rotation: every proxy gets what the stage gives it, and no new connection fails meanwhile. */
export function stageSuite(stage: Stage): Suite<RotationContext> {
  const name = `stage ${stage}: ${STAGES[stage]}`;
  return {
    title: name,
    phase: 'sequential',
    available: () => undefined,
    checks: (context) => [
      {
        group: 'rotation',
        name,
        expected: 'every proxy has the stage’s certificates, and no new connection fails',
        timeoutMs: 0,
        run: () => observeStage(context, stage),
      },
    ],
  };
}

async function observeStage(context: RotationContext, stage: Stage): Promise<Observation> {
  const { old, next } = await rotate(context, stage);
  const proxies = await allProxiesHave(context, expectedAfter(stage, old, next), ARRIVAL_TIMEOUT);
  const { count, failures } = await context.traffic.take();
  const first = failures[0] ? `: ${failures[0]}` : '';
  return {
    ok: proxies.ok && count > 0 && failures.length === 0,
    observed: `${proxies.observed}; ${count} connections, ${failures.length} failed${first}`,
  };
}
