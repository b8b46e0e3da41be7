import { certificatesIn } from '../../cli/ca/certificate';
import { proxyTrust, SECRETS_PATH } from '../../cli/ca/proxy-trust';
import type { Cluster } from '../../lib/model/cluster';
import type { KubeObject, Secret } from '../kubernetes/objects';
import type { Lab } from '../lab';
import { retry } from '../retry';
import { type ProvenOffer, podsOf } from './offers';
import { ask, type Place, type Probe } from './probe';
import { allowedProbes, type TrafficContext } from './traffic-probes';

/** How long cert-manager may take to sign, and then kubelet and istiod to take what it signed. */
const SIGNED = 30_000;
const TAKEN = 90_000;

/**
 * cert-manager renews istiod's certificate, as it does before the old one ends: istiod signs with it without being restarted, and pods
 * whose certificates are of it are reached from other clusters.
 */
export function renewalProbes(
  context: TrafficContext,
  cluster: Cluster,
  offers: readonly ProvenOffer[],
): Probe[] {
  const proven = offers.find(({ offer, database }) => offer.from === cluster && !database);
  if (!cluster.ca.certManagerProps?.caSecretName || !proven) return [];
  const { lab, fleet } = context;
  return [
    {
      group: 'renewal',
      name: `${cluster.name}: cert-manager signs for istiod anew`,
      expected: 'a new pod has a certificate of it, and is reached',
      patienceMs: 0,
      ask: async () => {
        const old = await signing(lab, cluster, fleet.istioNamespace);
        await renew(lab, cluster, fleet.istioNamespace);
        const fresh = await until(SIGNED, async () => {
          const now = await signing(lab, cluster, fleet.istioNamespace);
          return now !== old ? now : undefined;
        });
        if (!fresh) return { ok: false, seen: 'cert-manager signed nothing' };
        const pod = await until(TAKEN, () => podSignedBy(lab, proven, fresh));
        if (!pod) return { ok: false, seen: 'new pods have certificates of the old one' };
        const results = await Promise.all((await allowedProbes(context, proven)).map(ask));
        const failed = results.filter(({ ok }) => !ok);
        return {
          ok: failed.length === 0,
          seen:
            failed[0]?.seen ?? `${pod.pod} has, and ${results.length} of ${results.length} callers reach it`,
        };
      },
    },
  ];
}

/** The fingerprint of the certificate that istiod is to sign with. */
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
    ...{ type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'asked by the lab' },
    lastTransitionTime: new Date().toISOString(),
  };
  await client.merge(`${path}/status`, { status: { conditions: [...others, issuing] } });
}

/** Has one of the offered pods made anew; gives it where its certificate leads to the new one. */
async function podSignedBy(lab: Lab, proven: ProvenOffer, fingerprint: string): Promise<Place | undefined> {
  const host = proven.offer.hosts[0];
  const pods = host ? podsOf(lab, proven, host) : [];
  const [first] = pods;
  if (!first) return undefined;
  const at = lab.cluster(first.cluster);
  await at.deletePod(first.namespace, first.pod);
  await at.waitReady(first.namespace, { atLeast: pods.length });
  const now = host ? podsOf(lab, proven, host) : [];
  // of a StatefulSet it has the same name again
  const fresh = now.find(({ pod }) => !pods.some((one) => one.pod === pod)) ?? first;
  const { chain } = proxyTrust(await at.proxyConfig(fresh.namespace, fresh.pod, SECRETS_PATH));
  return chain.some(({ fingerprint256 }) => fingerprint256 === fingerprint) ? fresh : undefined;
}

async function until<T>(timeoutMs: number, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
  const found = (value: T | undefined) => value !== undefined;
  return (await retry(attempt, { until: found, timeoutMs, pauseMs: 1000 })).value;
}
