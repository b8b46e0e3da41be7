import type { Cluster } from '../../../lib/model/cluster';
import { WEBHOOK_PORT } from '../../../lib/well-known/gateway-names';
import { injects } from '../../mesh/istio';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { objectMutation } from '../mutations/objects';
import { negativeControl } from '../negative-control';
import { PlannedObjects } from '../planned-objects';
import type { Suite } from '../suite';

export const remoteInjection: Suite = {
  title: 'A remote cluster’s pods get proxies through its primary’s gateway alone',
  phase: 'disruptive',
  available: ({ fleet }) =>
    fleet.clusters.some(({ primary }) => primary) ? undefined : 'no cluster is a remote cluster of another',
  checks: (context) =>
    context.fleet.clusters.flatMap((remote) =>
      remote.primary ? [gatewayControl(context, remote, remote.primary)] : [],
    ),
};

function gatewayControl({ lab, fleet, dist }: ProofContext, remote: Cluster, primary: Cluster): Check {
  return negativeControl({
    name: `${remote.name}: istiod of ${primary.name} is not exposed`,
    expected: 'no pod gets a proxy with the mutation',
    mutation: objectMutation(lab, {
      name: 'no Gateway to istiod',
      cluster: primary.name,
      original: [new PlannedObjects(dist).istiodGateway(primary)],
      changed: [],
    }),
    observe: async () => {
      // the API server keeps its connection to the webhook, which outlives the Gateway that let it in
      await lab.cluster(remote.name).onNode(['ss', '-H', '-K', 'dport', '=', `:${WEBHOOK_PORT}`]);
      return injects(lab.cluster(remote.name), fleet.revision);
    },
    isIntact: (refusal) => refusal === undefined,
    describe: (refusal) => refusal ?? 'istiod injects a proxy',
  });
}
