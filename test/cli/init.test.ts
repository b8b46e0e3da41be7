import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { newRoot } from '../../cli/ca/new-certificate';
import { caDirectoryForEachTest } from '../support/ca-directory';
import { workload } from '../support/certificates';

const { parent, folder, at, ca, refused, read, mode } = caDirectoryForEachTest();
const OPTIONS = { name: 'root', keyKind: 'ecdsa', days: 90, trustDomain: 'cluster.local' } as const;

test('a root and an intermediate CA for each cluster, under the names that istiod reads, with private keys', () => {
  const { status, stdout } = ca('init', 'east', 'west');
  expect(status).toBe(0);
  expect(readdirSync(folder()).sort()).toEqual(['east', 'root', 'west']);
  for (const cluster of ['east', 'west']) {
    expect(readdirSync(at(cluster)).sort()).toEqual([
      ...['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'],
    ]);
    expect(read(cluster, 'cert-chain.pem')).toBe(
      `${read(cluster, 'ca-cert.pem')}\n${read('root', 'root-cert.pem')}`,
    );
    expect(mode(cluster, 'ca-key.pem')).toBe('600');
    expect(stdout).toContain(`kubectl --context ${cluster} apply --server-side -f -`);
  }
  expect([mode(), mode('root'), mode('root', 'root-key.pem')]).toEqual(['700', '700', '600']);
  expect(ca('show')).toMatchObject({ status: 0, stderr: '' });
});

test('OpenSSL accepts the chain from a workload certificate to the root, and no other root', async () => {
  ca('init', 'east', '--key-kind', 'rsa');
  ca('issue', 'west');
  const leaf = await workload({ certificate: read('west', 'ca-cert.pem'), key: read('west', 'ca-key.pem') });
  const other = await newRoot(OPTIONS);
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

test('a root that the user gives: its key is not copied', async () => {
  const { certificate, key } = await newRoot({ ...OPTIONS, trustDomain: 'x.example' });
  const [cert, keyFile] = [join(parent(), 'root.crt'), join(parent(), 'root.key')];
  writeFileSync(cert, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
  expect(ca('init', 'east', '--root-cert', cert, '--root-key', keyFile).status).toBe(0);
  expect(readdirSync(at('root'))).toEqual(['root-cert.pem']);
  expect(refused('issue', 'west')).toBe(
    `${at('root', 'root-key.pem')}: must exist, got nothing; give the key of this root with --root-key`,
  );
  expect(ca('issue', 'west', '--root-key', keyFile).status).toBe(0);
  expect(ca('show').status).toBe(0);
});

test('a second init overwrites nothing', () => {
  ca('init', 'east');
  const before = read('root', 'root-key.pem');
  expect(refused('init', 'west')).toBe(
    `${folder()} has a root CA already; add clusters with: npx --no-install eastwest ca issue ${folder()} CLUSTER...`,
  );
  expect(read('root', 'root-key.pem')).toBe(before);
  expect(existsSync(at('west'))).toBe(false);
});

describe('refused, and nothing written', () => {
  afterEach(() => expect(existsSync(folder())).toBe(false));

  test('a folder inside a git repository', () => {
    mkdirSync(join(parent(), '.git'));
    expect(refused('init', 'east')).toBe(
      `${folder()}: must be outside of every git repository, got a folder in ${parent()}; choose another folder, so that no key is committed`,
    );
  });

  test('a root with the key of another root, a leaf as the root, or one of the two files alone', async () => {
    const [one, other] = [await newRoot(OPTIONS), await newRoot(OPTIONS)];
    const leaf = await workload(one);
    const files = { cert: one.certificate, leaf: leaf.certificate, wrong: other.key };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(parent(), name), text);
    const file = (name: string) => join(parent(), name);
    const init = (cert: string, key: string) =>
      refused('init', 'east', '--root-cert', file(cert), '--root-key', file(key));
    expect(init('cert', 'wrong')).toMatch(
      /wrong: must be the private key of the certificate 'root', got the key of another certificate/,
    );
    expect(init('leaf', 'wrong')).toMatch(/leaf: must be a CA certificate/);
    expect(init('none', 'wrong')).toBe(
      `--root-cert: must be a file, got '${file('none')}', which does not exist; correct the path`,
    );
    expect(init('.', 'wrong')).toMatch(/^--root-cert: must be a file, got '.*', which is a folder/);
    expect(refused('init', 'east', '--root-cert', file('cert'))).toBe(
      '--root-cert, --root-key: must be given together, got --root-cert alone; give both to use a root of your own, or neither to make a new root',
    );
    expect(refused('init', 'east', '--root-cert', file('cert'), '--root-days', '9')).toMatch(
      /'--root-days <days>' cannot be used with option '--root-cert <file>'/,
    );
  });

  test('names that no cluster can have', () => {
    const rule = /^<clusters>: must be a DNS label .*, got '(East|\.\.\/x)'; choose such a name$/;
    expect(refused('init', 'East')).toMatch(rule);
    expect(refused('init', '../x')).toMatch(rule);
    expect(refused('init', 'root')).toBe(
      "<clusters>: must not be one of the names root, next-root, backup, got 'root'; give the cluster another name: the CA directory uses these names itself",
    );
    expect(refused('init', 'east', 'east')).toBe(
      "<clusters>: must name each cluster once, got 'east' twice; leave out the second one",
    );
  });

  test('values that options do not have', () => {
    expect(refused('init', 'east', '--days', 'ten')).toBe(
      "--days: must be a whole number from 1 to 36500, got 'ten'; give a number of days",
    );
    expect(refused('init', 'east', '--root-days', '0')).toMatch(/^--root-days: must be .*, got '0'/);
    expect(refused('init', 'east', '--key-kind', 'dsa')).toMatch(/Allowed choices are ecdsa, rsa/);
    // it would become a part of the certificate's subject
    expect(refused('init', 'east', '--trust-domain', 'a, CN=b')).toMatch(
      /^--trust-domain: must be a DNS name/,
    );
    expect(refused('init', 'east', '--istio-namespace', 'a;b')).toMatch(
      /^--istio-namespace: must be a DNS label/,
    );
  });
});
