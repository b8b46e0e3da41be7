import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { eastwest } from '../support/cli';
import { fakeKubectl } from '../support/fake-kubectl';
import { folderForEachTest } from '../support/folder';

// The lab runs the command against real clusters: npm run prove -- multi-primary

const TOKEN = 'the.reader.token';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const SECRET = JSON.stringify({ data: { token: base64(TOKEN), 'ca.crt': base64('the authority') } });

const folder = folderForEachTest('remote-secret-');

/** Clusters whose kubectl keeps the call and the object of `apply` in files. */
function fakeClusters({ secret = SECRET, server = 'https://api.a:6443' } = {}): void {
  fakeKubectl(folder(), {
    '*"get secret"*': `printf '%s' '${secret}'`,
    '*"config view"*': `printf '%s' '${server}'`,
    '*apply*': `echo "$*" > '${folder()}/call'; cat > '${folder()}/applied'`,
  });
}

const remoteSecret = (...args: string[]) => eastwest(['remote-secret', ...args], { path: folder() });

test('--print prints the Secret with which istiod reads the cluster', () => {
  fakeClusters();
  const { status, stdout } = remoteSecret('a', 'b', '--print');
  expect(status).toBe(0);
  const secret = load(stdout) as { stringData: { a: string } };
  expect(secret).toMatchObject({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'istio-remote-secret-a',
      namespace: 'istio-system',
      labels: { 'istio/multiCluster': 'true' },
      annotations: { 'networking.istio.io/cluster': 'a' },
    },
  });
  expect(load(secret.stringData.a)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'a',
        cluster: { server: 'https://api.a:6443', 'certificate-authority-data': base64('the authority') },
      },
    ],
    users: [{ name: 'a', user: { token: TOKEN } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    'current-context': 'a',
  });
});

test('--apply applies it to the other cluster and prints nothing of it', () => {
  fakeClusters();
  const { status, stdout, stderr } = remoteSecret(
    'a',
    'b',
    '--apply',
    '--server',
    'https://203.0.113.1',
    '--to-context',
    'ctx-b',
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'Applied: the istiod of b reads a at https://203.0.113.1\n',
    stderr: '',
  });
  expect(readFileSync(join(folder(), 'call'), 'utf8')).toContain('--context ctx-b apply --server-side');
  expect(readFileSync(join(folder(), 'applied'), 'utf8')).toContain(TOKEN);
});

describe('refused, with nothing applied', () => {
  const ONE = 'be given one at a time';
  const TO_DO = 'give --apply to apply the Secret, or --print to print it';
  test.each([
    ['neither --apply nor --print', ['a', 'b'], `--apply, --print: must ${ONE}, got neither; ${TO_DO}`],
    ['both', ['a', 'b', '--apply', '--print'], `--apply, --print: must ${ONE}, got both; ${TO_DO}`],
    [
      'one cluster for both',
      ['a', 'a', '--apply'],
      "<to>: must be another cluster than <from>, got 'a' for both; name two clusters: an istiod reads its own cluster without a remote secret",
    ],
    [
      'a server that is no https URL',
      ['a', 'b', '--apply', '--server', 'api'],
      "--server: must be an https URL, got 'api'; give one such as https://203.0.113.1:6443",
    ],
    [
      'a name that no cluster can have',
      ['A', 'b', '--apply'],
      "<from>: must be a DNS label of at most 63 characters (a-z, 0-9, '-', beginning and ending with a letter or digit), got 'A'; choose such a name",
    ],
    ['one name', ['a', '--apply'], "error: missing required argument 'to'\n(--help explains the usage)"],
  ])('%s', (_, args, message) => {
    fakeClusters();
    expect(remoteSecret(...args)).toMatchObject({ status: 1, stdout: '', stderr: message });
    expect(existsSync(join(folder(), 'applied'))).toBe(false);
  });

  test('an address that other clusters cannot reach', () => {
    fakeClusters({ server: 'https://127.0.0.1:34567' });
    const { status, stderr } = remoteSecret('a', 'b', '--apply');
    expect(status).toBe(1);
    expect(stderr).toBe(
      '--server: must be given for a, got none, and the kubeconfig has https://127.0.0.1:34567; give the URL at which other clusters reach this API server: they cannot reach this address',
    );
    expect(existsSync(join(folder(), 'applied'))).toBe(false);
  });

  test('a cluster without a token', () => {
    fakeClusters({ secret: '' });
    const { status, stderr } = remoteSecret('a', 'b', '--apply');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'a: the Secret istio-system/istio-reader-service-account-istio-remote-secret-token must hold a token, got none; install Istio there, apply dist/a, and run this command again',
    );
  });
});
