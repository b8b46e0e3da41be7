import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Precondition, preconditions } from '../../../lab/prove/preconditions';
import {
  Cluster,
  type ClusterNamespace,
  Fleet,
  Naming,
  NetworkPath,
  Offer,
  Protocol,
  type StatefulSetOfferProps,
  writeFleet,
} from '../../../lib';

/** The preconditions of an offer's last pod, in a dist that was written for it. */
function preconditionsOf(replicas: number, more: Partial<StatefulSetOfferProps> = {}): Precondition[] {
  const folder = mkdtempSync(join(tmpdir(), 'preconditions-'));
  const nodeAddresses = ['192.0.2.2', '192.0.2.3'];
  const east = new Cluster({ name: 'east', network: 'east', gatewayAddress: '192.0.2.1', nodeAddresses });
  const west = new Cluster({ name: 'west', network: 'west' });
  const fleet = new Fleet({ meshId: 'm', clusters: [east, west] });
  const offer = fleet.offer(
    Offer.statefulSet({
      from: east,
      namespace: 'shop',
      name: 'queue',
      replicas,
      port: 5672,
      protocol: Protocol.TCP,
      to: [west.namespace('shop-dr')],
      ...more,
    }),
  );
  try {
    writeFleet(fleet, folder);
    const pod = offer.hosts.at(-1);
    if (!pod) throw new Error('no pod');
    return preconditions(folder, offer, pod, offer.to[0] as ClusterNamespace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Paths at which two values differ. */
function differences(a: unknown, b: unknown, path = ''): string[] {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b)
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) =>
    differences((a as never)[key], (b as never)[key], path ? `${path}.${key}` : key),
  );
}

const summary = (found: Precondition[]) =>
  found.map(({ name, cluster, original, without }) => [
    name,
    `${cluster}: ${original.map(({ kind }) => kind).join(', ')}`,
    without.length > 0 ? differences(original[0]?.spec, without[0]?.spec) : 'deleted',
  ]);
const names = (found: Precondition[]) => found.map(({ name }) => name);

describe('through a gateway', () => {
  test('each takes exactly itself away', () => {
    expect(summary(preconditionsOf(2))).toEqual([
      ['no tlsMode label', 'west: ServiceEntry', ['endpoints.0.labels']],
      ['port names that differ', 'west: ServiceEntry', ['endpoints.0.ports.tcp', 'endpoints.0.ports.tcp-x']],
      ['a wrong port', 'west: ServiceEntry', ['endpoints.0.ports.tcp']],
      ['no source-side entry', 'east: ServiceEntry', 'deleted'],
      ['MESH_EXTERNAL', 'east: ServiceEntry', ['location']],
      ['gateway host missing', 'east: Gateway', ['servers.0.hosts.1']],
    ]);
  });

  test('they concern the pod that is asked, not another', () => {
    const found = preconditionsOf(3);
    for (const { original } of found.filter(({ original: [one] }) => one?.kind === 'ServiceEntry')) {
      expect(original[0]?.spec.hosts).toEqual(['queue-2.queue.shop.svc.cluster.local']);
    }
    const gateway = found.find(({ original: [one] }) => one?.kind === 'Gateway');
    expect(gateway?.without[0]?.spec.servers[0].hosts).toEqual([
      'queue-0.queue.shop.svc.cluster.local',
      'queue-1.queue.shop.svc.cluster.local',
    ]);
  });

  test('an alias asks for mutual TLS in its DestinationRule, so the label is no precondition', () => {
    expect(names(preconditionsOf(2, { naming: Naming.alias('east.example') }))).not.toContain(
      'no tlsMode label',
    );
  });

  test('a gateway must keep a host: with one pod the Gateway goes altogether', () => {
    expect(summary(preconditionsOf(1)).at(-1)).toEqual(['gateway host missing', 'east: Gateway', 'deleted']);
  });
});

describe('by node port', () => {
  const NODE_ADDRESS = 'MESH_EXTERNAL with the node’s address';

  test('with the mesh’s TLS: the Service, and an entry with the node’s address', () => {
    const found = preconditionsOf(2, { via: NetworkPath.nodePort() });
    const [, , , service, ownPort, printed] = summary(found);
    expect(service).toEqual(['no NodePort Service', 'east: Service', 'deleted']);
    expect(ownPort?.[2]).toEqual(['endpoints.0.ports.tcp', 'endpoints.1.ports.tcp']);
    expect(printed).toEqual([
      NODE_ADDRESS,
      'west: ServiceEntry',
      ['endpoints.0.labels', 'endpoints.1.labels', 'location', 'subjectAltNames', 'addresses'],
    ]);
    expect(found.at(-1)?.without[0]?.spec.addresses).toEqual(['192.0.2.2']);
  });

  test('in the clear: one address for all hosts, in all of their entries', () => {
    const found = preconditionsOf(3, { via: NetworkPath.nodePort({ mutualTls: false }) });
    expect(names(found)).not.toContain('no tlsMode label');
    expect(names(found)).not.toContain(NODE_ADDRESS);
    const { original, without } = found.at(-1) as Precondition;
    expect(original).toHaveLength(3);
    expect(without.map(({ spec }) => spec.addresses)).toEqual([['192.0.2.2'], ['192.0.2.2'], ['192.0.2.2']]);
  });

  test('under an alias the DestinationRule asks for mutual TLS, so the entry’s location is no precondition', () => {
    const naming = Naming.alias('east.example');
    expect(names(preconditionsOf(2, { via: NetworkPath.nodePort(), naming }))).not.toContain(NODE_ADDRESS);
  });

  test('in the clear, HTTP tells the pods apart by its Host header', () => {
    const via = NetworkPath.nodePort({ mutualTls: false });
    expect(names(preconditionsOf(3, { via, protocol: Protocol.HTTP }))).not.toContain(
      'the node’s address for every host',
    );
    expect(names(preconditionsOf(3, { via }))).toContain('the node’s address for every host');
  });

  test('what istiod does not mend by itself is made anew', () => {
    const lasting = preconditionsOf(2, { via: NetworkPath.nodePort() }).filter(({ isLasting }) => isLasting);
    expect(names(lasting)).toEqual([NODE_ADDRESS]);
  });
});
