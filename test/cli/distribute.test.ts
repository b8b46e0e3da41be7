import { existsSync, readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { CaSource, SharedCaSecret } from '../../lib';
import { caDirectoryForEachTest } from '../support/ca-directory';
import { only, synth } from '../support/objects';

// cacerts that the External Secrets operator reads from a store

const { folder, ca, refused } = caDirectoryForEachTest();
const STORE = ['--secret-store', 'vault', '--remote-key', 'mesh/{cluster}'];
const documents = (stdout: string) =>
  stdout
    .split('apiVersion:')
    .slice(1)
    .map((text) => load(`apiVersion:${text.split(/\n(?:\n|kubectl)/)[0]}`));

test('init prints the entries of the store, the line for the fleet, and the object that the fleet writes', () => {
  const { status, stdout } = ca('init', 'east', 'west', ...STORE);
  expect(status).toBe(0);
  expect(stdout).toContain('Distribute cacerts through the store vault:');
  expect(stdout).toContain("# east: write the entry 'mesh/east' to the store, with four properties:");
  expect(stdout).toContain(`ca-key.pem from ${folder()}/east/ca-key.pem`);
  expect(stdout).toContain(
    "ca: CaSource.externalSecret({ storeName: 'vault', storeKind: 'ClusterSecretStore', remoteKey: 'mesh/west' })",
  );
  expect(stdout).not.toContain('kubectl create secret');
  const fromFleet = ['east', 'west'].map((clusterName) =>
    only(
      synth(
        (chart) =>
          new SharedCaSecret(chart, 'ca', {
            clusterName,
            source: CaSource.externalSecret({ storeName: 'vault', remoteKey: `mesh/${clusterName}` }),
          }),
      ),
      'ExternalSecret',
    ),
  );
  expect(documents(stdout)).toEqual(fromFleet);
});

test('issue and rotate print it too, and the command by which a cluster reads a changed entry at once', () => {
  expect(ca('init', 'east').status).toBe(0);
  const issued = ca('issue', 'west', ...STORE, '--secret-store-kind', 'SecretStore').stdout;
  expect(documents(issued)).toMatchObject([{ spec: { secretStoreRef: { kind: 'SecretStore' } } }]);
  const { stdout } = ca('rotate', '1', ...STORE);
  expect(documents(stdout)).toHaveLength(2);
  expect(stdout).toMatch(
    /--context east --namespace istio-system annotate externalsecret cacerts force-sync=/,
  );
  expect(stdout).toMatch(/--context east --namespace istio-system rollout restart/);
});

test('a store that no ExternalSecret can name is refused, and nothing is written', () => {
  expect(refused('init', 'east', '--secret-store', 'My Vault')).toContain(
    "--secret-store.storeName: must be a DNS name of at most 253 characters (labels of a-z, 0-9 and '-', joined by dots), got 'My Vault'",
  );
  expect(existsSync(folder())).toBe(false);
});

test.each([
  ['init', 'east'],
  ['issue', 'west'],
  ['rotate', '1'],
])('%s: one entry for all clusters is refused', (command, argument) => {
  if (command !== 'init') expect(ca('init', 'east').status).toBe(0);
  const files = () => (existsSync(folder()) ? readdirSync(folder()) : undefined);
  const before = files();
  expect(refused(command, argument, '--secret-store', 'vault', '--remote-key', 'mesh')).toBe(
    "--remote-key: must contain {cluster}, got 'mesh'; put {cluster} where the cluster's name goes, so that each cluster has an entry of its own",
  );
  expect(files()).toEqual(before);
});
