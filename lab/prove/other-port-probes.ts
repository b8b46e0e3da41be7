import type { KubeObject, Service } from '../kubernetes/objects';
import { retry } from '../retry';
import { httpAttempt } from './attempts';
import { allManifests, type Manifest, type ProvenOffer } from './offers';
import { CONTROL, type Place, type Probe, type Verdict } from './probe';
import type { TrafficContext } from './traffic-probes';

const ARRIVES = 30_000;

/**
 * The ports of an offered Service that are not offered: a gateway has a route for each of them. Callers from other clusters are refused,
 * also those whom the offer names; callers of the cluster's own namespaces get in as without an offer.
 */
export async function otherPortProbes(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { offer } = proven;
  const ports = await otherPorts(context, proven);
  const [host] = offer.hosts;
  if (ports.length === 0 || !host) return [];
  const callers = new Map(offer.to.map((caller) => [caller.cluster, caller]));
  const remote = [...callers.values()].map(async ({ cluster, name: namespace, account }) => {
    const from = await context.callers.get({ cluster: cluster.name, namespace, account });
    return ports.map((port) =>
      refused(
        context,
        `${cluster.name}/${namespace}, which may dial ${offer.port}`,
        from,
        host.consumerHost,
        port,
      ),
    );
  });
  const insiders = offer.localNamespaces.filter((name) => !offer.to.some((caller) => caller.name === name));
  const local = insiders.map(async (namespace) => {
    const from = await context.callers.get({ cluster: offer.from.name, namespace, suffix: 'local' });
    return ports.map((port) =>
      answered(context, `${offer.from.name}/${namespace}`, from, host.sourceHost, port),
    );
  });
  return (await Promise.all([...remote, ...local])).flat();
}

/** Without the rule that closes them the same callers get in. */
export async function otherPortControls(context: TrafficContext, proven: ProvenOffer): Promise<Probe[]> {
  const { lab, dist } = context;
  const { offer } = proven;
  const [port] = await otherPorts(context, proven);
  const [host] = offer.hosts;
  const [caller] = offer.to;
  const istiod = offer.from.primaryCluster.name;
  const policy = allManifests(dist, istiod).find(
    ({ kind, metadata }) =>
      kind === 'AuthorizationPolicy' &&
      metadata.namespace === offer.namespace &&
      metadata.name === offer.name,
  );
  if (port === undefined || !host || !caller || !policy) return [];
  const from = await context.callers.get({
    cluster: caller.cluster.name,
    namespace: caller.name,
    account: caller.account,
  });
  const at = lab.cluster(istiod);
  const without: Manifest = { ...policy, spec: { ...policy.spec, rules: policy.spec.rules.slice(0, 1) } };
  const becomes = async (isReached: boolean): Promise<Verdict> => {
    const { ok, value } = await retry(() => httpAttempt(lab, from, host.consumerHost, port), {
      until: ({ reached }) => (reached !== undefined) === isReached,
      timeoutMs: ARRIVES,
    });
    return { ok, seen: value.said };
  };
  return [
    {
      group: CONTROL,
      name: `${caller.cluster.name} → ${offer.namespace}/${offer.name}:${port}: no rule on the ports that are not offered`,
      expected: 'the port answers, and no more with it',
      patienceMs: 0,
      from,
      ask: async () => {
        let open: Verdict;
        try {
          await at.applyText(JSON.stringify(without));
          open = await becomes(true);
        } finally {
          await at.applyText(JSON.stringify(policy));
        }
        const closed = await becomes(false);
        return { ok: open.ok && closed.ok, seen: `${open.seen}; with it: ${closed.seen}` };
      },
    },
  ];
}

function refused({ lab }: TrafficContext, who: string, from: Place, host: string, port: number): Probe {
  return {
    group: 'refused',
    name: `${who} → ${host}:${port}, which is not offered`,
    expected: 'is refused by the pod’s own proxy',
    patienceMs: ARRIVES,
    from,
    ask: async () => {
      const { reached, said } = await httpAttempt(lab, from, host, port);
      return { ok: reached === undefined && /HTTP 403|reset|Empty reply/.test(said), seen: said };
    },
  };
}

function answered({ lab }: TrafficContext, who: string, from: Place, host: string, port: number): Probe {
  return {
    group: 'inside the cluster',
    name: `${who} → ${host}:${port}, which is not offered`,
    expected: 'is answered as without an offer',
    patienceMs: ARRIVES,
    from,
    ask: async () => {
      const { reached, said } = await httpAttempt(lab, from, host, port);
      return { ok: reached !== undefined, seen: said };
    },
  };
}

/** The other ports of the Service that is offered. */
async function otherPorts({ lab }: TrafficContext, { offer }: ProvenOffer): Promise<number[]> {
  if (!offer.isDiscovered) return [];
  const path = `/api/v1/namespaces/${offer.namespace}/services/${offer.service}`;
  const service = await lab.cluster(offer.from.name).client.find<Service & KubeObject>(path);
  return (service?.spec.ports ?? []).map(({ port }) => port).filter((port) => port !== offer.port);
}
