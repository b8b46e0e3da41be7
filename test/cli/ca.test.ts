import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { load } from 'js-yaml';
import { newRoot } from '../../cli/ca/authority';
import { CaSource, SharedCaSecret } from '../../lib';
import { workload } from '../support/certificates';
import { eastwest } from '../support/cli';
import { only, synth } from '../support/objects';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'eastwest-ca-'));
  folder = join(parent, 'ca');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const ca = (...args: string[]) => eastwest(['ca', ...args]);
const refused = (...args: string[]) => {
  const { status, stdout, stderr } = ca(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  return stderr;
};
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const mode = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

describe('files that an ExternalSecret brings', () => {
  const store = ['--secret-store', 'vault', '--remote-key', 'mesh/{cluster}'];
  const documents = (stdout: string) =>
    stdout
      .split('apiVersion:')
      .slice(1)
      .map((text) => load(`apiVersion:${text.split(/\n(?:\n|kubectl)/)[0]}`));

  test('init says what the store must hold, what to write in the fleet, and the object that the fleet writes then', () => {
    const { status, stdout } = ca('init', folder, 'east', 'west', ...store);
    expect(status).toBe(0);
    expect(stdout).toContain("east: put an entry 'mesh/east' into the store");
    expect(stdout).toContain(`ca-key.pem from ${folder}/east/ca-key.pem`);
    expect(stdout).toContain(
      "ca: CaSource.externalSecret({ storeName: 'vault', storeKind: 'ClusterSecretStore', remoteKey: 'mesh/west' })",
    );
    expect(stdout).not.toMatch(/PRIVATE KEY|kubectl create secret/);
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

  test('issue and rotate say it too, and how to have a changed entry read at once', () => {
    expect(ca('init', folder, 'east').status).toBe(0);
    const issued = ca('issue', folder, 'west', ...store, '--secret-store-kind', 'SecretStore').stdout;
    expect(documents(issued)).toMatchObject([{ spec: { secretStoreRef: { kind: 'SecretStore' } } }]);
    const { stdout } = ca('rotate', folder, '1', ...store);
    expect(documents(stdout)).toHaveLength(2);
    expect(stdout).toMatch(
      /--context east --namespace istio-system annotate externalsecret cacerts force-sync=/,
    );
    expect(stdout).toMatch(/--context east --namespace istio-system rollout restart/);
  });

  test('a store that cannot be named is refused, and nothing is written', () => {
    expect(refused('init', folder, 'east', '--secret-store', 'My Vault')).toContain(
      "--secret-store.storeName: must be a DNS name of at most 253 characters (labels of a-z, 0-9 and '-', joined by dots), got 'My Vault'",
    );
    expect(existsSync(folder)).toBe(false);
  });

  test.each([['init'], ['issue'], ['rotate']])('%s: one entry for all clusters is refused', (command) => {
    if (command !== 'init') expect(ca('init', folder, 'east').status).toBe(0);
    const what = command === 'rotate' ? '1' : 'west';
    const before = existsSync(folder) ? readdirSync(folder) : undefined;
    expect(refused(command, folder, what, '--secret-store', 'vault', '--remote-key', 'mesh')).toContain(
      "--remote-key must have {cluster} in it, so that each cluster has an entry of its own, got 'mesh'",
    );
    expect(existsSync(folder) ? readdirSync(folder) : undefined).toEqual(before);
  });
});

test('init: a root, an authority for each cluster in istiod’s names, keys for their owner alone', () => {
  const { status, stdout } = ca('init', folder, 'east', 'west');
  expect(status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['east', 'root', 'west']);
  for (const cluster of ['east', 'west']) {
    expect(readdirSync(join(folder, cluster)).sort()).toEqual([
      ...['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'],
    ]);
    expect(read(cluster, 'cert-chain.pem')).toBe(
      `${read(cluster, 'ca-cert.pem')}\n${read('root', 'root-cert.pem')}`,
    );
    expect(mode(cluster, 'ca-key.pem')).toBe('600');
    expect(stdout).toContain(`kubectl --context ${cluster} apply --server-side -f -`);
  }
  expect([mode(), mode('root'), mode('root', 'root-key.pem')]).toEqual(['700', '700', '600']);
  expect(stdout).not.toContain('PRIVATE KEY');
  expect(ca('show', folder)).toMatchObject({ status: 0, stderr: '' });
});

test('OpenSSL takes the chain, from a workload’s certificate to the root, and no other root', async () => {
  ca('init', folder, 'east', '--key-kind', 'rsa');
  const leaf = await (async () => {
    ca('issue', folder, 'west');
    return workload({ certificate: read('west', 'ca-cert.pem'), key: read('west', 'ca-key.pem') });
  })();
  const other = await newRoot({ name: 'root', keyKind: 'ecdsa', days: 1, trustDomain: 'cluster.local' });
  const server = createServer({ key: leaf.key, cert: `${leaf.certificate}\n${read('west', 'ca-cert.pem')}` });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dial = (root: string) =>
    new Promise<string>((resolve) => {
      const options = { port, host: '127.0.0.1', ca: root, checkServerIdentity: () => undefined };
      const socket = connect(options, () => {
        resolve('trusted');
        socket.destroy();
      });
      socket.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    });
  expect(await dial(read('root', 'root-cert.pem'))).toBe('trusted');
  expect(await dial(other.certificate)).not.toBe('trusted');
  await new Promise((resolve) => server.close(resolve));
});

test('issue: another cluster under the same root; what was there is kept', () => {
  ca('init', folder, 'east');
  const before = read('east', 'ca-key.pem');
  const { status, stdout } = ca('issue', folder, 'east', 'north', '--days', '30');
  expect(status).toBe(0);
  expect(read('east', 'ca-key.pem')).not.toBe(before);
  expect(read('backup', 'east.1', 'ca-key.pem')).toBe(before);
  expect(stdout).toContain(`east: what was there is now in ${join(folder, 'backup', 'east.1')}`);
  ca('issue', folder, 'east');
  expect(readdirSync(join(folder, 'backup'))).toEqual(['east.1', 'east.2']);
  const { authorities, errors } = JSON.parse(ca('show', folder, '--json').stdout);
  expect(authorities.map(({ name }: { name: string }) => name)).toEqual(['root', 'east', 'north']);
  expect(errors).toEqual([]);
});

test('a root that exists: its key stays where it is', async () => {
  const { certificate, key } = await newRoot({
    name: 'ours',
    keyKind: 'ecdsa',
    days: 90,
    trustDomain: 'x.example',
  });
  const [cert, keyFile] = [join(parent, 'root.crt'), join(parent, 'root.key')];
  writeFileSync(cert, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
  expect(ca('init', folder, 'east', '--root-cert', cert, '--root-key', keyFile).status).toBe(0);
  expect(readdirSync(join(folder, 'root'))).toEqual(['root-cert.pem']);
  expect(refused('issue', folder, 'west')).toBe(
    `${folder} does not hold the root's key; say where it is with --root-key`,
  );
  expect(ca('issue', folder, 'west', '--root-key', keyFile).status).toBe(0);
  expect(ca('show', folder).status).toBe(0);
});

describe('refused, and nothing written', () => {
  afterEach(() => expect(existsSync(folder)).toBe(false));

  test('a folder inside a repository', () => {
    mkdirSync(join(parent, '.git'));
    expect(refused('init', folder, 'east')).toBe(
      `${folder} is in the git repository ${parent}; keep the authorities' keys outside of it`,
    );
  });

  test('a root whose key is another’s, that is a leaf, or of which one half is missing', async () => {
    const options = { name: 'root', keyKind: 'ecdsa', days: 9, trustDomain: 'cluster.local' } as const;
    const [one, other] = [await newRoot(options), await newRoot(options)];
    const leaf = await workload(one);
    const files = { cert: one.certificate, leaf: leaf.certificate, wrong: other.key };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(parent, name), text);
    const init = (...more: string[]) => refused('init', folder, 'east', ...more);
    const at = (name: string) => join(parent, name);
    expect(init('--root-cert', at('cert'), '--root-key', at('wrong'))).toMatch(
      /must belong to the certificate 'root', got another key/,
    );
    expect(init('--root-cert', at('leaf'), '--root-key', at('wrong'))).toMatch(
      /must be a certificate authority/,
    );
    expect(init('--root-cert', at('cert'))).toBe(
      '--root-cert and --root-key belong together: give both, or neither',
    );
    expect(init('--root-cert', at('none'), '--root-key', at('wrong'))).toBe(
      `--root-cert: ${at('none')} does not exist`,
    );
  });

  test('names that are no clusters’', () => {
    expect(refused('init', folder, 'East')).toMatch(/^'East' is no cluster's name/);
    expect(refused('init', folder, '../x')).toMatch(/^'..\/x' is no cluster's name/);
    expect(refused('init', folder, 'root')).toMatch(/^'root' is a folder of the hierarchy itself/);
    expect(refused('init', folder, 'east', 'east')).toBe('name each cluster once');
  });

  test('days and kinds of keys that are none', () => {
    expect(refused('init', folder, 'east', '--days', 'ten')).toMatch(/Give days|give days, 1 to 36500/);
    expect(refused('init', folder, 'east', '--key-kind', 'dsa')).toMatch(/Allowed choices are ecdsa, rsa/);
  });

  test('a hierarchy that is not there', () => {
    for (const command of ['show', 'issue']) {
      const more = command === 'issue' ? ['east'] : [];
      expect(refused(command, folder, ...more)).toBe(
        `${folder} has no root; make one with: npx --no-install eastwest ca init ${folder} CLUSTER...`,
      );
    }
  });
});

test('a second init overwrites nothing', () => {
  ca('init', folder, 'east');
  const before = read('root', 'root-key.pem');
  expect(refused('init', folder, 'west')).toBe(
    `${folder} has a root already; add clusters with: npx --no-install eastwest ca issue ${folder} CLUSTER`,
  );
  expect(read('root', 'root-key.pem')).toBe(before);
  expect(existsSync(join(folder, 'west'))).toBe(false);
});

test('show: keys that others can read, and a cluster of another root', () => {
  ca('init', folder, 'east');
  chmodSync(join(folder, 'east', 'ca-key.pem'), 0o644);
  const readable = ca('show', folder);
  expect(readable.status).toBe(1);
  expect(readable.stdout).toContain(
    `${join(folder, 'east', 'ca-key.pem')}: must be readable by its owner alone (0600), got 0644; chmod 600`,
  );
  chmodSync(join(folder, 'east', 'ca-key.pem'), 0o600);
  const other = join(parent, 'other');
  ca('init', other, 'west');
  cpSync(join(other, 'west'), join(folder, 'west'), { recursive: true });
  const { status, stdout } = ca('show', folder);
  expect(status).toBe(1);
  expect(stdout).toMatch(/west\/root-cert\.pem: must have the same roots as east\/root-cert\.pem/);
});
