import type { Cluster } from '../../../lib/model/cluster';
import { GATEWAY_NAME } from '../../../lib/well-known/gateway-names';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { objectMutation } from '../mutations/objects';
import { negativeControl } from '../negative-control';
import type { Suite } from '../suite';
import { type Account, accounts, isSame, observePermissions, SECRET_VERBS } from './account-permissions';

/** Istio's own chart gives gateways such a Role. */
export const secretReaderRole: Suite = {
  title: 'A Role that reads Secrets is found among an account’s permissions',
  phase: 'disruptive',
  available: (context) =>
    context.fleet.clusters.some((cluster) => hasGatewayAccount(context, cluster))
      ? undefined
      : 'no cluster has an account for an east-west gateway',
  checks: (context) =>
    context.fleet.clusters
      .filter((cluster) => hasGatewayAccount(context, cluster))
      .map((cluster) => roleControl(context, cluster)),
};

function gatewayAccount({ fleet }: ProofContext): Account {
  return { namespace: fleet.istioNamespace, name: GATEWAY_NAME };
}

function hasGatewayAccount(context: ProofContext, cluster: Cluster): boolean {
  return accounts(context.dist, cluster).some((one) => isSame(one, gatewayAccount(context)));
}

function roleControl(context: ProofContext, cluster: Cluster): Check {
  const account = gatewayAccount(context);
  const metadata = { name: 'eastwest-probe', namespace: account.namespace };
  const group = 'rbac.authorization.k8s.io';
  const apiVersion = `${group}/v1`;
  const role = {
    ...{ apiVersion, kind: 'Role', metadata },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: SECRET_VERBS }],
  };
  const binding = {
    ...{ apiVersion, kind: 'RoleBinding', metadata },
    roleRef: { apiGroup: group, kind: 'Role', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  };
  return negativeControl({
    name: `${cluster.name}: a Role on Secrets for ${account.namespace}/${account.name}`,
    expected: 'the permission is found with the Role alone',
    mutation: objectMutation(context.lab, {
      name: 'a Role on Secrets',
      cluster: cluster.name,
      original: [],
      changed: [role, binding],
    }),
    observe: () => observePermissions(context, cluster, account),
    isIntact: ({ ok }) => ok,
    isMutated: ({ ok, observed }) => !ok && observed.includes('secrets'),
    describe: ({ observed }) => observed,
  });
}
