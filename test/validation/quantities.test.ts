import fc from 'fast-check';
import {
  Cluster,
  ControlPlane,
  type ControlPlaneProps,
  EastWestGateway,
  type GatewaySettings,
  IngressGateway,
  PxcReplicaSet,
} from '../../lib';
import { isMore, quantity } from '../../lib/rules/quantity';
import { validate } from '../../lib/validation/validate';
import { fleetOf } from '../support/fleets';
import { constructRefusal, refusal } from '../support/objects';
import { requireValid } from '../support/valid';

describe('Kubernetes quantities', () => {
  test.each([
    ['2', '1500m'],
    ['1', '999m'],
    ['0.5', '499m'],
    ['1Gi', '1G'],
    ['1Gi', '1023Mi'],
    ['1025Mi', '1Gi'],
    ['1.5Gi', '1535Mi'],
    ['1k', '999'],
    ['1Ki', '1k'],
    ['1E', '999P'],
    ['1Ei', '1E'],
    ['9007199254740993', '9007199254740992'],
    ['0.0000000000000000002', '0.0000000000000000001'],
    ['1m', '0'],
  ])('%s is more than %s, and not the other way round', (one, other) => {
    expect([isMore(one, other), isMore(other, one)]).toEqual([true, false]);
  });

  test.each([
    ['1000m', '1'],
    ['1.0', '1'],
    ['1024Mi', '1Gi'],
    ['1000M', '1G'],
    ['0.5Ki', '512'],
    ['0', '0Gi'],
  ])('%s is as much as %s', (one, other) => {
    expect([isMore(one, other), isMore(other, one)]).toEqual([false, false]);
  });

  test('what is none is not more than anything', () => {
    for (const text of ['', 'x', '1x', '-1', '1 Gi', '.5', '1.', '1e3'])
      expect(isMore(text, '0')).toBe(false);
  });

  test('any two of one unit compare as their numbers do', () => {
    const unit = fc.constantFrom('', 'm', 'k', 'M', 'Gi');
    fc.assert(
      fc.property(fc.nat(), fc.nat(), unit, (one, other, suffix) => {
        expect(isMore(`${one}${suffix}`, `${other}${suffix}`)).toBe(one > other);
      }),
    );
  });

  test.each(['0', '0Gi', '0.0', '00m'])('%s of something is none of it', (text) => {
    expect([quantity.holds(text), quantity.explain?.(text)?.expected]).toEqual([
      false,
      'be a quantity greater than zero',
    ]);
  });
});

const cluster = (more: object) => new Cluster({ name: 'a', network: 'n', ...more });
const withGateway = (gateway: GatewaySettings) =>
  refusal(() => requireValid(fleetOf([cluster({ gateway })])));
const withControlPlane = (props: ControlPlaneProps) =>
  refusal(() => requireValid(fleetOf([cluster({ controlPlane: ControlPlane.flux(props) })])));

describe('requests above their limits', () => {
  test.each<[GatewaySettings, string]>([
    [
      { cpuRequest: '2', cpuLimit: '1' },
      "cpuRequest: must be at most the cpuLimit '1', got '2'; lower it, or raise the cpuLimit",
    ],
    [
      { cpuRequest: '3' },
      "cpuRequest: must be at most the cpuLimit, by default '2000m', got '3'; lower it, or raise the cpuLimit",
    ],
    [
      { cpuLimit: '50m' },
      "cpuLimit: must be at least the cpuRequest, by default '100m', got '50m'; raise it, or lower the cpuRequest",
    ],
    [
      { memoryRequest: '2Gi', memoryLimit: '2G' },
      "memoryRequest: must be at most the memoryLimit '2G', got '2Gi'; lower it, or raise the memoryLimit",
    ],
    [
      { memoryRequest: '1025Mi' },
      "memoryRequest: must be at most the memoryLimit, by default '1Gi', got '1025Mi'; lower it, or raise the memoryLimit",
    ],
    [
      { memoryLimit: '64Mi' },
      "memoryLimit: must be at least the memoryRequest, by default '128Mi', got '64Mi'; raise it, or lower the memoryRequest",
    ],
  ])('a gateway with %j', (settings, message) => {
    expect(withGateway(settings)).toEqual([`clusters[0].gateway.${message}`]);
    const props = { network: 'n', hosts: ['a.b'], ...settings };
    expect(constructRefusal((chart) => new EastWestGateway(chart, 'x', props))).toEqual([
      `[test/x] ${message}`,
    ]);
    expect(constructRefusal((chart) => new IngressGateway(chart, 'x', settings))).toEqual([
      `[test/x] ${message}`,
    ]);
  });

  test.each<[ControlPlaneProps, string]>([
    [
      { cpuRequest: '2', cpuLimit: '1' },
      "cpuRequest: must be at most the cpuLimit '1', got '2'; lower it, or raise the cpuLimit",
    ],
    [
      { cpuLimit: '250m' },
      "cpuLimit: must be at least the cpuRequest, by default '500m', got '250m'; raise it, or lower the cpuRequest",
    ],
    [
      { memoryLimit: '2G' },
      "memoryLimit: must be at least the memoryRequest, by default '2048Mi', got '2G'; raise it, or lower the memoryRequest",
    ],
  ])('an istiod with %j', (props, message) => {
    expect(withControlPlane(props)).toEqual([`clusters[0].controlPlane.${message}`]);
    const fleet = fleetOf([cluster({})], { controlPlane: ControlPlane.flux(props) });
    expect(refusal(() => requireValid(fleet))).toEqual([`fleet.controlPlane.${message}`]);
  });

  test('an istiod has no limit unless it is given one', () => {
    const controlPlane = ControlPlane.flux({ cpuRequest: '64', memoryRequest: '1Ti' });
    expect(validate(fleetOf([cluster({ controlPlane })]))).toEqual([]);
  });
});

describe('nothing of something', () => {
  const said = (path: string) =>
    `${path}: must be a quantity greater than zero, got '0'; give what is needed, or leave it out for the default`;
  const settings = ['cpuRequest', 'memoryRequest', 'cpuLimit', 'memoryLimit'] as const;

  test.each(settings)('%s of a gateway and of an istiod', (setting) => {
    expect(withGateway({ [setting]: '0' })).toEqual([said(`clusters[0].gateway.${setting}`)]);
    expect(withControlPlane({ [setting]: '0' })).toEqual([said(`clusters[0].controlPlane.${setting}`)]);
  });

  test.each(['storage', 'cpuRequest', 'memoryRequest'])('%s of a database', (setting) => {
    const fleet = fleetOf([cluster({})]);
    const [only] = fleet.clusters;
    fleet.database({ name: 'db', source: (only as Cluster).namespace('x'), replicas: [], [setting]: '0' });
    expect(refusal(() => requireValid(fleet))).toEqual([said(`databases[0].${setting}`)]);
    expect(
      constructRefusal((chart) => new PxcReplicaSet(chart, 'x', { name: 'db', [setting]: '0' })),
    ).toEqual([said(`[test/x] ${setting}`)]);
  });
});
