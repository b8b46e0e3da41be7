import { httpAttempt } from '../attempts';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import type { Manifest } from '../manifests';
import { objectMutation } from '../mutations/objects';
import { negativeControl } from '../negative-control';
import { callerPod, type ProvenOffer } from '../offers';
import { PlannedObjects } from '../planned-objects';
import type { Suite } from '../suite';
import { noOtherPorts, portsNotOffered } from './other-ports';

export const otherPortsPolicy: Suite = {
  title: 'Without their policy the ports that are not offered answer',
  phase: 'disruptive',
  available: noOtherPorts,
  checks: async (context) =>
    (await Promise.all(context.offers.map((proven) => policyChecks(context, proven)))).flat(),
};

async function policyChecks(context: ProofContext, proven: ProvenOffer): Promise<Check[]> {
  const { offer, plan } = proven;
  const [port] = await portsNotOffered(context, proven);
  const [host] = plan.hosts;
  const [caller] = offer.to;
  const policy = new PlannedObjects(context.dist).offerPolicy(offer);
  if (port === undefined || !host || !caller || !policy) return [];
  const from = await callerPod(context, caller);
  const changed: Manifest = { ...policy, spec: { ...policy.spec, rules: policy.spec.rules.slice(0, 1) } };
  return [
    negativeControl({
      name: `${caller.cluster.name} → ${offer.namespace}/${offer.name}:${port}: no rule on the ports that are not offered`,
      expected: 'the port answers with the mutation alone',
      mutation: objectMutation(context.lab, {
        name: 'no rule on the ports that are not offered',
        cluster: offer.from.primaryCluster.name,
        original: [policy],
        changed: [changed],
      }),
      from,
      observe: () => httpAttempt(context.lab, from, host.consumerHost, port),
      isIntact: ({ reached }) => reached === undefined,
      describe: ({ output }) => output,
    }),
  ];
}
