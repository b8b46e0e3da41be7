import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Control, objectControls } from '../../../lab/prove/controls';
import { Cluster, type ClusterNamespace, Fleet, Naming, Offer, Protocol, writeFleet } from '../../../lib';

/** The controls of the last pod of an offer, in a dist that was written for it. */
function controlsOf(replicas: number, naming?: Naming): Control[] {
  const folder = mkdtempSync(join(tmpdir(), 'controls-'));
  const east = new Cluster({ name: 'east', network: 'east', gatewayAddress: '192.0.2.1' });
  const west = new Cluster({ name: 'west', network: 'west' });
  const fleet = new Fleet({ meshId: 'm', clusters: [east, west] });
  const offer = fleet.offer(
    Offer.statefulSet({
      ...{
        from: east,
        namespace: 'shop',
        name: 'queue',
        replicas,
        port: 5672,
        protocol: Protocol.TCP,
        naming,
      },
      to: [west.namespace('shop-dr')],
    }),
  );
  try {
    writeFleet(fleet, folder);
    const pod = offer.hosts.at(-1);
    if (!pod) throw new Error('no pod');
    return objectControls(folder, offer, pod, offer.to[0] as ClusterNamespace);
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

describe('controls of an offered pod', () => {
  const summary = (controls: Control[]) =>
    controls.map(({ name, cluster, original, without }) => [
      name,
      `${cluster}: ${original.kind}`,
      without ? differences(original, without) : 'deleted',
    ]);

  test('each takes exactly its precondition away', () => {
    expect(summary(controlsOf(2))).toEqual([
      ['no tlsMode label', 'west: ServiceEntry', ['spec.endpoints.0.labels']],
      [
        'port names that differ',
        'west: ServiceEntry',
        ['spec.endpoints.0.ports.tcp', 'spec.endpoints.0.ports.tcp-x'],
      ],
      ['a wrong gateway port', 'west: ServiceEntry', ['spec.endpoints.0.ports.tcp']],
      ['no source-side entry', 'east: ServiceEntry', 'deleted'],
      ['MESH_EXTERNAL', 'east: ServiceEntry', ['spec.location']],
      ['gateway host missing', 'east: Gateway', ['spec.servers.0.hosts.1']],
    ]);
  });

  test('they concern the pod that is asked, not another', () => {
    for (const { original } of controlsOf(3).filter(({ original }) => original.kind === 'ServiceEntry')) {
      expect(original.spec.hosts).toEqual(['queue-2.queue.shop.svc.cluster.local']);
    }
    const gateway = controlsOf(3).find(({ original }) => original.kind === 'Gateway');
    expect(gateway?.without?.spec.servers[0].hosts).toEqual([
      'queue-0.queue.shop.svc.cluster.local',
      'queue-1.queue.shop.svc.cluster.local',
    ]);
  });

  test('an alias asks for mutual TLS in its DestinationRule, so the label is no precondition', () => {
    expect(summary(controlsOf(2, Naming.alias('east.example'))).map(([name]) => name)).not.toContain(
      'no tlsMode label',
    );
  });

  test('a gateway must keep a host: with one pod none is taken away', () => {
    expect(summary(controlsOf(1)).map(([name]) => name)).not.toContain('gateway host missing');
  });
});
