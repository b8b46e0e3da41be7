import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import { GATEWAY_NAME } from '../../lib/well-known/gateway-names';
import type { KubeList, KubeObject } from '../kubernetes/objects';
import type { Lab } from '../lab';
import { gatewayPods } from './gateway-probes';
import { allManifests } from './offers';
import { CONTROL, type Probe, type Verdict } from './probe';

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', '*'];
const SECRET_VERBS = ['get', 'list', 'watch'];

/**
 * What every account may ask the API server: who it is itself. Kubernetes gives it to all that log in.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
 */
const EVERYBODYS = ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'];

/** A service account of dist, or the default one of a namespace of dist. */
interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Something that an account may do: beyond what everybody may. */
interface Right {
  readonly at: string;
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
}

/** What each account of dist may read, change or do in its cluster: nothing, but what is written down here. */
export function rightsProbes(lab: Lab, fleet: Fleet, dist: string, cluster: Cluster): Probe[] {
  return [
    ...accounts(dist, cluster).map((account): Probe => {
      const { namespace, name } = account;
      return {
        group: 'rights of accounts',
        name: `${cluster.name}: ${namespace}/${name}`,
        expected: servesCertificates(fleet, dist, cluster, account)
          ? `may read the Secrets of ${namespace}, and nothing else`
          : 'may read and change nothing, no Secret of any namespace among it',
        patienceMs: 0,
        ask: () => judge(lab, fleet, dist, cluster, account),
      };
    }),
    ...gatewayPods({ lab, fleet }, cluster).map(
      (from): Probe => ({
        group: 'rights of accounts',
        name: `${cluster.name}: the tokens in ${from.pod}`,
        expected: 'one, for istiod; the API server does not take it',
        patienceMs: 0,
        from,
        ask: async () => {
          const { pod } = lab.cluster(from.cluster).pod(from.namespace, from.pod);
          const tokens = (pod.spec.volumes ?? []).flatMap(({ name, projected }) =>
            (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
              token ? [{ name, audience: token.audience ?? 'the API server', path: token.path }] : [],
            ),
          );
          const status = await asked(lab, from);
          const seen = `${tokens.map(({ name, audience }) => `${name} for ${audience}`).join(', ')}; API server: ${status}`;
          return {
            ok: tokens.length === 1 && tokens[0]?.audience === 'istio-ca' && status === '401',
            seen,
          };
        },
      }),
    ),
  ];
}

/** With a Role to read Secrets, as Istio's own chart gives it, the same question has another answer. */
export function rightsControls(lab: Lab, fleet: Fleet, dist: string, cluster: Cluster): Probe[] {
  const account = { namespace: fleet.istioNamespace, name: GATEWAY_NAME };
  if (!accounts(dist, cluster).some((one) => isSame(one, account))) return [];
  const at = lab.cluster(cluster.name);
  const metadata = { name: 'eastwest-probe', namespace: account.namespace };
  const group = 'rbac.authorization.k8s.io';
  const path = `/apis/${group}/v1/namespaces/${metadata.namespace}`;
  return [
    {
      group: CONTROL,
      name: `${cluster.name}: a Role on Secrets for ${account.namespace}/${account.name}`,
      expected: 'is found',
      patienceMs: 0,
      ask: async () => {
        const role = `${path}/roles/${metadata.name}`;
        const binding = `${path}/rolebindings/${metadata.name}`;
        try {
          await at.client.apply(role, {
            ...{ apiVersion: `${group}/v1`, kind: 'Role', metadata },
            rules: [{ apiGroups: [''], resources: ['secrets'], verbs: SECRET_VERBS }],
          });
          await at.client.apply(binding, {
            ...{ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata },
            roleRef: { apiGroup: group, kind: 'Role', name: metadata.name },
            subjects: [{ kind: 'ServiceAccount', ...account }],
          });
          const { ok, seen } = await judge(lab, fleet, dist, cluster, account);
          return { ok: !ok && seen.includes('secrets'), seen };
        } finally {
          await at.client.delete(binding);
          await at.client.delete(role);
        }
      },
    },
  ];
}

async function judge(
  lab: Lab,
  fleet: Fleet,
  dist: string,
  cluster: Cluster,
  account: Account,
): Promise<Verdict> {
  const { client } = lab.cluster(cluster.name);
  const { items } = await client.get<KubeList<KubeObject>>('/api/v1/namespaces');
  const found: Right[] = [];
  for (const { metadata } of items) {
    found.push(...(await rulesOf(lab, cluster, account, metadata.name)));
    found.push(...(await secretsOf(lab, cluster, account, metadata.name)));
  }
  const isServing = servesCertificates(fleet, dist, cluster, account);
  const isWritten = ({ at, verbs, resources }: Right) =>
    isServing &&
    at === account.namespace &&
    resources.every((one) => one === 'secrets') &&
    verbs.every((one) => SECRET_VERBS.includes(one));
  const beyond = found.filter((right) => !isWritten(right));
  const asked = `${items.length} namespaces asked`;
  if (beyond.length === 0) return { ok: items.length > 0, seen: `${asked}, nothing beyond it` };
  const named = new Set(
    beyond.map(({ at, verbs, resources }) => `${verbs.join('|')} ${resources.join('|')} in ${at}`),
  );
  return { ok: false, seen: [...named].join('; ') };
}

/** What RBAC gives an account in a namespace. */
async function rulesOf(lab: Lab, cluster: Cluster, account: Account, namespace: string): Promise<Right[]> {
  const answer = await lab.cluster(cluster.name).client.createAs<{
    status: { resourceRules: { verbs: string[]; resources?: string[] }[] };
  }>(userOf(account), '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  });
  return answer.status.resourceRules
    .map(({ verbs, resources = [] }) => ({ at: namespace, verbs, resources }))
    .filter(({ resources }) => !resources.every((one) => EVERYBODYS.includes(one)));
}

/** The verbs on Secrets of a namespace that the API server would let an account use. */
async function secretsOf(lab: Lab, cluster: Cluster, account: Account, namespace: string): Promise<Right[]> {
  const answers = await Promise.all(
    VERBS.map((verb) =>
      lab
        .cluster(cluster.name)
        .client.createAs<{ status: { allowed: boolean } }>(
          userOf(account),
          '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
          {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: { resourceAttributes: { namespace, verb, resource: 'secrets' } },
          },
        ),
    ),
  );
  const allowed = VERBS.filter((_, index) => answers[index]?.status.allowed);
  return allowed.length > 0 ? [{ at: namespace, verbs: allowed, resources: ['secrets'] }] : [];
}

function userOf({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** What the API server answers to the token that a gateway's pod has for istiod. */
async function asked(
  lab: Lab,
  { cluster, namespace, pod }: { cluster: string; namespace: string; pod: string },
): Promise<string> {
  const command =
    'curl -sk -m 5 -o /dev/null -w "%{http_code}" -H "Authorization: Bearer $(cat /var/run/secrets/tokens/istio-token)" ' +
    'https://$KUBERNETES_SERVICE_HOST/api/v1/namespaces/default/pods';
  const { stdout, stderr } = await lab
    .cluster(cluster)
    .exec(namespace, pod, 'istio-proxy', ['/bin/sh', '-c', command]);
  return stdout.trim() || stderr.trim();
}

function accounts(dist: string, cluster: Cluster): Account[] {
  const all = allManifests(dist, cluster.name);
  const own = all
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? 'default', name: metadata.name }));
  const defaults = all
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => ({ namespace: metadata.name, name: 'default' }));
  return [...own, ...defaults.filter((one) => !own.some((other) => isSame(one, other)))];
}

function isSame(one: Account, other: Account): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

/** A gateway that serves certificates of its own namespace's Secrets: istiod asks whether its account may read them. */
function servesCertificates(fleet: Fleet, dist: string, cluster: Cluster, account: Account): boolean {
  return allManifests(dist, cluster.name).some(
    ({ kind, metadata, spec }) =>
      kind === 'Deployment' &&
      metadata.namespace === account.namespace &&
      metadata.namespace !== fleet.istioNamespace &&
      spec.template.spec.serviceAccountName === account.name &&
      spec.template.metadata.annotations?.['inject.istio.io/templates'] === 'gateway',
  );
}
