import { kubectl, type Target } from '../kubectl';
import { type ExpectedTrust, proxyTrust, SECRETS_PATH, trustMismatch } from './proxy-trust';
import type { SelfSignedRoot } from './self-signed-root';

/** The proxies of a cluster. */
export interface ProxyCheck {
  readonly cluster: string;
  readonly proxies: number;
  /** The proxies that are not as expected. */
  readonly mismatches: readonly ProxyMismatch[];
  /** The fingerprints of every root that a proxy trusts. */
  readonly trustedRoots: readonly string[];
}

export interface ProxyMismatch {
  readonly pod: string;
  readonly reason: string;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace: string };
    readonly spec: {
      readonly containers: readonly { readonly name: string }[];
      readonly initContainers?: readonly { readonly name: string }[];
    };
    readonly status?: { readonly phase?: string };
  }[];
}

/** The container of a proxy, as Istio's injection names it. */
const PROXY = 'istio-proxy';

/** Asks every running proxy of a cluster. */
export function checkProxies(
  cluster: string,
  target: Target,
  expected: ExpectedTrust,
  selfSigned: readonly SelfSignedRoot[],
): ProxyCheck {
  const get = ['get', 'pods', '--all-namespaces', '--output', 'json'];
  const { items } = JSON.parse(kubectl(target, get)) as PodList;
  const pods = items.filter(
    ({ spec, status }) =>
      status?.phase === 'Running' &&
      [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === PROXY),
  );
  const answers = pods.map(({ metadata: { name, namespace } }) => ({
    pod: `${namespace}/${name}`,
    ...askProxy(target, namespace, name, expected, selfSigned),
  }));
  return {
    cluster,
    proxies: pods.length,
    mismatches: answers.flatMap(({ pod, reason }) => (reason ? [{ pod, reason }] : [])),
    trustedRoots: answers.flatMap(({ roots }) => roots),
  };
}

/** The roots that a proxy trusts, and the reason where it is not as expected. */
function askProxy(
  target: Target,
  namespace: string,
  pod: string,
  expected: ExpectedTrust,
  selfSigned: readonly SelfSignedRoot[],
): { readonly roots: readonly string[]; readonly reason?: string } {
  const exec = ['exec', '--namespace', namespace, pod, '--container', PROXY];
  try {
    const trust = proxyTrust(kubectl(target, [...exec, '--', 'pilot-agent', 'request', 'GET', SECRETS_PATH]));
    const root = selfSigned.find(({ fingerprint }) => trust.roots.includes(fingerprint));
    const reason = root
      ? `trusts the self-signed root of the istiod of ${root.cluster}`
      : trustMismatch(trust, expected);
    return { roots: trust.roots, reason };
  } catch (error) {
    return { roots: [], reason: `did not answer: ${(error as Error).message.split('\n')[0]}` };
  }
}
