import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newIntermediate, newRoot, type Pair } from '../../cli/ca/authority';
import { certificatesIn, isIssuedBy } from '../../cli/ca/chain';
import { missingIn, proxyTrust } from '../../cli/ca/trust';
import { workload } from '../support/certificates';
import { eastwest } from '../support/cli';

// That nothing fails on the way is shown by the lab: npm run prove -- --rotation

const OPTIONS = { keyKind: 'ecdsa', days: 30, trustDomain: 'cluster.local' } as const;

// each runs the command several times, on a busy machine
jest.setTimeout(60_000);

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'eastwest-rotation-'));
  folder = join(parent, 'ca');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const ca = (...args: string[]) => eastwest(['ca', ...args], parent);
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const roots = (cluster: string) =>
  certificatesIn(read(cluster, 'root-cert.pem')).map(({ fingerprint256 }) => fingerprint256);
const rootOf = (name: string) => certificatesIn(read(name, 'root-cert.pem'))[0];
const signedBy = (cluster: string, name: string) => {
  const [own] = certificatesIn(read(cluster, 'ca-cert.pem'));
  const root = rootOf(name);
  return own !== undefined && root !== undefined && isIssuedBy(own, root);
};

test('three stages: both trusted, then certificates of the new root, then the new root alone', () => {
  ca('init', folder, 'east', 'west');
  const old = rootOf('root')?.fingerprint256;
  const before = read('east', 'ca-key.pem');

  expect(ca('rotate', folder, '1').status).toBe(0);
  const next = rootOf('next-root')?.fingerprint256;
  for (const cluster of ['east', 'west']) expect(roots(cluster)).toEqual([old, next]);
  expect(read('east', 'ca-key.pem')).toBe(before);
  expect(signedBy('east', 'root')).toBe(true);
  expect(ca('show', folder).status).toBe(0);

  const { status, stdout } = ca('rotate', folder, '2');
  expect(status).toBe(0);
  expect(roots('west')).toEqual([old, next]);
  expect([signedBy('west', 'next-root'), signedBy('west', 'root')]).toEqual([true, false]);
  expect(stdout).toContain('kubectl --context west --namespace istio-system rollout restart deployment');
  expect(stdout).toContain(
    `Then: npx --no-install eastwest ca check ${folder}, until it says that stage 3 is safe.`,
  );
  expect(ca('show', folder).status).toBe(0);

  expect(ca('rotate', folder, '3').status).toBe(0);
  for (const cluster of ['east', 'west']) expect(roots(cluster)).toEqual([next]);
  expect(rootOf('root')?.fingerprint256).toBe(next);
  expect(readdirSync(folder).sort()).toEqual(['backup', 'east', 'root', 'west']);
  expect(readdirSync(join(folder, 'backup')).sort()).toEqual([
    ...['east.1', 'east.2', 'east.3', 'root.1', 'west.1', 'west.2', 'west.3'],
  ]);
  expect(read('backup', 'east.1', 'ca-key.pem')).toBe(before);
  expect(ca('show', folder).status).toBe(0);
});

test('a stage skipped or repeated is refused, and changes nothing', () => {
  ca('init', folder, 'east');
  const said = (stage: string) => {
    const before = readdirSync(folder, { recursive: true }).sort();
    const { status, stderr } = ca('rotate', folder, stage);
    expect(status).toBe(1);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
    return stderr;
  };
  expect(said('2')).toBe('stage 2 cannot come now: east is in stage 0; next is stage 1');
  expect(said('4')).toBe("'4' is no stage: 1, 2 or 3");
  ca('rotate', folder, '1');
  expect(said('1')).toBe('stage 1 is done in every cluster; next is stage 2');
  expect(said('3')).toBe('stage 3 cannot come now: east is in stage 1; next is stage 2');
  const { status, stderr } = ca('issue', folder, 'west');
  expect([status, stderr]).toEqual([
    1,
    `${folder} is in the middle of a rotation; finish it first (npx --no-install eastwest ca rotate)`,
  ]);
});

test('a stage that ended half-way is finished by saying it again', () => {
  ca('init', folder, 'east', 'west');
  ca('rotate', folder, '1');
  // as if it had been killed between the two
  rmSync(join(folder, 'west'), { recursive: true });
  cpSync(join(folder, 'backup', 'west.1'), join(folder, 'west'), { recursive: true });
  expect(ca('check', folder)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('its clusters are not in one stage'),
  });
  const next = rootOf('next-root')?.fingerprint256;
  expect(ca('rotate', folder, '1').status).toBe(0);
  expect(rootOf('next-root')?.fingerprint256).toBe(next);
  expect(roots('west')).toEqual(roots('east'));
});

test('the new root may be given; the one that is there is none', async () => {
  ca('init', folder, 'east');
  const given = await newRoot({ ...OPTIONS, name: 'given' });
  const [cert, key] = [join(parent, 'new.crt'), join(parent, 'new.key')];
  writeFileSync(cert, given.certificate);
  writeFileSync(key, given.key, { mode: 0o600 });
  const old = [join(folder, 'root', 'root-cert.pem'), join(folder, 'root', 'root-key.pem')] as const;
  expect(ca('rotate', folder, '1', '--root-cert', old[0], '--root-key', old[1]).stderr).toMatch(
    /is the root that is there already \([0-9a-f]{16}\); give a new one$/,
  );
  expect(ca('rotate', folder, '1', '--root-cert', cert, '--root-key', key).status).toBe(0);
  expect(readdirSync(join(folder, 'next-root'))).toEqual(['root-cert.pem']);
  expect(ca('rotate', folder, '2').stderr).toBe(
    "the new root's key is kept elsewhere; say where with --root-key",
  );
  expect(ca('rotate', folder, '2', '--root-key', key).status).toBe(0);
});

/** Envoy's answer about its secrets. */
function dump(rootsPem: string, chainPem: string): string {
  const bytes = (text: string) => ({ inline_bytes: Buffer.from(text).toString('base64') });
  return JSON.stringify({
    configs: [
      { secret: { name: 'default', tls_certificate: { certificate_chain: bytes(chainPem) } } },
      { secret: { name: 'ROOTCA', validation_context: { trusted_ca: bytes(rootsPem) } } },
    ],
  });
}

describe('what a proxy must have', () => {
  let old: Pair;
  let next: Pair;
  let leafOfOld: string;
  let leafOfNew: string;
  beforeAll(async () => {
    [old, next] = [await newRoot({ ...OPTIONS, name: 'root' }), await newRoot({ ...OPTIONS, name: 'root' })];
    const chain = async (root: Pair) => {
      const pair = await newIntermediate(root, { ...OPTIONS, name: 'east' });
      return `${(await workload(pair)).certificate}\n${pair.certificate}`;
    };
    [leafOfOld, leafOfNew] = [await chain(old), await chain(next)];
  });
  const one = (pair: Pair) => {
    const [certificate] = certificatesIn(pair.certificate);
    if (!certificate) throw new Error('no certificate');
    return certificate;
  };
  const missing = (trusted: Pair[], chain: string, expectedRoots: Pair[], of: Pair) =>
    missingIn(proxyTrust(dump(trusted.map(({ certificate }) => certificate).join('\n'), chain)), {
      trusts: expectedRoots.map(one),
      of: one(of),
    });

  test('every root of the stage and no other, and a certificate that leads to the right one', () => {
    expect(missing([old, next], leafOfOld, [old, next], old)).toBeUndefined();
    expect(missing([old], leafOfOld, [old, next], old)).toBe('does not trust every root yet');
    expect(missing([old, next], leafOfOld, [old, next], next)).toBe(
      'shows a certificate of another root still',
    );
    expect(missing([old, next], leafOfNew, [next], next)).toBe('trusts another root still');
    expect(missing([next], leafOfNew, [next], next)).toBeUndefined();
    expect(missing([], '', [old], old)).toBe('has no certificates yet');
  });

  // istiod appends them; taken for a proof, stage 3 came too early, and connections failed
  test('roots at the end of the chain prove nothing', () => {
    const appended = `${leafOfOld}\n${old.certificate}\n${next.certificate}`;
    expect(missing([old, next], appended, [old, next], next)).toBe(
      'shows a certificate of another root still',
    );
    expect(
      missing([old, next], `${leafOfNew}\n${old.certificate}\n${next.certificate}`, [old, next], next),
    ).toBeUndefined();
  });
});

describe('check', () => {
  /** A kubectl whose clusters have pods, each with what its proxy has. */
  function playKubectl(proxies: { [pod: string]: string }, ownRoot = ''): void {
    const pod = (name: string, container: string) => ({
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: container }] },
      status: { phase: 'Running' },
    });
    const items = [...Object.keys(proxies).map((name) => pod(name, 'istio-proxy')), pod('plain', 'app')];
    writeFileSync(join(parent, 'pods.json'), JSON.stringify({ items }));
    for (const [name, text] of Object.entries(proxies)) writeFileSync(join(parent, `${name}.json`), text);
    const script = `#!/bin/sh\ncase "$*" in\n*"get pods"*) cat '${parent}/pods.json' ;;\n*exec*) cat "${parent}/$6.json" ;;\n*"get secret istio-ca-secret --namespace istio-system"*"jsonpath={.data.ca-cert"*) printf %s '${Buffer.from(ownRoot).toString('base64')}' ;;\nesac\n`;
    writeFileSync(join(parent, 'kubectl'), script);
    chmodSync(join(parent, 'kubectl'), 0o755);
  }
  const has = async (trusted: string) => {
    const leaf = await workload({
      certificate: read('east', 'ca-cert.pem'),
      key: read('east', 'ca-key.pem'),
    });
    return dump(trusted, `${leaf.certificate}\n${read('east', 'ca-cert.pem')}`);
  };

  test('says when the next stage is safe, and who is late', async () => {
    ca('init', folder, 'east');
    const before = await has(read('root', 'root-cert.pem'));
    playKubectl({ 'web-0': before, 'web-1': before });
    expect(ca('check', folder)).toMatchObject({
      status: 0,
      stdout: `No rotation is under way.

      proxies  as expected  not yet
east  2        2            0

Every proxy trusts the root alone.
`,
    });
    ca('rotate', folder, '1');
    playKubectl({ 'web-0': await has(read('east', 'root-cert.pem')), 'web-1': before });
    expect(ca('check', folder)).toMatchObject({
      status: 1,
      stdout: `Stage 1 of 3: both roots are trusted; certificates are of the old one.

      proxies  as expected  not yet
east  2        1            1

east shop/web-1 does not trust every root yet

Wait, or restart these pods: a proxy asks for a new certificate within the life of its own, a day by default.
`,
    });
    const json = JSON.parse(ca('check', folder, '--json').stdout);
    expect(json).toEqual({
      stage: 1,
      isDone: false,
      clusters: [
        {
          cluster: 'east',
          proxies: 2,
          missing: [{ pod: 'shop/web-1', why: 'does not trust every root yet' }],
        },
      ],
    });
    const both = await has(read('east', 'root-cert.pem'));
    playKubectl({ 'web-0': both, 'web-1': both });
    expect(ca('check', folder)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Stage 2 is safe.'),
    });
  });

  describe('an istiod that started before cacerts, and signs with a root that it made itself', () => {
    let own: Pair;
    let shown: string;
    beforeAll(async () => {
      own = await newRoot({ ...OPTIONS, name: 'cluster.local' });
      shown = dump(own.certificate, `${(await workload(own)).certificate}`);
    });
    const deletes = 'kubectl --context east --namespace istio-system delete secret istio-ca-secret';

    test('is named, with what to do, and exit code 1', () => {
      ca('init', folder, 'east');
      playKubectl({ 'web-0': shown }, own.certificate);
      const { status, stdout } = ca('check', folder);
      expect(status).toBe(1);
      expect(stdout).toContain('east shop/web-0 trusts the root that the istiod of east made itself\n');
      expect(stdout).toContain(
        'east: istiod signs with a root of its own, which it keeps in the Secret istio-system/istio-ca-secret.',
      );
      const steps = [
        'kubectl create secret generic cacerts --namespace istio-system',
        'kubectl --context east --namespace istio-system rollout restart deployment --selector app=istiod',
        deletes,
      ];
      const places = steps.map((step) => stdout.indexOf(step));
      expect(places).toEqual([...places].sort((one, other) => one - other));
      expect(places).not.toContain(-1);
      expect(stdout).not.toContain('PRIVATE KEY');
      const { clusters, isDone } = JSON.parse(ca('check', folder, '--json').stdout);
      expect(isDone).toBe(false);
      expect(clusters[0].ownRoot).toEqual({
        fingerprint: certificatesIn(own.certificate)[0]?.fingerprint256,
        isTrusted: true,
      });
    });

    test('is told from one that had done so before: the Secret is left over, and the next stage safe', async () => {
      ca('init', folder, 'east');
      playKubectl({ 'web-0': await has(read('root', 'root-cert.pem')) }, own.certificate);
      const { status, stdout } = ca('check', folder);
      expect(status).toBe(0);
      expect(stdout).toContain('east: no proxy trusts the root in the Secret istio-system/istio-ca-secret');
      expect(stdout).toContain(deletes);
      expect(stdout).toContain('Every proxy trusts the root alone.');
    });
  });

  test('a cluster without proxies proves nothing', () => {
    ca('init', folder, 'east');
    playKubectl({});
    expect(ca('check', folder)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('east has no proxies'),
    });
  });
});
