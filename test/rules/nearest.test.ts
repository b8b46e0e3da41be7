import { Cluster } from '../../lib';
import { distance, nearest } from '../../lib/rules/nearest';
import { checkProps, checkValue, oneOf, optional, type Rules, text } from '../../lib/rules/rules';
import { fleetOf } from '../support/fleets';
import { refusal } from '../support/objects';
import { requireValid } from '../support/valid';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['port', 'port', 0],
  ['prot', 'port', 2],
  ['gatewayAdress', 'gatewayAddress', 1],
  ['kitten', 'sitting', 3],
])('from %p to %p are %i changes', (from, to, changes) => {
  expect([distance(from, to), distance(to, from)]).toEqual([changes, changes]);
});

const NAMES = ['host', 'port', 'portName', 'namespace', 'gatewayAddress', 'to', 'via'];

test.each([
  ['gatewayAdress', 'gatewayAddress'],
  ['gateway_address', 'gatewayAddress'],
  ['PORT', 'port'],
  ['prot', 'port'],
  ['hosts', 'host'],
  ['portname', 'portName'],
  ['nameSpaces', 'namespace'],
  ['x', undefined],
  ['ca', undefined],
  ['replicas', undefined],
  ['', undefined],
  ['gatewayAddress'.repeat(1000), undefined],
])('%p is taken for %p', (wrong, meant) => {
  expect(nearest(wrong, NAMES)).toBe(meant);
});

const propsRules: Rules<{ port: number; host: string }> = { port: optional(text), host: optional(text) };

test('an unknown prop suggests the nearest, where one is near', () => {
  const hints = (props: object) => checkProps('x', props as never, propsRules).map(({ hint }) => hint);
  expect(hints({ prot: 1 })).toEqual(["did you mean 'port'? correct its spelling or leave it out"]);
  expect(hints({ replicas: 1 })).toEqual(['correct its spelling or leave it out']);
});

test('a value of a few suggests the nearest, where one is near', () => {
  const rule = oneOf(['LoadBalancer', 'NodePort', 'ClusterIP']);
  const hints = (value: unknown) => checkValue('x', value, rule).map(({ hint }) => hint);
  expect(hints('Loadbalancer')).toEqual(["did you mean 'LoadBalancer'? choose one of them"]);
  expect(hints('Ingress')).toEqual(['choose one of them']);
  expect(hints(1)).toEqual(['choose one of them']);
});

test('a whole fleet shows them', () => {
  const cluster = new Cluster({ name: 'a', network: 'n', gateway: { serviceTyp: 'x' } } as never);
  expect(refusal(() => requireValid(fleetOf([cluster])))[0]).toMatch(
    /^clusters\[0\]\.gateway\.serviceTyp: .*; did you mean 'serviceType'\? correct its spelling or leave it out$/,
  );
});
