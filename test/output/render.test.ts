import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { parse, parseAllDocuments } from 'yaml';
import { type FieldError, type Fleet, FleetManifests, Stage } from '../../lib';
import * as k8s from '../../lib/kinds';
import { yamlFile } from '../../lib/output/render';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { ofKind, refusal } from '../support/objects';
import { requireValid } from '../support/valid';

/** As kubectl reads YAML: version 1.1, in which yes, 012 and 1_000 are not strings. */
const OLD = { version: '1.1' } as const;

function scenario(): { fleet: Fleet; manifests: FleetManifests } {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b));
  fleet.database({ name: 'db', source: a.namespace('wookie'), replicas: [b.namespace('wookie-dr')] });
  return { fleet, manifests: new FleetManifests(fleet) };
}

test('our files and those of cdk8s’ own writer describe the same objects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'render-'));
  try {
    process.env.CDK8S_OUTDIR = folder;
    const { fleet, manifests } = scenario();
    delete process.env.CDK8S_OUTDIR;
    const ours = new Map(manifests.render().map(({ path, content }) => [path, content]));
    let files = 0;
    for (const cluster of fleet.clusters) {
      manifests.app(cluster).synth();
      for (const name of readdirSync(join(folder, cluster.name))) {
        const theirs = readFileSync(join(folder, cluster.name, name), 'utf8');
        const read = (text: string) => parseAllDocuments(text, OLD).map((document) => document.toJS());
        expect(read(ours.get(join(cluster.name, name)) ?? '')).toEqual(read(theirs));
        files += 1;
      }
    }
    expect(files).toBe(13);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('any string comes back as it was from a reader of YAML 1.1 and of 1.2', () => {
  const awkward = fc.constantFrom(
    'yes',
    '.',
    '1,000',
    '10.0.0.1',
    '+',
    'on',
    'y',
    'NO',
    '~',
    'null',
    '012',
    '0o7',
    '1_000',
    '1e3',
    'E0',
    '.e1',
    '12:30:45',
    '2024-01-01',
    '0x1F',
    '.inf',
    '<<',
    '=',
    '- a',
    'a: b',
    'a #b',
    ' lead',
    'trail ',
    '',
    'multi\nline\n',
    '\ttab',
    '%a',
    '@a',
    '!tag',
    '&a',
    '*a',
    '"',
    "'",
    '{a}',
    '[a]',
  );
  fc.assert(
    fc.property(fc.oneof(awkward, fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
      const { content } = yamlFile('x', [{ [text]: text, list: [text] }]);
      const expected = { [text]: text, list: [text] };
      expect(load(content)).toEqual(expected);
      expect(parse(content, OLD)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('fields stand in Kubernetes’ order, and names before labels', () => {
  const { manifests } = scenario();
  for (const { path, content } of manifests.render().filter(({ path }) => !path.startsWith('install'))) {
    for (const object of loadAll(content) as { metadata: object }[]) {
      expect([path, ...Object.keys(object).slice(0, 3)]).toEqual([path, 'apiVersion', 'kind', 'metadata']);
      expect(Object.keys(object.metadata)[0]).toBe('name');
    }
  }
});

/** What is wrong with a cluster to which somebody adds objects of their own. */
function added(add: (chart: ReturnType<FleetManifests['chart']>) => void): string[] {
  const { fleet, manifests } = scenario();
  const [cluster] = fleet.clusters;
  // biome-ignore lint/style/noNonNullAssertion: the scenario has two
  add(manifests.chart(cluster!, Stage.WORKLOADS));
  return refusal(() => manifests.render());
}

test('two objects of one kind, namespace and name are refused, with both places', () => {
  const lines = added((chart) => {
    new k8s.ServiceAccount(chart, 'mine', { metadata: { name: 'db-pxc', namespace: 'wookie' } });
  });
  expect(lines).toEqual([
    'cluster-a/70-workloads.k8s.yaml ServiceAccount wookie/db-pxc: must be the only object of its kind, namespace and name in the cluster, got one in cluster-a/50-database.k8s.yaml ServiceAccount wookie/db-pxc too; rename one of them or leave it out: the second would overwrite the first',
  ]);
});

test('two charts of one id are refused: the second file would overwrite the first', () => {
  const lines = added((chart) => {
    for (const parent of [new Construct(chart, 'one'), new Construct(chart, 'two')]) {
      const name = parent.node.id;
      new k8s.ConfigMap(new Chart(parent, 'app'), 'map', { metadata: { name } });
    }
  });
  expect(lines).toEqual([
    'cluster-a/app.k8s.yaml: must be the file of one chart, got 2 charts of this id; give each chart of a cluster an id of its own, charts within charts too',
  ]);
});

test('an invalid name and an invalid label are refused together', () => {
  const lines = added((chart) => {
    new k8s.ConfigMap(chart, 'mine', { metadata: { name: 'My_Map', labels: { 'a b': 'c' } } });
  });
  expect(lines).toEqual([
    "cluster-a/70-workloads.k8s.yaml ConfigMap My_Map metadata.name: must be a DNS name of at most 253 characters, got 'My_Map'; choose such a name",
    "cluster-a/70-workloads.k8s.yaml ConfigMap My_Map metadata.labels: must have keys and values of at most 63 letters, digits, -, _ and ., got 'a b': 'c'; use an annotation for longer or freer text",
  ]);
});

test('a Role may have the name of a path segment', () => {
  const { fleet, manifests } = scenario();
  const [cluster] = fleet.clusters;
  // biome-ignore lint/style/noNonNullAssertion: the scenario has two
  new k8s.Role(manifests.chart(cluster!, '80-roles'), 'role', {
    metadata: { name: 'system:mine', namespace: 'demo' },
  });
  expect(
    ofKind(
      manifests.render().flatMap(({ content }) => loadAll(content)),
      'Role',
    ),
  ).toHaveLength(1);
});

test('objects that contain themselves are refused by file and name, before the stack is full', () => {
  const circle: { [key: string]: unknown } = {};
  circle.back = { to: [circle] };
  const lines = added((chart) => {
    for (const namespace of [undefined, 'demo']) {
      const metadata = { name: 'round', namespace };
      new ApiObject(chart, `round-${namespace}`, {
        apiVersion: 'x/v1',
        kind: 'Wheel',
        metadata,
        spec: circle,
      });
    }
  });
  const rest =
    'must be plain data with an end, got an object that contains itself, or is nested too deep; put the values that are needed there in place of the object that leads back';
  expect(lines).toEqual([
    `cluster-a/70-workloads.k8s.yaml Wheel round: ${rest}`,
    `cluster-a/70-workloads.k8s.yaml Wheel demo/round: ${rest}`,
  ]);
});

test('key material in anybody’s object is refused and not repeated', () => {
  const key = `-----BEGIN ${'PRIVATE KEY'}-----\nAAAA`;
  const lines = added((chart) => {
    new k8s.ConfigMap(chart, 'mine', {
      metadata: { name: 'map', namespace: 'demo' },
      data: { 'tls.key': key },
    });
  });
  expect(lines).toEqual([
    'cluster-a/70-workloads.k8s.yaml ConfigMap demo/map data.tls.key: must hold no key material, got a private key (not shown); take it out of the code, treat it as leaked, and refer to a Secret by its name',
  ]);
});

test('the problems are there for programs too, and not printed twice by Node', () => {
  const { a, b } = twoClusters();
  const fleet = fleetOf([a, b]);
  fleet.offer(hello(a, b, { port: 0 }));
  const error = (() => {
    try {
      return requireValid(fleet);
    } catch (caught) {
      return caught as Error & { errors: FieldError[] };
    }
  })() as Error & { errors: FieldError[] };
  expect(error.errors).toEqual([
    {
      path: 'offers[0].port',
      expected: 'be a whole number from 1 to 65535',
      actual: '0',
      hint: 'give a port number',
    },
  ]);
  expect(Object.keys(error)).not.toContain('problems');
});
