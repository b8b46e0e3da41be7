import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { caDirectoryForEachTest } from '../support/ca-directory';
import { eastwest } from '../support/cli';

const { parent, folder, at, ca, refused, read } = caDirectoryForEachTest();

test('issue: new intermediate CAs under the same root; previous files move to backup', () => {
  ca('init', 'east');
  const before = read('east', 'ca-key.pem');
  const { status, stdout } = ca('issue', 'east', 'north', '--days', '30');
  expect(status).toBe(0);
  expect(read('east', 'ca-key.pem')).not.toBe(before);
  expect(read('backup', 'east.1', 'ca-key.pem')).toBe(before);
  expect(stdout).toContain(`east: moved the previous files to ${at('backup', 'east.1')}`);
  ca('issue', 'east');
  expect(readdirSync(at('backup'))).toEqual(['east.1', 'east.2']);
  const { authorities, errors } = JSON.parse(ca('show', '--json').stdout);
  expect(authorities.map(({ name }: { name: string }) => name)).toEqual(['root', 'east', 'north']);
  expect(errors).toEqual([]);
});

test('an interrupted command leaves a folder that counts as no cluster, and the next command replaces it', () => {
  ca('init', 'east');
  mkdirSync(at('.west.new'));
  writeFileSync(at('.west.new', 'old'), '');
  expect(ca('show').stdout).not.toContain('west');
  expect(ca('issue', 'west').status).toBe(0);
  expect(readdirSync(at('west'))).not.toContain('old');
});

test('show: keys that other users can read, and a cluster of another root', () => {
  ca('init', 'east');
  const key = at('east', 'ca-key.pem');
  chmodSync(key, 0o644);
  const readable = ca('show');
  expect(readable.status).toBe(1);
  expect(readable.stdout).toContain(
    `${key}: must be readable by its owner alone (0600), got 0644; run chmod 600 ${key}, and issue a new key if other users had access`,
  );
  chmodSync(key, 0o600);
  const other = join(parent(), 'other');
  eastwest(['ca', 'init', other, 'west']);
  cpSync(join(other, 'west'), at('west'), { recursive: true });
  const { status, stdout } = ca('show');
  expect(status).toBe(1);
  expect(stdout).toContain(
    `${at('west')}/root-cert.pem: must hold the same roots as ${at('east')}/root-cert.pem`,
  );
});

test('show: the table names each CA, its key and the roots that are trusted with it', () => {
  ca('init', 'east', '--key-kind', 'rsa');
  ca('issue', 'west');
  const lines = ca('show').stdout.split('\n');
  expect(lines[0]).toMatch(/^CA {4}fingerprint {7}key {10}valid until {2}trusted roots$/);
  const row = (name: string, key: string) =>
    new RegExp(`^${name}  [0-9a-f]{16}  ${key} +\\d{4}-\\d\\d-\\d\\d   [0-9a-f]{16}$`);
  expect(lines[2]).toMatch(row('east', 'RSA 3072'));
  expect(lines[3]).toMatch(row('west', 'ECDSA P-256'));
  ca('rotate', '1');
  const { stdout } = ca('show');
  expect(stdout).toMatch(/^next-root /m);
  expect(stdout).toContain(
    `A rotation is in progress. Its stage: npx --no-install eastwest ca check ${folder()}`,
  );
});

test('show: a root key that belongs to another root', () => {
  ca('init', 'east');
  cpSync(at('east', 'ca-key.pem'), at('root', 'root-key.pem'));
  expect(ca('show')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining(`${at('root', 'root-key.pem')}: must be the private key of`),
  });
});

test.each([['show'], ['issue', 'east'], ['rotate', '1'], ['check']])(
  '%s: a folder without a root',
  (command, ...args) => {
    expect(refused(command, ...args)).toBe(
      `${folder()} has no root CA; make one with: npx --no-install eastwest ca init ${folder()} CLUSTER...`,
    );
  },
);

test.each([['issue', 'west'], ['rotate', '1'], ['check']])(
  '%s: a root file that holds no certificate',
  (command, ...args) => {
    ca('init', 'east');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    writeFileSync(at('root', 'root-cert.pem'), broken);
    expect(refused(command, ...args)).toBe(
      `${at('root', 'root-cert.pem')}: must be a certificate in PEM, got something else; give the file that begins with -----BEGIN CERTIFICATE-----`,
    );
  },
);

test('a folder whose path a shell would split is quoted in every command that is printed', () => {
  const spaced = join(parent(), "my mesh's ca");
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  expect(eastwest(['ca', 'show', spaced]).stderr).toContain(`eastwest ca init ${quoted(spaced)} CLUSTER`);
  const { stdout } = eastwest(['ca', 'init', spaced, 'east']);
  expect(stdout).toContain(quoted(`--from-file=${spaced}/east/ca-key.pem`));
  expect(eastwest(['ca', 'rotate', spaced, '1']).stdout).toContain(`eastwest ca check ${quoted(spaced)}`);
});
