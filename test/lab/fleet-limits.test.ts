import { labOptionsFor } from '../../lab/fleet-lab';
import { labLimits } from '../../lab/fleet-limits';
import { Cluster, ControlPlane, Offer, Protocol, PxcRelease } from '../../lib';
import { fleetOf, hello, twoClusters } from '../support/fleets';

describe('what the lab does not model', () => {
  test('is nothing in a plain fleet', () => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.offer(hello(a, b));
    expect(labLimits(fleet)).toEqual([]);
  });

  test('is refused by its prop where a proof would fail for it', () => {
    const a = new Cluster({
      ...{ name: 'a', network: 'n1', gatewayAddress: '2001:db8::1', nodeAddresses: ['2001:db8::2'] },
      gateway: { loadBalancerSourceRanges: ['2001:db8:1::/48'] },
    });
    const b = new Cluster({ name: 'b', network: 'n2', gatewayAddress: '203.0.113.2' });
    const remote = new Cluster({ name: 'r', network: 'n3', primary: b, apiServer: 'https://r.example.com' });
    const c = new Cluster({
      ...{ name: 'c', network: 'n2', gatewayAddress: '203.0.113.2' },
      controlPlane: ControlPlane.istioctl({ dnsCapture: false }),
    });
    const fleet = fleetOf([a, b, remote, c]);
    fleet.offer(
      Offer.group({
        ...{ from: a, namespace: 'n', name: 'g', host: 'g.global', address: 'fd00::1', port: 80 },
        ...{ podLabels: { app: 'g' }, protocol: Protocol.HTTP, to: [c.namespace('x')] },
      }),
    );
    const { props } = PxcRelease.V1_19_MYSQL_8_4;
    fleet.database({
      ...{ name: 'd', source: a.namespace('d'), replicas: [b.namespace('e')] },
      release: PxcRelease.of({ ...props, pxcImage: 'registry.example.com/mirror/pxc:1' }),
    });
    expect(
      labLimits(fleet)
        .filter(({ refuses }) => refuses)
        .map(({ path }) => path),
    ).toEqual([
      'clusters[0].gatewayAddress',
      'clusters[0].nodeAddresses[0]',
      'clusters[0].gateway.loadBalancerSourceRanges',
      'clusters[3].gatewayAddress',
      'clusters[3].controlPlane.dnsCapture',
      'offers[0].address',
      'databases[0].release',
    ]);
  });

  test('is said by its prop where it only leaves something unproven', () => {
    const a = new Cluster({
      ...{ name: 'a', network: 'n1', gatewayAddress: '203.0.113.1' },
      gateway: {
        minReplicas: 3,
        cpuLimit: '1',
        loadBalancerSourceRanges: ['198.51.100.0/24', '2001:db8::/48'],
      },
    });
    const b = new Cluster({ name: 'b', network: 'n2' });
    const fleet = fleetOf([a, b], { controlPlane: ControlPlane.flux({ version: '1.29.6' }) });
    fleet.offer(hello(a, b));
    expect(labLimits(fleet).map(({ path, value, refuses }) => [path, value, refuses])).toEqual([
      ['fleet.controlPlane.version', '1.29.6', false],
      ['clusters[0].gateway.loadBalancerSourceRanges', '198.51.100.0/24, 2001:db8::/48', false],
      ['clusters[0].gateway', 'minReplicas 3, maxReplicas 5', false],
      ['clusters[0].gateway.cpuLimit', '1', false],
    ]);
  });
});

describe('the lab of a fleet', () => {
  test('maps a gateway’s port to 15443 and an API server’s to 6443', () => {
    const a = new Cluster({
      ...{ name: 'a', network: 'n1', gatewayAddress: '203.0.113.1', gatewayPort: 443 },
      apiServer: 'https://api.example.com:8443',
    });
    const [options] = labOptionsFor(fleetOf([a], { istioNamespace: 'mesh' })).clusters;
    expect(options?.outerAddresses).toEqual({
      'mesh/istio-eastwestgateway': { address: '203.0.113.1', ports: { 15443: 443 } },
    });
    expect(options?.apiServerAt).toEqual({ address: undefined, port: 8443 });
  });

  test('joins the pods of clusters that have a network and an istiod in common', () => {
    const a = new Cluster({ name: 'a', network: 'n1', gatewayAddress: '203.0.113.1' });
    const b = new Cluster({ name: 'b', network: 'n1', primary: a, apiServer: 'https://203.0.113.2:6443' });
    const c = new Cluster({ name: 'c', network: 'n1' });
    const networks = (discovery: boolean) =>
      labOptionsFor(fleetOf([a, b, c], { discovery })).clusters.map(({ network }) => network);
    expect(networks(false)).toEqual(['n1', 'n1', undefined]);
    expect(networks(true)).toEqual(['n1', 'n1', 'n1']);
  });

  test('has callers come from where a gateway lets them in', () => {
    const gateway = { loadBalancerSourceRanges: ['198.51.100.0/24'] };
    const a = new Cluster({ name: 'a', network: 'n1', gatewayAddress: '203.0.113.1', gateway });
    const b = new Cluster({ name: 'b', network: 'n2' });
    expect(labOptionsFor(fleetOf([a, b])).clusters[1]?.sources).toEqual({ '203.0.113.1': '198.51.100.11' });
  });
});
