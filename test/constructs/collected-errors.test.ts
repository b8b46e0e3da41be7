import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import {
  EastWestGateway,
  FleetManifests,
  IngressGateway,
  IngressRoute,
  type InvalidInputError,
  NamespaceSidecar,
  NodePortService,
  Protocol,
  Stage,
} from '../../lib';
import { hasErrors, planned, soundProps } from '../../lib/rules/construct-errors';
import * as rules from '../../lib/rules/rules';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { folderForEachTest } from '../support/folder';
import { refusal, validationLines } from '../support/objects';

const folder = folderForEachTest('collected-');

const SERVICE = { podLabels: { app: 'web' }, port: 80, protocol: Protocol.HTTP, nodePort: 30_080 };

/** A chart with two wrong constructs and a sound one, and another chart with a third wrong one. */
function wrongApp(): { app: App; chart: Chart } {
  const app = new App({ outdir: join(folder(), 'out') });
  const chart = new Chart(app, 'test', { namespace: 'shop' });
  new NodePortService(chart, 'web', { ...SERVICE, name: 'Web', nodePort: 80 });
  new NamespaceSidecar(chart, 'own', { hosts: ['shop'] });
  new NodePortService(chart, 'sound', { ...SERVICE, name: 'sound' });
  new EastWestGateway(new Chart(app, 'gateways'), 'eastwest', { network: '' });
  return { app, chart };
}

const LINES = [
  "[test/web] name: must be a DNS label of at most 63 characters (a-z, 0-9, '-', beginning and ending with a letter or digit), got 'Web'; choose such a name",
  "[test/web] nodePort: must be a whole number from 30000 to 32767, got 80; stay in Kubernetes' default range for node ports",
  "[test/own] hosts[0]: must be a namespace, a slash and a DNS name, such as 'demo/helloworld.demo.svc.cluster.local', got 'shop'; name each host; all of a namespace as demo/*",
  "[gateways/eastwest] network: must be a label value of 1 to 63 characters (letters, digits, -, _ and .), got ''; choose such a value",
];

describe('wrong constructs of one app are all reported', () => {
  test('by Testing.synth', () => {
    const { chart } = wrongApp();
    expect(validationLines(() => Testing.synth(chart))).toEqual(LINES);
  });

  test('by app.synth, which writes no file', () => {
    const { app } = wrongApp();
    expect(validationLines(() => app.synth())).toEqual(LINES);
    expect(readdirSync(app.outdir)).toEqual([]);
  });

  test('by app.synthYaml', () => {
    const { app } = wrongApp();
    expect(validationLines(() => app.synthYaml())).toEqual(LINES);
  });

  test('a prop that is no object has no name in its line', () => {
    const chart = new Chart(new App(), 'test');
    new NamespaceSidecar(chart, 'own', null as never);
    expect(validationLines(() => Testing.synth(chart))).toEqual([
      '[test/own] must be an object with the props hosts, name, namespace, got null; pass the props as one object',
    ]);
  });
});

test('a construct that refers to a wrong one adds no errors of its own', () => {
  const chart = new Chart(new App(), 'test');
  const gateway = new IngressGateway(chart, 'ingress', { name: Symbol('x') as never });
  new IngressRoute(chart, 'route', {
    ...{ gateway, host: 'a.b', service: 'a.b', port: 80, namespace: gateway.namespace },
  });
  expect(validationLines(() => Testing.synth(chart))).toEqual([
    expect.stringMatching(/^\[test\/ingress\] name: must be a DNS label/),
  ]);
});

describe('FleetManifests', () => {
  function manifests() {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.offer(hello(a, b));
    const made = new FleetManifests(fleet);
    return { a, made, ofA: made.chart(a, Stage.WORKLOADS), ofB: made.chart(b, Stage.WORKLOADS) };
  }

  test('collects the errors of all clusters’ constructs, and writes nothing', () => {
    const { made, ofA, ofB } = manifests();
    new NodePortService(ofA, 'web', { ...SERVICE, name: 'Web' });
    new NodePortService(ofA, 'other', { ...SERVICE, name: 'other', port: 0 });
    new NamespaceSidecar(ofB, 'own', { hosts: ['shop'] });
    const expected = [
      /^cluster-a\/70-workloads\/web\.name: must be a DNS label .*, got 'Web'; choose such a name$/,
      /^cluster-a\/70-workloads\/other\.port: must be a whole number from 1 to 65535, got 0; give a port number$/,
      /^cluster-b\/70-workloads\/own\.hosts\[0\]: must be a namespace, a slash and a DNS name,/,
    ].map((line) => expect.stringMatching(line));
    expect(refusal(() => made.render())).toEqual(expected);
    expect(refusal(() => made.write(join(folder(), 'dist')))).toEqual(expected);
    expect(readdirSync(folder())).toEqual([]);
  });

  test('keeps the parts of an error for programs', () => {
    const { made, ofA } = manifests();
    new NodePortService(ofA, 'web', { ...SERVICE, name: 'web', nodePort: 80 });
    let errors: unknown;
    try {
      made.render();
    } catch (error) {
      errors = (error as InvalidInputError).errors;
    }
    expect(errors).toEqual([
      {
        path: 'cluster-a/70-workloads/web.nodePort',
        expected: 'be a whole number from 30000 to 32767',
        actual: '80',
        hint: "stay in Kubernetes' default range for node ports",
      },
    ]);
  });

  test('collects the validations of a user’s own constructs and on ours, and shows no secret of them', () => {
    const { made, ofA } = manifests();
    const own = new Construct(ofA, 'own');
    own.node.addValidation({ validate: () => ['replicas must be odd', 'two\n  lines'] });
    const ours = new NodePortService(ofA, 'web', { ...SERVICE, name: 'Web' });
    ours.node.addValidation({ validate: () => [`-----BEGIN ${'PRIVATE KEY'}-----`] });
    const hint = 'correct the construct, or remove the validation';
    const must = 'must pass the validations that were added to its node, got';
    expect(refusal(() => made.render())).toEqual([
      `cluster-a/70-workloads/own: ${must} the error 'replicas must be odd'; ${hint}`,
      `cluster-a/70-workloads/own: ${must} the error 'two lines'; ${hint}`,
      expect.stringMatching(/^cluster-a\/70-workloads\/web\.name: must be a DNS label/),
      `cluster-a/70-workloads/web: ${must} a private key (not shown); ${hint}`,
    ]);
  });

  test('finds what is wrong with the objects of the same cluster at once', () => {
    const { a, made, ofA } = manifests();
    new NodePortService(ofA, 'web', { ...SERVICE, name: 'Web' });
    const inside = new Construct(ofA, 'inside');
    const circle: { [key: string]: unknown } = {};
    circle.back = circle;
    new ApiObject(inside, 'key', { apiVersion: 'v1', kind: 'Secret', stringData: { a: 'b' } });
    new ApiObject(new Construct(made.chart(a, '80-jobs'), 'deep'), 'job', {
      ...{ apiVersion: 'v1', kind: 'Job', metadata: { name: 'endless' }, spec: circle },
    });
    expect(refusal(() => made.render())).toEqual([
      expect.stringMatching(/^cluster-a\/70-workloads\/web\.name: must be a DNS label/),
      expect.stringMatching(/^cluster-a\/80-jobs\.k8s\.yaml Job endless: must be plain data with an end/),
      expect.stringMatching(/^cluster-a\/70-workloads\.k8s\.yaml Secret .*: must hold no data/),
    ]);
  });
});

describe('planned props', () => {
  const propsRules: rules.Rules<{ name: string }> = { name: rules.dnsLabel() };
  const check = (props: { name: string }) => {
    const construct = new Construct(new Chart(new App(), 'test'), 'x');
    const wrong = hasErrors(construct, props, (path) => rules.checkProps(path, props, propsRules));
    return [wrong, construct.node.validate().length > 0, soundProps(props, propsRules).name];
  };

  test('are not checked again', () => {
    expect(check({ name: 'X' })).toEqual([true, true, undefined]);
    expect(check(planned({ name: 'X' }))).toEqual([false, false, 'X']);
  });

  test('are frozen, and a copy of them is checked', () => {
    const props = planned({ name: 'X' });
    expect(Object.isFrozen(props)).toBe(true);
    expect(check({ ...props })).toEqual([true, true, undefined]);
  });

  test('are those of the gateway within a gateway', () => {
    const chart = new Chart(new App(), 'test');
    new EastWestGateway(chart, 'eastwest', { network: 'n', hosts: ['a.b'] });
    expect(Testing.synth(chart)).toHaveLength(6);
  });
});
