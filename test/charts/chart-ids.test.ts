import { Chart } from 'cdk8s';
import { Cluster, FleetManifests, Stage } from '../../lib';
import * as k8s from '../../lib/kinds';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { refusal } from '../support/objects';

const { a, b } = twoClusters();
const fleet = fleetOf([a, b]);
fleet.offer(hello(a, b));
const manifests = () => new FleetManifests(fleet);

test.each([...Object.values(Stage), '80-jobs', '05-crds', '72-more-workloads'])('%s is an id', (id) => {
  expect(manifests().chart(a, id)).toBeInstanceOf(Chart);
});

const expected = `must be a Stage (${Object.values(Stage).join(', ')}) or a new id of two digits and a name of a-z, 0-9 and '-', such as '80-jobs'`;

test.each([
  ['40-trafic', '40-traffic'],
  ['70-workload', '70-workloads'],
  ['70-worklaods', '70-workloads'],
  ['07-workloads', '70-workloads'],
  ['70_workloads', '70-workloads'],
  ['Workloads', '70-workloads'],
  ['30-GATEWAY', '30-gateway'],
])('%s is taken for a mistake', (id, nearest) => {
  expect(refusal(() => manifests().chart(a, id))).toEqual([
    `id: ${expected}, got '${id}'; write '${nearest}', or choose an id that differs from it by more than 2 characters`,
  ]);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [70, '70'],
  ['jobs', "'jobs'"],
  ['../../etc', "'../../etc'"],
  ['80-', "'80-'"],
])('%p is no id', (id, actual) => {
  expect(refusal(() => manifests().chart(a, id as never))).toEqual([
    `id: ${expected}, got ${actual}; choose one of these, or such an id`,
  ]);
});

test('a chart is a file once something is in it', () => {
  const all = manifests();
  const chart = all.chart(a, '80-jobs');
  const paths = () => all.render().map(({ path }) => path);
  expect(paths()).not.toContain('cluster-a/80-jobs.k8s.yaml');
  new k8s.ConfigMap(chart, 'map', { metadata: { name: 'map' } });
  expect(paths()).toContain('cluster-a/80-jobs.k8s.yaml');
});

describe('a chart of no cluster of the fleet', () => {
  const clusters = 'cluster: must be a cluster of the fleet (cluster-a, cluster-b)';

  test.each([
    [new Cluster({ name: 'x', network: 'x' }), "'x'"],
    [undefined, 'nothing'],
    [null, 'null'],
    ['cluster-a', "'cluster-a'"],
    [{}, '{}'],
  ])('%p', (cluster, actual) => {
    expect(refusal(() => manifests().chart(cluster as never, Stage.WORKLOADS))).toEqual([
      `${clusters}, got ${actual}; add it to the fleet's clusters first`,
    ]);
  });

  test('a cluster of the same name', () => {
    expect(refusal(() => manifests().chart(twoClusters().a, Stage.WORKLOADS))).toEqual([
      `${clusters}, got 'cluster-a'; a cluster of this name is in the fleet, but this is another object; pass the one that the fleet was made with`,
    ]);
  });
});
