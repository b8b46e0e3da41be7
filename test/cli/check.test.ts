import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatesIn } from '../../cli/ca/certificate';
import type { KeyPair } from '../../cli/ca/key-pair';
import { newRoot } from '../../cli/ca/new-certificate';
import { caDirectoryForEachTest } from '../support/ca-directory';
import { workload } from '../support/certificates';
import { presentedChain, secretsDump } from '../support/envoy';
import { fakeKubectl } from '../support/fake-kubectl';

const { parent, folder, ca, refused, read } = caDirectoryForEachTest();

/** Clusters whose pods have proxies with these secrets. The istiod of each may have a self-signed root. */
function fakeClusters(proxies: { [pod: string]: string }, selfSignedRoot = ''): void {
  const pod = (name: string, container: string) => ({
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: container }] },
    status: { phase: 'Running' },
  });
  const items = [...Object.keys(proxies).map((name) => pod(name, 'istio-proxy')), pod('plain', 'app')];
  writeFileSync(join(parent(), 'pods.json'), JSON.stringify({ items }));
  for (const [name, dump] of Object.entries(proxies)) writeFileSync(join(parent(), `${name}.json`), dump);
  const encoded = Buffer.from(selfSignedRoot).toString('base64');
  fakeKubectl(parent(), {
    '*"get pods"*': `cat '${parent()}/pods.json'`,
    '*exec*': `cat "${parent()}/$6.json"`,
    '*"get secret istio-ca-secret --namespace istio-system"*"jsonpath={.data.ca-cert"*': `printf %s '${encoded}'`,
  });
}

/** The secrets of a proxy in east that trusts these roots. */
const proxyWith = async (roots: string) => {
  const issuer = { certificate: read('east', 'ca-cert.pem'), key: read('east', 'ca-key.pem') };
  return secretsDump(roots, await presentedChain(issuer));
};

test('it counts the proxies, names those that differ, and says when the next stage is safe', async () => {
  ca('init', 'east');
  const before = await proxyWith(read('root', 'root-cert.pem'));
  fakeClusters({ 'web-0': before, 'web-1': before });
  expect(ca('check')).toMatchObject({
    status: 0,
    stdout: `No rotation is in progress.

cluster  proxies  as expected  different
east     2        2            0

Every proxy trusts the root of this folder and no other.
`,
  });
  ca('rotate', '1');
  const both = await proxyWith(read('east', 'root-cert.pem'));
  fakeClusters({ 'web-0': both, 'web-1': before });
  expect(ca('check')).toMatchObject({
    status: 1,
    stdout: `Stage 1 of 3: proxies trust both roots; the old root issues certificates.

cluster  proxies  as expected  different
east     2        1            1

east shop/web-1 does not trust every expected root yet

Wait and run this check again, or restart these pods. A proxy requests a new certificate before its own expires: within a day by default.
`,
  });
  expect(JSON.parse(ca('check', '--json').stdout)).toEqual({
    stage: 1,
    isDone: false,
    clusters: [
      {
        cluster: 'east',
        proxies: 2,
        mismatches: [{ pod: 'shop/web-1', reason: 'does not trust every expected root yet' }],
      },
    ],
  });
  fakeClusters({ 'web-0': both, 'web-1': both });
  expect(ca('check')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(
      `Stage 2 is safe. Run: npx --no-install eastwest ca rotate ${folder()} 2`,
    ),
  });
});

describe('an istiod that started before cacerts existed and made a self-signed root', () => {
  let own: KeyPair;
  let secrets: string;
  beforeAll(async () => {
    const name = 'cluster.local';
    own = await newRoot({ name, keyKind: 'ecdsa', days: 30, trustDomain: name });
    secrets = secretsDump(own.certificate, `${(await workload(own)).certificate}`);
  });
  const deletion = 'kubectl --context ctx-east --namespace istio-system delete secret istio-ca-secret';
  const check = (...more: string[]) => ca('check', '--context', 'east=ctx-east', ...more);

  test('it is named with the commands to replace it, in the context of its cluster; exit code 1', () => {
    ca('init', 'east');
    fakeClusters({ 'web-0': secrets }, own.certificate);
    const { status, stdout } = check();
    expect(status).toBe(1);
    expect(stdout).toContain('east shop/web-0 trusts the self-signed root of the istiod of east\n');
    expect(stdout).toContain(
      'east: istiod issues certificates under a self-signed root, which it keeps in the Secret istio-system/istio-ca-secret.',
    );
    const steps = [
      'kubectl create secret generic cacerts --namespace istio-system',
      '| kubectl --context ctx-east apply --server-side -f -',
      'kubectl --context ctx-east --namespace istio-system rollout restart deployment --selector app=istiod',
      deletion,
    ];
    const places = steps.map((step) => stdout.indexOf(step));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    const { clusters, isDone } = JSON.parse(check('--json').stdout);
    expect(isDone).toBe(false);
    expect(clusters[0].selfSignedRoot).toEqual({
      fingerprint: certificatesIn(own.certificate)[0]?.fingerprint256,
      isTrusted: true,
    });
  });

  test('where no proxy trusts it any more, the Secret may be deleted and the check passes', async () => {
    ca('init', 'east');
    fakeClusters({ 'web-0': await proxyWith(read('root', 'root-cert.pem')) }, own.certificate);
    const { status, stdout } = check();
    expect(status).toBe(0);
    expect(stdout).toContain(
      'east: the Secret istio-system/istio-ca-secret holds an old self-signed root of istiod. No proxy trusts it.',
    );
    expect(stdout).toContain(deletion);
    expect(stdout).toContain('Every proxy trusts the root of this folder and no other.');
  });
});

test('a cluster without proxies proves nothing', () => {
  ca('init', 'east');
  fakeClusters({});
  const { status, stdout } = ca('check');
  expect(status).toBe(1);
  expect(stdout).toContain('east has no running proxy');
  expect(stdout).toContain('A check needs at least one running proxy in every cluster.');
});

test('a proxy that does not answer is named with the reason', () => {
  ca('init', 'east');
  fakeClusters({ 'web-0': 'no JSON' });
  expect(ca('check')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('east shop/web-0 did not answer: Unexpected token'),
  });
});

test('a context that does not exist, or is given for no cluster of the folder', () => {
  ca('init', 'east');
  fakeKubectl(parent(), { '*': `echo 'error: context "east" does not exist' >&2; exit 1` });
  expect(refused('check')).toMatch(
    /^kubectl --context east get .*: error: context "east" does not exist; give the context of this cluster with --context east=NAME$/,
  );
  expect(refused('check', '--context', 'west=ctx')).toBe(
    "--context: must be CLUSTER=NAME, where CLUSTER is one of east, got 'west=ctx'; give the name of a cluster in this folder and its kubectl context",
  );
});
