import { load } from 'js-yaml';
import { MeshNetworks } from '../../lib';
import { twoClusters } from '../support/fleets';
import { constructRefusal, only, synth } from '../support/objects';

const { a, b } = twoClusters();
const NETWORKS = {
  network1: {
    endpoints: [{ fromRegistry: 'cluster-a' }],
    gateways: [{ address: '203.0.113.10', port: 15443 }],
  },
  network2: { endpoints: [{ fromRegistry: 'cluster-b' }] },
};

test('the ConfigMap fragment and the Helm values say the same', () => {
  let networks: MeshNetworks | undefined;
  const objects = synth((chart) => {
    networks = new MeshNetworks(chart, 'networks', { clusters: [a, b] });
  });
  const { metadata, data } = only(objects, 'ConfigMap');
  expect(metadata).toEqual({ name: 'istio', namespace: 'istio-system' });
  expect(load(data.meshNetworks)).toEqual({ networks: NETWORKS });
  expect(networks?.helmValues).toEqual({ global: { meshNetworks: NETWORKS } });
});

test('clusters of one network share it, with all of their gateways', () => {
  const c = { name: 'cluster-c', network: 'network1', gatewayAddress: 'gw.example.com', gatewayPort: 443 };
  const objects = synth((chart) => new MeshNetworks(chart, 'networks', { clusters: [a, c] }));
  expect(load(only(objects, 'ConfigMap').data.meshNetworks)).toEqual({
    networks: {
      network1: {
        endpoints: [{ fromRegistry: 'cluster-a' }, { fromRegistry: 'cluster-c' }],
        gateways: [
          { address: '203.0.113.10', port: 15443 },
          { address: 'gw.example.com', port: 443 },
        ],
      },
    },
  });
});

test('a revision has a ConfigMap of its own', () => {
  const objects = synth(
    (chart) => new MeshNetworks(chart, 'networks', { clusters: [a], revision: 'canary', namespace: 'mesh' }),
  );
  expect(only(objects, 'ConfigMap').metadata).toEqual({ name: 'istio-canary', namespace: 'mesh' });
});

test('a misspelt prop of a member is refused', () => {
  const clusters = [{ name: 'a', network: 'n', gatewayAdress: '203.0.113.1' }];
  expect(constructRefusal((chart) => new MeshNetworks(chart, 'networks', { clusters }))).toEqual([
    "[test/networks] clusters[0].gatewayAdress: must be one of the known props (name, network, gatewayAddress, gatewayPort), got 'gatewayAdress'; did you mean 'gatewayAddress'? correct its spelling or leave it out",
  ]);
});

test('two members of one name are refused', () => {
  const clusters = [a, b, { name: 'cluster-a', network: 'network3' }];
  expect(constructRefusal((chart) => new MeshNetworks(chart, 'networks', { clusters }))).toEqual([
    "[test/networks] clusters[2].name: must differ from clusters[0].name, got 'cluster-a'; give each cluster a name of its own",
  ]);
});

test('members that are none are refused', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what a caller without a compiler may pass
  const clusters = ['cluster-a', { name: 'X', network: 'n' }] as any;
  expect(
    constructRefusal((chart) => new MeshNetworks(chart, 'networks', { clusters })).map(
      (l) => l.split(':')[0],
    ),
  ).toEqual(['[test/networks] clusters[0]', '[test/networks] clusters[1].name']);
});
