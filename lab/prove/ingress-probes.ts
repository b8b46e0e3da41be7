import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { Lab } from '../lab';
import { type Manifest, manifests, podsBehind, provenOffers } from './offers';
import { firstLine, type Probe } from './probe';

/** What an ingress gateway of dist leads to, and by which port of the nodes. */
interface Ingress {
  readonly host: string;
  readonly destination: string;
  readonly nodePort: number;
}

/** A client outside the mesh asks the nodes of a cluster for each host of its ingress gateways, and gets every pod behind it. */
export function ingressProbes(lab: Lab, fleet: Fleet, dist: string): Probe[] {
  return fleet.clusters.flatMap((cluster) =>
    ingressesOf(dist, cluster).map((ingress) => ingressProbe(lab, fleet, cluster, ingress)),
  );
}

function ingressesOf(dist: string, { name }: Cluster): Ingress[] {
  const files = readdirSync(join(dist, name)).map((file) => file.replace('.k8s.yaml', ''));
  const all = files.flatMap((file) => manifests(dist, name, file));
  const isHttp = ({ kind, spec }: Manifest) => kind === 'Gateway' && spec.servers[0].port.protocol === 'HTTP';
  return all.filter(isHttp).flatMap((gateway) => {
    const service = all.find(
      ({ kind, spec }) => kind === 'Service' && isPartOf(gateway.spec.selector, spec.selector),
    );
    const ports: { name: string; nodePort?: number }[] = service?.spec.ports ?? [];
    const nodePort = ports.find((port) => port.name === 'http2')?.nodePort;
    const routes = all.filter(
      ({ kind, spec }) => kind === 'VirtualService' && spec.gateways?.includes(gateway.metadata.name),
    );
    return routes.flatMap(({ spec }) =>
      nodePort ? { host: spec.hosts[0], destination: spec.http[0].route[0].destination.host, nodePort } : [],
    );
  });
}

function isPartOf(some: Record<string, string>, all: Record<string, string> = {}): boolean {
  return Object.entries(some).every(([key, value]) => all[key] === value);
}

function ingressProbe(lab: Lab, fleet: Fleet, cluster: Cluster, ingress: Ingress): Probe {
  const { host, destination, nodePort } = ingress;
  const at = lab.cluster(cluster.name);
  const address = `${at.addresses.interconnect}:${nodePort}`;
  const expected = () => {
    const proven = provenOffers(fleet).find(({ offer }) => offer.hosts[0]?.sourceHost === destination);
    const [offered] = proven?.offer.hosts ?? [];
    return proven && offered ? podsBehind(lab, fleet, proven, offered).map(({ pod }) => pod) : [];
  };
  return {
    group: 'allowed',
    name: `a client at ${cluster.name}’s node port ${nodePort} → ${host}`,
    expected: `reaches every pod behind ${destination}`,
    patienceMs: 30_000,
    ask: async () => {
      const pods = expected();
      const missing = new Set(pods);
      for (let tries = 0; missing.size > 0 && tries < 15 * pods.length; tries++) {
        const { stdout, stderr } = await at.onNode(
          ['curl', '-sS', '-m', '5', '-H', `Host: ${host}`, `http://${address}/hello`],
          { timeoutMs: 10_000 },
        );
        const instance = instanceOf(stdout);
        if (!instance || !pods.includes(instance)) return { ok: false, seen: firstLine(stdout || stderr) };
        missing.delete(instance);
      }
      const ok = pods.length > 0 && missing.size === 0;
      return { ok, seen: ok ? `reached ${pods.join(', ')}` : `not reached: ${[...missing].join(', ')}` };
    },
  };
}

function instanceOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { instance?: string }).instance;
  } catch {
    return undefined;
  }
}
