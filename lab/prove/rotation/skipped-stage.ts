import { CaDirectory } from '../../../cli/ca/ca-directory';
import { newIntermediate } from '../../../cli/ca/new-certificate';
import { filesOf } from '../../../cli/ca/rotation';
import type { Mutation } from '../mutation';
import { negativeControl } from '../negative-control';
import type { Suite } from '../suite';
import { ARRIVAL_TIMEOUT, distribute, type RotationContext, rotate } from './context';
import { allProxiesHave, expectedAfter } from './proxies';

/** In a second rotation one cluster goes from the first stage to the last: its proxies refuse those that still present the old root. */
export const skippedStage: Suite<RotationContext> = {
  title: 'A cluster that skips stage 2 is cut off',
  phase: 'sequential',
  available: () => undefined,
  checks: async (context) => {
    const { old, next } = await rotate(context, 1);
    const proxies = await allProxiesHave(context, expectedAfter(1, old, next), ARRIVAL_TIMEOUT);
    if (!proxies.ok) throw new Error(`stage 1 does not arrive: ${proxies.observed}`);
    const [name] = context.primaries;
    if (!name) throw new Error('no cluster has an istiod');
    await context.traffic.take();
    return [
      negativeControl({
        name: `${name} goes from stage 1 to stage 3`,
        expected: 'connections fail with the mutation alone',
        mutation: await skipStage2(context, name),
        timeoutMs: ARRIVAL_TIMEOUT,
        agreeing: 2,
        observe: () => context.traffic.take(),
        isIntact: ({ count, failures }) => count > 0 && failures.length === 0,
        isMutated: ({ failures }) => failures.length > 0,
        describe: ({ count, failures }) =>
          `${failures.length} of ${count} connections failed${failures[0] ? `: ${failures[0]}` : ''}`,
      }),
    ];
  },
};

/** The files of stage 3; the revert gives those of stage 2, as the rotation would. */
async function skipStage2(context: RotationContext, name: string): Promise<Mutation> {
  const folder = new CaDirectory(context.caFolder);
  const next = folder.nextRoot;
  if (!next?.key) throw new Error('the rotation has no new root');
  const { trustDomain, istioNamespace: namespace } = context.fleet;
  const options = { name, keyKind: 'ecdsa', days: 30, trustDomain } as const;
  const pair = await newIntermediate({ certificate: next.certificate, key: next.key }, options);
  const second = filesOf(2, folder.cacerts(name), folder.rootCertificate, next.certificate, pair);
  const third = filesOf(3, second, folder.rootCertificate, next.certificate);
  return {
    name: 'stage 3 without stage 2',
    objects: [{ cluster: name, kind: 'Secret', namespace, name: 'cacerts' }],
    apply: () => distribute(context, name, third),
    revert: () => distribute(context, name, second),
  };
}
