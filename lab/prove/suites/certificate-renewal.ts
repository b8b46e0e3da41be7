import { certificatesIn } from '../../../cli/ca/certificate';
import { proxyTrust, SECRETS_PATH } from '../../../cli/ca/proxy-trust';
import type { Cluster } from '../../../lib/model/cluster';
import type { KubeObject, Secret } from '../../kubernetes/objects';
import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import { retry } from '../../retry';
import { type Check, type Observation, runCheck } from '../check';
import type { ProofContext } from '../context';
import { type ProvenOffer, podsOf } from '../offers';
import type { Suite } from '../suite';
import { allowedChecks } from './allowed-callers';

/** How long cert-manager may take to sign, and then the kubelet and istiod to load the certificate. */
const SIGNING_TIMEOUT = 30_000;
const LOADING_TIMEOUT = 90_000;

/**
 * cert-manager renews istiod's certificate, as it does before the old one ends. istiod signs with the new one without a restart, and
 * other clusters reach pods whose certificates it signed.
 */
export const certificateRenewal: Suite = {
  title: 'cert-manager renews istiod’s certificate',
  phase: 'disruptive',
  available: (context) =>
    renewed(context).length > 0
      ? undefined
      : 'no cluster has a workload offer and a certificate of cert-manager for istiod',
  checks: (context) => renewed(context).map(({ cluster, proven }) => renewalCheck(context, cluster, proven)),
};

function renewed({ fleet, offers }: ProofContext): { cluster: Cluster; proven: ProvenOffer }[] {
  return fleet.clusters.flatMap((cluster) => {
    const proven = offers.find(({ offer, database }) => offer.from === cluster && !database);
    return cluster.ca.certManagerProps?.caSecretName && proven ? [{ cluster, proven }] : [];
  });
}

function renewalCheck(context: ProofContext, cluster: Cluster, proven: ProvenOffer): Check {
  return {
    group: 'certificate renewal',
    name: `${cluster.name}: cert-manager renews istiod’s certificate`,
    expected: 'a new pod’s certificate is signed with it, and callers reach the pod',
    timeoutMs: 0,
    run: () => observeRenewal(context, cluster, proven),
  };
}

async function observeRenewal(
  context: ProofContext,
  cluster: Cluster,
  proven: ProvenOffer,
): Promise<Observation> {
  const { lab, fleet } = context;
  const old = await signing(lab, cluster, fleet.istioNamespace);
  await renew(lab, cluster, fleet.istioNamespace);
  const fresh = await found(SIGNING_TIMEOUT, async () => {
    const now = await signing(lab, cluster, fleet.istioNamespace);
    return now !== old ? now : undefined;
  });
  if (!fresh) return { ok: false, observed: 'cert-manager signed no new certificate' };
  const pod = await found(LOADING_TIMEOUT, () => podSignedBy(lab, proven, fresh));
  if (!pod) return { ok: false, observed: 'istiod signs new pods with the old certificate' };
  const results = await Promise.all((await allowedChecks(context, proven)).map(runCheck));
  const failed = results.filter(({ ok }) => !ok);
  return {
    ok: failed.length === 0,
    observed:
      failed[0]?.observed ??
      `${pod.pod} has one, and ${results.length} of ${results.length} callers reach it`,
  };
}

/** The fingerprint of the certificate with which istiod signs. */
async function signing(lab: Lab, { name }: Cluster, namespace: string): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${namespace}/secrets/cacerts`;
  const secret = await lab.cluster(name).client.get<Secret>(path);
  const pem = Buffer.from(secret.data?.['tls.crt'] ?? '', 'base64').toString('utf8');
  return certificatesIn(pem)[0]?.fingerprint256;
}

interface Certificate extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] };
}

/** What `cmctl renew` does. https://cert-manager.io/docs/reference/cmctl/#renew */
async function renew(lab: Lab, { name }: Cluster, namespace: string): Promise<void> {
  const path = `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates/cacerts`;
  const { client } = lab.cluster(name);
  const { status } = await client.get<Certificate>(path);
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'Issuing');
  const issuing = {
    ...{ type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'requested by the lab' },
    lastTransitionTime: new Date().toISOString(),
  };
  await client.merge(`${path}/status`, { status: { conditions: [...others, issuing] } });
}

/** Replaces one of the offered pods; gives the new one where its certificate chain has the renewed certificate. */
async function podSignedBy(lab: Lab, proven: ProvenOffer, fingerprint: string): Promise<PodRef | undefined> {
  const host = proven.plan.hosts[0];
  const pods = host ? podsOf(lab, proven, host) : [];
  const [first] = pods;
  if (!first) return undefined;
  const at = lab.cluster(first.cluster);
  await at.pods.delete(first.namespace, first.pod);
  await at.pods.waitReady(first.namespace, { atLeast: pods.length });
  const now = host ? podsOf(lab, proven, host) : [];
  // of a StatefulSet it has the same name again
  const fresh = now.find(({ pod }) => !pods.some((one) => one.pod === pod)) ?? first;
  const { chain } = proxyTrust(await at.pods.proxyConfig(fresh.namespace, fresh.pod, SECRETS_PATH));
  return chain.some(({ fingerprint256 }) => fingerprint256 === fingerprint) ? fresh : undefined;
}

async function found<T>(timeoutMs: number, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = (value: T | undefined) => value !== undefined;
  return (await retry(attempt, { until, timeoutMs, pauseMs: 1000 })).value;
}
