import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../../lib/model/cluster';
import type { Answer } from '../attempts';
import { type Check, firstLine } from '../check';
import type { ProofContext } from '../context';
import { type Manifest, manifests } from '../manifests';
import { podsBehind } from '../offers';
import { reachEach } from '../reachability';
import type { Suite } from '../suite';

/** A host of an ingress gateway, what it leads to, and the nodes' port. */
interface Ingress {
  readonly host: string;
  readonly destination: string;
  readonly nodePort: number;
}

export const ingressGateways: Suite = {
  title: 'A client outside the mesh reaches each pod behind an ingress gateway',
  phase: 'concurrent',
  available: ({ fleet, dist }) =>
    fleet.clusters.some((cluster) => ingressesOf(dist, cluster).length > 0)
      ? undefined
      : 'no cluster has an ingress gateway with a node port',
  checks: (context) =>
    context.fleet.clusters.flatMap((cluster) =>
      ingressesOf(context.dist, cluster).map((ingress) => ingressCheck(context, cluster, ingress)),
    ),
};

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

function ingressCheck(context: ProofContext, cluster: Cluster, ingress: Ingress): Check {
  const { host, destination, nodePort } = ingress;
  const at = context.lab.cluster(cluster.name);
  const url = `http://${at.addresses.interClusterAddress}:${nodePort}/hello`;
  const podsOfDestination = () => {
    const proven = context.offers.find(({ plan }) => plan.hosts[0]?.sourceHost === destination);
    const [offered] = proven?.plan.hosts ?? [];
    return proven && offered ? podsBehind(context, proven, offered).map(({ pod }) => pod) : [];
  };
  const dial = async (): Promise<Answer> => {
    const argv = ['curl', '-sS', '-m', '5', '-H', `Host: ${host}`, url];
    const { stdout, stderr } = await at.onNode(argv, { timeoutMs: 10_000 });
    return { reached: instanceOf(stdout), output: firstLine(stdout || stderr) };
  };
  return {
    group: 'allowed callers',
    name: `a client at ${cluster.name}’s node port ${nodePort} → ${host}`,
    expected: `reaches every pod behind ${destination}`,
    timeoutMs: 30_000,
    run: () => reachEach(podsOfDestination(), dial),
  };
}

function instanceOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { instance?: string }).instance;
  } catch {
    return undefined;
  }
}
