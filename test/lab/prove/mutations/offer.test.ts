import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectChange } from '../../../../lab/prove/mutations/objects';
import { offerChanges } from '../../../../lab/prove/mutations/offer';
import { PlannedObjects } from '../../../../lab/prove/planned-objects';
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
} from '../../../../lib';
import { lowerOffer } from '../../../../lib/offers/kinds';

/** The changes of an offer's last pod, in a dist that was written for it. */
function changesOf(replicas: number, more: Partial<StatefulSetOfferProps> = {}): ObjectChange[] {
  const folder = mkdtempSync(join(tmpdir(), 'offer-changes-'));
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
    const plan = lowerOffer(offer);
    const pod = plan.hosts.at(-1);
    if (!pod) throw new Error('no pod');
    return offerChanges(new PlannedObjects(folder), plan, pod, offer.to[0] as ClusterNamespace);
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

const summary = (found: ObjectChange[]) =>
  found.map(({ name, cluster, original, changed }) => [
    name,
    `${cluster}: ${original.map(({ kind }) => kind).join(', ')}`,
    changed.length > 0 ? differences(original[0]?.spec, changed[0]?.spec) : 'deleted',
  ]);
const names = (found: ObjectChange[]) => found.map(({ name }) => name);

describe('through a gateway', () => {
  test('each changes one object or field', () => {
    expect(summary(changesOf(2))).toEqual([
      ['no tlsMode label on the endpoints', 'west: ServiceEntry', ['endpoints.0.labels']],
      [
        'another port name at the endpoints',
        'west: ServiceEntry',
        ['endpoints.0.ports.tcp', 'endpoints.0.ports.tcp-x'],
      ],
      ['a wrong port at the endpoints', 'west: ServiceEntry', ['endpoints.0.ports.tcp']],
      ['no source-side ServiceEntry', 'east: ServiceEntry', 'deleted'],
      ['MESH_EXTERNAL in the source-side ServiceEntry', 'east: ServiceEntry', ['location']],
      ['the host missing in the Gateway', 'east: Gateway', ['servers.0.hosts.1']],
    ]);
  });

  test('they change objects of the dialled pod, not of another', () => {
    const found = changesOf(3);
    for (const { original } of found.filter(({ original: [one] }) => one?.kind === 'ServiceEntry')) {
      expect(original[0]?.spec.hosts).toEqual(['queue-2.queue.shop.svc.cluster.local']);
    }
    const gateway = found.find(({ original: [one] }) => one?.kind === 'Gateway');
    expect(gateway?.changed[0]?.spec.servers[0].hosts).toEqual([
      'queue-0.queue.shop.svc.cluster.local',
      'queue-1.queue.shop.svc.cluster.local',
    ]);
  });

  test('an alias asks for mutual TLS in its DestinationRule, so no mutation takes the label away', () => {
    expect(names(changesOf(2, { naming: Naming.alias('east.example') }))).not.toContain(
      'no tlsMode label on the endpoints',
    );
  });

  test('a gateway must keep a host: with one pod the Gateway goes altogether', () => {
    expect(summary(changesOf(1)).at(-1)).toEqual([
      'the host missing in the Gateway',
      'east: Gateway',
      'deleted',
    ]);
  });
});

describe('by node port', () => {
  const NODE_ADDRESS = 'MESH_EXTERNAL with the node’s address';

  test('with the mesh’s TLS: the Service, and an entry with the node’s address', () => {
    const found = changesOf(2, { via: NetworkPath.nodePort() });
    const [, , , service, ownPort, printed] = summary(found);
    expect(service).toEqual(['no NodePort Service', 'east: Service', 'deleted']);
    expect(ownPort?.[2]).toEqual(['endpoints.0.ports.tcp', 'endpoints.1.ports.tcp']);
    expect(printed).toEqual([
      NODE_ADDRESS,
      'west: ServiceEntry',
      ['endpoints.0.labels', 'endpoints.1.labels', 'location', 'subjectAltNames', 'addresses'],
    ]);
    expect(found.at(-1)?.changed[0]?.spec.addresses).toEqual(['192.0.2.2']);
  });

  test('in the clear: one address for all hosts, in all of their entries', () => {
    const found = changesOf(3, { via: NetworkPath.nodePort({ mutualTls: false }) });
    expect(names(found)).not.toContain('no tlsMode label on the endpoints');
    expect(names(found)).not.toContain(NODE_ADDRESS);
    const { original, changed } = found.at(-1) as ObjectChange;
    expect(original).toHaveLength(3);
    expect(changed.map(({ spec }) => spec.addresses)).toEqual([['192.0.2.2'], ['192.0.2.2'], ['192.0.2.2']]);
  });

  test('under an alias the DestinationRule asks for mutual TLS, so the entry’s location is no mutation', () => {
    const naming = Naming.alias('east.example');
    expect(names(changesOf(2, { via: NetworkPath.nodePort(), naming }))).not.toContain(NODE_ADDRESS);
  });

  test('in the clear, HTTP tells the pods apart by its Host header', () => {
    const via = NetworkPath.nodePort({ mutualTls: false });
    const shared = 'the node’s address for every host';
    expect(names(changesOf(3, { via, protocol: Protocol.HTTP }))).not.toContain(shared);
    expect(names(changesOf(3, { via }))).toContain(shared);
  });

  test('a revert makes anew what istiod does not repair', () => {
    const recreated = changesOf(2, { via: NetworkPath.nodePort() }).filter(({ isRecreated }) => isRecreated);
    expect(names(recreated)).toEqual([NODE_ADDRESS]);
  });
});
