import type { Cluster } from '../../../lib/model/cluster';
import type { KubeList, KubeObject } from '../../kubernetes/objects';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import type { Check, Observation } from '../check';
import type { ProofContext } from '../context';
import { gatewayPods } from '../gateways';
import { allManifests } from '../manifests';
import type { Suite } from '../suite';

export const accountPermissions: Suite = {
  title: 'The service accounts of dist have no permissions that they do not need',
  phase: 'concurrent',
  available: () => undefined,
  checks: (context) => context.fleet.clusters.flatMap((cluster) => permissionChecks(context, cluster)),
};

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', '*'];
export const SECRET_VERBS = ['get', 'list', 'watch'];

/**
 * What every account may ask the API server: who it is itself. Kubernetes grants it to all that log in.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
 */
const GRANTED_TO_ALL = ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'];

/** A service account of dist, or the default one of a namespace of dist. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Verbs on resources of a namespace, beyond what every account has. */
interface Permission {
  readonly at: string;
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
}

function permissionChecks(context: ProofContext, cluster: Cluster): Check[] {
  return [
    ...accounts(context.dist, cluster).map((account): Check => {
      const { namespace, name } = account;
      return {
        group: 'permissions of service accounts',
        name: `${cluster.name}: ${namespace}/${name}`,
        expected: servesCertificates(context, cluster, account)
          ? `may read the Secrets of ${namespace}, and nothing else`
          : 'may read and change nothing, and reads no Secret of any namespace',
        timeoutMs: 0,
        run: () => observePermissions(context, cluster, account),
      };
    }),
    ...gatewayPods(context, cluster).map((from): Check => tokenCheck(context.lab, cluster, from)),
  ];
}

/** A gateway's pod has a token for istiod, and none for the API server. */
function tokenCheck(lab: Lab, cluster: Cluster, from: PodRef): Check {
  return {
    group: 'permissions of service accounts',
    name: `${cluster.name}: the tokens in ${from.pod}`,
    expected: 'one token, for istiod; the API server refuses it',
    timeoutMs: 0,
    from,
    run: async () => {
      const { pod } = lab.cluster(from.cluster).pods.get(from.namespace, from.pod);
      const tokens = (pod.spec.volumes ?? []).flatMap(({ name, projected }) =>
        (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
          token ? [{ name, audience: token.audience ?? 'the API server', path: token.path }] : [],
        ),
      );
      const status = await apiServerAnswer(lab, from);
      const observed = `${tokens.map(({ name, audience }) => `${name} for ${audience}`).join(', ')}; API server: ${status}`;
      return { ok: tokens.length === 1 && tokens[0]?.audience === 'istio-ca' && status === '401', observed };
    },
  };
}

/** The permissions of an account in all namespaces of its cluster, beyond those that are expected. */
export async function observePermissions(
  context: ProofContext,
  cluster: Cluster,
  account: Account,
): Promise<Observation> {
  const { lab } = context;
  const { client } = lab.cluster(cluster.name);
  const { items } = await client.get<KubeList<KubeObject>>('/api/v1/namespaces');
  const found: Permission[] = [];
  for (const { metadata } of items) {
    found.push(...(await rulesOf(lab, cluster, account, metadata.name)));
    found.push(...(await secretsOf(lab, cluster, account, metadata.name)));
  }
  const readsCertificates = servesCertificates(context, cluster, account);
  const isExpected = ({ at, verbs, resources }: Permission) =>
    readsCertificates &&
    at === account.namespace &&
    resources.every((one) => one === 'secrets') &&
    verbs.every((one) => SECRET_VERBS.includes(one));
  const beyond = found.filter((permission) => !isExpected(permission));
  if (beyond.length === 0)
    return { ok: items.length > 0, observed: `no other permission in ${items.length} namespaces` };
  const named = new Set(
    beyond.map(({ at, verbs, resources }) => `${verbs.join('|')} ${resources.join('|')} in ${at}`),
  );
  return { ok: false, observed: [...named].join('; ') };
}

/** What RBAC grants an account in a namespace. */
async function rulesOf(
  lab: Lab,
  cluster: Cluster,
  account: Account,
  namespace: string,
): Promise<Permission[]> {
  const answer = await lab.cluster(cluster.name).client.createAs<{
    status: { resourceRules: { verbs: string[]; resources?: string[] }[] };
  }>(userOf(account), '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  });
  return answer.status.resourceRules
    .map(({ verbs, resources = [] }) => ({ at: namespace, verbs, resources }))
    .filter(({ resources }) => !resources.every((one) => GRANTED_TO_ALL.includes(one)));
}

/** The verbs on Secrets of a namespace that the API server would let an account use. */
async function secretsOf(
  lab: Lab,
  cluster: Cluster,
  account: Account,
  namespace: string,
): Promise<Permission[]> {
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

/** The status with which the API server answers to the token that a gateway's pod has for istiod. */
async function apiServerAnswer(lab: Lab, { cluster, namespace, pod }: PodRef): Promise<string> {
  const command =
    'curl -sk -m 5 -o /dev/null -w "%{http_code}" -H "Authorization: Bearer $(cat /var/run/secrets/tokens/istio-token)" ' +
    'https://$KUBERNETES_SERVICE_HOST/api/v1/namespaces/default/pods';
  const { stdout, stderr } = await lab
    .cluster(cluster)
    .pods.exec(namespace, pod, 'istio-proxy', ['/bin/sh', '-c', command]);
  return stdout.trim() || stderr.trim();
}

export function accounts(dist: string, cluster: Cluster): Account[] {
  const all = allManifests(dist, cluster.name);
  const own = all
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? 'default', name: metadata.name }));
  const defaults = all
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => ({ namespace: metadata.name, name: 'default' }));
  return [...own, ...defaults.filter((one) => !own.some((other) => isSame(one, other)))];
}

export function isSame(one: Account, other: Account): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

/** A gateway that serves certificates of its own namespace's Secrets: istiod asks whether its account may read them. */
function servesCertificates({ fleet, dist }: ProofContext, cluster: Cluster, account: Account): boolean {
  return allManifests(dist, cluster.name).some(
    ({ kind, metadata, spec }) =>
      kind === 'Deployment' &&
      metadata.namespace === account.namespace &&
      metadata.namespace !== fleet.istioNamespace &&
      spec.template.spec.serviceAccountName === account.name &&
      spec.template.metadata.annotations?.['inject.istio.io/templates'] === 'gateway',
  );
}
