import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { eastwest } from '../support/cli';

// Against real clusters the command runs in the lab (`npm run prove -- multi-primary`). Here kubectl is a script that plays
// what real ones print, so that every failure can be had.

const TOKEN = 'the.reader.token';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const SECRET = JSON.stringify({ data: { token: base64(TOKEN), 'ca.crt': base64('the authority') } });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'remote-secret-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A kubectl that answers by what it is asked, and keeps what it is given to apply. */
function playKubectl({ secret = SECRET, server = 'https://api.a:6443' } = {}): void {
  const file = join(folder, 'kubectl');
  writeFileSync(
    file,
    `#!/bin/sh
case "$*" in
  *"get secret"*) printf '%s' '${secret}' ;;
  *"config view"*) printf '%s' '${server}' ;;
  *apply*) echo "$*" > '${folder}/asked'; cat > '${folder}/applied' ;;
esac
`,
  );
  chmodSync(file, 0o755);
}

const remoteSecret = (...args: string[]) => eastwest(['remote-secret', ...args], folder);

test('--print gives a Secret by which istiod reads the cluster', () => {
  playKubectl();
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

test('--apply puts it into the reading cluster, and shows nothing of it', () => {
  playKubectl();
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
    stdout: 'b reads a at https://203.0.113.1\n',
    stderr: '',
  });
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toContain('--context ctx-b apply --server-side');
  expect(readFileSync(join(folder, 'applied'), 'utf8')).toContain(TOKEN);
});

describe('refused, with nothing applied', () => {
  test.each([
    ['neither --apply nor --print', ['a', 'b'], 'say either --apply or --print'],
    ['both', ['a', 'b', '--apply', '--print'], 'say either --apply or --print'],
    [
      'a cluster that reads itself',
      ['a', 'a', '--apply'],
      'a need not be told how to read itself; name two clusters',
    ],
    [
      'a server that is no URL',
      ['a', 'b', '--apply', '--server', 'api'],
      "--server must be an https URL, got 'api'",
    ],
    ['one cluster', ['a', '--apply'], "error: missing required argument 'to'"],
  ])('%s', (_, args, message) => {
    playKubectl();
    expect(remoteSecret(...args)).toMatchObject({ status: 1, stdout: '', stderr: message });
    expect(existsSync(join(folder, 'applied'))).toBe(false);
  });

  test('a server that other clusters cannot reach', () => {
    playKubectl({ server: 'https://127.0.0.1:34567' });
    const { status, stderr } = remoteSecret('a', 'b', '--apply');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'a is reached at https://127.0.0.1:34567 from here, which leads nowhere from another cluster; give --server',
    );
    expect(existsSync(join(folder, 'applied'))).toBe(false);
  });

  test('a cluster without a token', () => {
    playKubectl({ secret: '' });
    const { status, stderr } = remoteSecret('a', 'b', '--apply');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'a has no token in Secret istio-system/istio-reader-service-account-istio-remote-secret-token; install Istio there, apply dist/a, and run this again',
    );
  });
});
