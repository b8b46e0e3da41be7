import type { KubeObject, Service } from '../../kubernetes/objects';
import type { PodRef } from '../../kubernetes/pod-ref';
import { httpAttempt } from '../attempts';
import type { Check } from '../check';
import type { ProofContext } from '../context';
import { callerPod, type ProvenOffer } from '../offers';
import type { Suite } from '../suite';

const TIMEOUT = 30_000;

export const otherPorts: Suite = {
  title: 'The ports of an offered Service that are not offered are closed to other clusters',
  phase: 'concurrent',
  available: noOtherPorts,
  checks: async (context) =>
    (await Promise.all(context.offers.map((proven) => portChecks(context, proven)))).flat(),
};

export async function noOtherPorts(context: ProofContext): Promise<string | undefined> {
  const ports = await Promise.all(context.offers.map((proven) => portsNotOffered(context, proven)));
  return ports.flat().length > 0 ? undefined : 'no offered Service has ports that are not offered';
}

/** The ports of the offered Service, without the offered one. */
export async function portsNotOffered(
  { lab }: ProofContext,
  { offer, plan }: ProvenOffer,
): Promise<readonly number[]> {
  if (!plan.discovered) return [];
  const path = `/api/v1/namespaces/${offer.namespace}/services/${offer.name}`;
  const service = await lab.cluster(offer.from.name).client.find<Service & KubeObject>(path);
  return (service?.spec.ports ?? []).map(({ port }) => port).filter((port) => port !== offer.port);
}

/**
 * A gateway has a route for every port of a Service. Callers from other clusters are refused on those that are not offered, also callers
 * that the offer names; callers of the cluster's own namespaces are answered as without the offer.
 */
async function portChecks(context: ProofContext, proven: ProvenOffer): Promise<Check[]> {
  const { offer, plan } = proven;
  const ports = await portsNotOffered(context, proven);
  const [host] = plan.hosts;
  if (ports.length === 0 || !host) return [];
  const callers = new Map(offer.to.map((caller) => [caller.cluster, caller]));
  const remote = [...callers.values()].map(async (caller) => {
    const from = await callerPod(context, caller);
    const who = `${caller.cluster.name}/${caller.name}, which may dial ${offer.port}`;
    return ports.map((port) => refusedCheck(context, who, from, host.consumerHost, port));
  });
  const insiders = plan.localNamespaces.filter((name) => !offer.to.some((caller) => caller.name === name));
  const local = insiders.map(async (namespace) => {
    const from = await context.callers.get({ cluster: offer.from.name, namespace, suffix: 'local' });
    const who = `${offer.from.name}/${namespace}`;
    return ports.map((port) => answeredCheck(context, who, from, host.sourceHost, port));
  });
  return (await Promise.all([...remote, ...local])).flat();
}

function refusedCheck({ lab }: ProofContext, who: string, from: PodRef, host: string, port: number): Check {
  return {
    group: 'refused callers',
    name: `${who} → ${host}:${port}, which is not offered`,
    expected: 'the offered pod’s proxy refuses it',
    timeoutMs: TIMEOUT,
    from,
    run: async () => {
      const { reached, output } = await httpAttempt(lab, from, host, port);
      return { ok: reached === undefined && /HTTP 403|reset|Empty reply/.test(output), observed: output };
    },
  };
}

function answeredCheck({ lab }: ProofContext, who: string, from: PodRef, host: string, port: number): Check {
  return {
    group: 'callers in the offer’s own cluster',
    name: `${who} → ${host}:${port}, which is not offered`,
    expected: 'is answered as without the offer',
    timeoutMs: TIMEOUT,
    from,
    run: async () => {
      const { reached, output } = await httpAttempt(lab, from, host, port);
      return { ok: reached !== undefined, observed: output };
    },
  };
}
