import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatesIn, fingerprintsIn, isIssuedBy } from '../../cli/ca/certificate';
import { newRoot } from '../../cli/ca/new-certificate';
import { caDirectoryForEachTest } from '../support/ca-directory';

// The lab shows that no connection fails during a rotation: npm run prove -- --rotation

const { parent, folder, at, ca, refused, read } = caDirectoryForEachTest();
const OPTIONS = { keyKind: 'ecdsa', days: 30, trustDomain: 'cluster.local' } as const;

const roots = (cluster: string) => fingerprintsIn(read(cluster, 'root-cert.pem'));
const fingerprint = (name: string) => roots(name)[0];
const isUnder = (cluster: string, name: string) => {
  const [own] = certificatesIn(read(cluster, 'ca-cert.pem'));
  const [root] = certificatesIn(read(name, 'root-cert.pem'));
  return own !== undefined && root !== undefined && isIssuedBy(own, root);
};

test('three stages: both roots trusted, then certificates under the new root, then the new root alone', () => {
  ca('init', 'east', 'west');
  const old = fingerprint('root');
  const before = read('east', 'ca-key.pem');

  expect(ca('rotate', '1').status).toBe(0);
  const next = fingerprint('next-root');
  for (const cluster of ['east', 'west']) expect(roots(cluster)).toEqual([old, next]);
  expect(read('east', 'ca-key.pem')).toBe(before);
  expect(isUnder('east', 'root')).toBe(true);
  expect(ca('show').status).toBe(0);

  const { status, stdout } = ca('rotate', '2');
  expect(status).toBe(0);
  expect(roots('west')).toEqual([old, next]);
  expect([isUnder('west', 'next-root'), isUnder('west', 'root')]).toEqual([true, false]);
  expect(stdout).toContain(
    'Stage 2 of 3: proxies trust both roots; the new root issues certificates (old root ',
  );
  expect(stdout).toContain('kubectl --context west --namespace istio-system rollout restart deployment');
  expect(stdout).toContain(
    `Then run this until it reports that stage 3 is safe:\nnpx --no-install eastwest ca check ${folder()}`,
  );
  expect(ca('show').status).toBe(0);

  const last = ca('rotate', '3');
  expect(last.status).toBe(0);
  expect(last.stdout).toContain('until it reports that every proxy trusts the new root alone:');
  for (const cluster of ['east', 'west']) expect(roots(cluster)).toEqual([next]);
  expect(fingerprint('root')).toBe(next);
  expect(readdirSync(folder()).sort()).toEqual(['backup', 'east', 'root', 'west']);
  expect(readdirSync(at('backup')).sort()).toEqual([
    ...['east.1', 'east.2', 'east.3', 'root.1', 'west.1', 'west.2', 'west.3'],
  ]);
  expect(read('backup', 'east.1', 'ca-key.pem')).toBe(before);
  expect(ca('show').status).toBe(0);
});

test('a stage that is skipped or repeated is refused, and changes nothing', () => {
  ca('init', 'east');
  const refusal = (stage: string) => {
    const before = readdirSync(folder(), { recursive: true }).sort();
    const stderr = refused('rotate', stage);
    expect(readdirSync(folder(), { recursive: true }).sort()).toEqual(before);
    return stderr;
  };
  expect(refusal('2')).toBe(
    '<stage>: must be 1, got 2, with east before stage 1; run stage 1: a stage begins when every cluster has completed the one before it',
  );
  expect(refusal('4')).toBe("<stage>: must be 1, 2 or 3, got '4'; begin a rotation with 1");
  ca('rotate', '1');
  expect(refusal('1')).toBe('<stage>: must be 2, got 1, which every cluster has completed; run stage 2');
  expect(refusal('3')).toMatch(/^<stage>: must be 2, got 3, with east in stage 1; run stage 2: /);
  expect(refused('issue', 'west')).toBe(
    `${folder()}: a rotation is in progress; finish its stages first: npx --no-install eastwest ca rotate ${folder()} STAGE`,
  );
});

test('running an interrupted stage again completes it', () => {
  ca('init', 'east', 'west');
  ca('rotate', '1');
  // as if the command had been killed between the two clusters
  rmSync(at('west'), { recursive: true });
  cpSync(at('backup', 'west.1'), at('west'), { recursive: true });
  expect(refused('check')).toBe(
    `${folder()}: all clusters must be in the same stage, got east in stage 1, west before stage 1; complete it with: npx --no-install eastwest ca rotate ${folder()} 1`,
  );
  const next = fingerprint('next-root');
  expect(ca('rotate', '1').status).toBe(0);
  expect(fingerprint('next-root')).toBe(next);
  expect(roots('west')).toEqual(roots('east'));
});

test('running stage 3 again replaces the root, where it was killed before that', () => {
  ca('init', 'east');
  for (const stage of ['1', '2']) ca('rotate', stage);
  const [old, next] = [join(parent(), 'old'), join(parent(), 'next')];
  cpSync(at('root'), old, { recursive: true });
  cpSync(at('next-root'), next, { recursive: true });
  ca('rotate', '3');
  const fresh = fingerprint('root');
  rmSync(at('root'), { recursive: true });
  cpSync(old, at('root'), { recursive: true });
  cpSync(next, at('next-root'), { recursive: true });
  expect(ca('rotate', '3').status).toBe(0);
  expect(fingerprint('root')).toBe(fresh);
  expect(ca('show').status).toBe(0);
});

test('the user may give the new root; the present root is refused as the new one', async () => {
  ca('init', 'east');
  const given = await newRoot({ ...OPTIONS, name: 'given' });
  const [cert, key] = [join(parent(), 'new.crt'), join(parent(), 'new.key')];
  writeFileSync(cert, given.certificate);
  writeFileSync(key, given.key, { mode: 0o600 });
  const present = ['--root-cert', at('root', 'root-cert.pem'), '--root-key', at('root', 'root-key.pem')];
  expect(refused('rotate', '1', ...present)).toMatch(
    /^--root-cert: must be a new root, got the present one \([0-9a-f]{16}\); give another root, or none to make one$/,
  );
  expect(refused('rotate', '1', '--root-key', key)).toMatch(/must be given together, got --root-key alone/);
  expect(ca('rotate', '1', '--root-cert', cert, '--root-key', key).status).toBe(0);
  expect(readdirSync(at('next-root'))).toEqual(['root-cert.pem']);
  expect(refused('rotate', '2')).toBe(
    `${at('next-root', 'root-key.pem')}: must exist, got nothing; give the key of this root with --root-key`,
  );
  expect(ca('rotate', '2', '--root-key', key).status).toBe(0);
});

test.each([['rotate', '1'], ['check']])(
  '%s: a folder without clusters, or with files of another root',
  (command, ...args) => {
    ca('init', 'east');
    const other = join(parent(), 'east');
    cpSync(at('east'), other, { recursive: true });
    rmSync(at('east'), { recursive: true });
    expect(refused(command, ...args)).toBe(
      `${folder()} has no cluster; add one with: npx --no-install eastwest ca issue ${folder()} CLUSTER...`,
    );
    rmSync(at('root'), { recursive: true });
    ca('init', 'west');
    cpSync(other, at('east'), { recursive: true });
    expect(refused(command, ...args)).toBe(
      `${at('east')}: must hold an intermediate CA under the root of this folder, got files of another root; restore the last ones from ${at('backup')}`,
    );
  },
);
