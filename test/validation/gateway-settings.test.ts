import {
  Cluster,
  EastWestGateway,
  type Fleet,
  type GatewaySettings,
  IngressGateway,
  NetworkPath,
  Offer,
  Protocol,
} from '../../lib';
import { validate } from '../../lib/validation/validate';
import { fleetOf, hello } from '../support/fleets';
import { constructRefusal, refusal } from '../support/objects';
import { requireValid } from '../support/valid';

const b = new Cluster({ name: 'b', network: 'nb' });
const cluster = (gateway: GatewaySettings, more = {}) =>
  new Cluster({ name: 'a', network: 'na', gatewayAddress: '203.0.113.1', gateway, ...more });
const refused = (clusters: Cluster[], act: (fleet: Fleet) => unknown = () => undefined) => {
  const fleet = fleetOf(clusters);
  act(fleet);
  return refusal(() => requireValid(fleet));
};

describe('what only a load balancer does', () => {
  const loadBalancerSourceRanges = ['10.0.0.0/8'];
  test.each(['ClusterIP', 'NodePort'])('source ranges on a %s gateway', (serviceType) => {
    const settings = { serviceType, loadBalancerSourceRanges };
    const message = `loadBalancerSourceRanges: must be left out unless serviceType is 'LoadBalancer', got ['10.0.0.0/8'] with serviceType '${serviceType}'; leave out one of the two`;
    expect(refused([cluster(settings)])).toEqual([`clusters[0].gateway.${message}`]);
    expect(
      constructRefusal((chart) => new EastWestGateway(chart, 'x', { network: 'n', ...settings })),
    ).toEqual([`[test/x] ${message}`]);
    expect(constructRefusal((chart) => new IngressGateway(chart, 'x', settings))).toEqual([
      `[test/x] ${message}`,
    ]);
  });

  test('an empty list of source ranges says nothing', () => {
    expect(refused([cluster({ loadBalancerSourceRanges: [] })])).toEqual([
      expect.stringMatching(
        /^clusters\[0\]\.gateway\.loadBalancerSourceRanges: must be a list of at least 1 values/,
      ),
    ]);
  });
});

describe('settings of a gateway that nobody needs', () => {
  const message =
    "clusters[0].gateway: must be left out, because the fleet writes no gateway for 'a': it offers nothing through one, and is no primary, got serviceType, replicas; remove the settings, or offer something through the gateway";
  const settings = { serviceType: 'NodePort', replicas: 3, maxReplicas: undefined };

  test('of a cluster that offers nothing', () => {
    expect(refused([cluster(settings), b])).toEqual([message]);
  });

  test('of a cluster that offers by node ports alone', () => {
    const a = cluster(settings, { nodeAddresses: ['203.0.113.2'] });
    expect(refused([a, b], (fleet) => fleet.offer(hello(a, b, { via: NetworkPath.nodePort() })))).toEqual([
      message,
    ]);
  });

  test('of a cluster whose Services are dialled from pod to pod', () => {
    const a = cluster(settings, { apiServer: 'https://203.0.113.3' });
    const near = new Cluster({ name: 'near', network: 'na', apiServer: 'https://203.0.113.4' });
    const fleet = fleetOf([a, near], { discovery: true });
    fleet.offer(
      Offer.service({
        ...{ from: a, namespace: 'demo', name: 'x', podLabels: { app: 'x' }, to: [near.namespace('x')] },
        ...{ port: 80, protocol: Protocol.HTTP },
      }),
    );
    expect(refusal(() => requireValid(fleet))).toEqual([message]);
  });

  test('an offer through it, a followed database or a remote cluster makes them count', () => {
    const a = cluster(settings);
    const remote = new Cluster({ name: 'r', network: 'nr', primary: a, apiServer: 'https://203.0.113.3' });
    const offering = fleetOf([a, b]);
    offering.offer(hello(a, b));
    const followed = fleetOf([a, b]);
    followed.database({ name: 'db', source: a.namespace('x'), replicas: [b.namespace('y')] });
    for (const fleet of [offering, followed, fleetOf([a, remote])]) expect(validate(fleet)).toEqual([]);
  });

  test('no setting is none', () => {
    expect(validate(fleetOf([cluster({})]))).toEqual([]);
    expect(validate(fleetOf([cluster({ replicas: undefined })]))).toEqual([]);
  });

  test('are not complained of where the offer that needs them is wrong', () => {
    const a = cluster(settings);
    expect(refused([a, b], (fleet) => fleet.offer(hello(a, b, { to: ['x'] as never })))).toEqual([
      expect.stringMatching(/^offers\[0\]\.to\[0\]: must be a ClusterNamespace/),
    ]);
  });
});
