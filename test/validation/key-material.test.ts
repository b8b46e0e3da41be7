import { ApiObject } from 'cdk8s';
import fc from 'fast-check';
import { Cluster, FleetManifests } from '../../lib';
import { findKeyMaterial, keyMaterialIn } from '../../lib/rules/key-material';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { refusal } from '../support/objects';
import { requireValid } from '../support/valid';

// Shaped like keys; no key anywhere.
const BODY = 'MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAoGCCqGSM49';
const header = (kind: string) => `-----BEGIN ${kind}-----`;
const PEM = `${header('EC PRIVATE KEY')}\n${BODY}\n-----END EC PRIVATE KEY-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const TOKEN = ['eyJhbGciOiJSUzI1NiJ9', 'eyJpc3MiOiJrdWJlcm5ldGVzIn0', 'c2lnbmF0dXJlLW9mLW5vYm9keQ'].join('.');

const MATERIAL: [string, string][] = [
  ['a PEM key', PEM],
  ['an RSA key', PEM.replaceAll('EC ', 'RSA ')],
  ['a PKCS 8 key', PEM.replaceAll('EC ', '')],
  ['a key among other text', `my.cnf\n${PEM}\nend`],
  ['a key in base64', base64(PEM)],
  ['a key in wrapped base64', base64(PEM).replace(/(.{20})/g, '$1\n')],
  ['a token', TOKEN],
  ['an age key', 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQ'],
  ['a kubeconfig with a token', 'users:\n- name: admin\n  user:\n    token: abcdefghijklmnopqrstuv'],
  ['a password in a file', '[client]\nuser=root\npassword = hunter22'],
  ['a password in JSON', '{"MYSQL_PASSWORD":"hunter22"}'],
  ['a password in base64', base64('user: replication\npassword: hunter22-hunter22')],
  ['a password in a URL', 'mysql://root:hunter22@db.example.com:3306'],
  ['a password after the path of another', 'password_file=/etc/mysql/password\npassword=hunter22'],
  ['a password after another’s path', 'password=/etc/mysql/password password=hunter22'],
  ['a password that begins with a slash', 'password: /hunter22'],
  ['a password with slashes', 'password=/Xy7/Qz3kfk9Lw0/ab'],
  ['a password with a default', `mysql://root:\${PASSWORD:-hunter22}@db.example.com`],
  ['a password on the next line', 'password:\n  hunter22'],
  ['a kubeconfig', `users:\n- user:\n    client-key-data: ${BODY}`],
];

test.each(MATERIAL)('%s is recognised', (_, text) => {
  expect(keyMaterialIn(text)).toBeDefined();
});

test.each([
  ['a certificate, which is public', `${header('CERTIFICATE')}\n${BODY}`],
  ['a long host name', 'outbound_.3306_._.db-pxc-0.db-pxc.wookie.svc.cluster.local'],
  ['a digest', 'sha256:3b1f5a1d9b2c7e6f5a4d3c2b1a0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f'],
  ['settings about passwords', 'validate_password.length=12\ndefault_password_lifetime = 90'],
  ['words about passwords', 'The Secret has the same `replication` password: see the operator.'],
  ['a reference to a password', 'password: $(MYSQL_PASSWORD)'],
  ['the path of a password', 'MYSQL_PASSWORD_FILE=/run/secrets/db/password'],
  [
    'the path of a password after a colon',
    'passwordFile: /etc/mysql/password\npassword: /etc/mysql/password',
  ],
  ['the path of a password after an equals sign', '[client]\npassword=/run/secrets/db/password\nuser=root'],
  ['the path of a password in JSON', '{"password":"/etc/mysql/db.password"}'],
  ['the path of a token', 'token: /var/run/secrets/kubernetes.io/serviceaccount/token'],
  ['a variable for a password', `PASSWORD=\${MYSQL_PASSWORD}\npassword=$(MYSQL_PASSWORD)`],
  [
    'a variable for a password in a URL',
    `mysql://root:$(MYSQL_PASSWORD)@db:3306, mysql://root:\${PASSWORD}@db`,
  ],
  ['a Secret’s name', 'passwordSecret: db-secrets\nsecretName: db-password'],
  ['a Secret’s name for a password', 'password:\n  secretName: db-secrets\n'],
  ['a Secret’s key for a password', 'password:\n  secretKeyRef:\n    name: db-secrets\n    key: root'],
  ['a Secret’s key for a token', 'token:\n  secretKeyReference:\n    name: reader'],
  ['an address', 'https://api.example.com:6443'],
  ['words', 'The Secret cacerts in istio-system must exist before istiod starts.'],
])('%s is left alone', (_, text) => {
  expect(keyMaterialIn(text)).toBeUndefined();
});

test('key material in any prop, known or not, is refused and never repeated', () => {
  const { a, b } = twoClusters();
  const props = ['namespace', 'name', 'service', 'portName', 'serviceAccount', 'naming', 'port', 'notAProp'];
  fc.assert(
    fc.property(fc.constantFrom(...MATERIAL), fc.constantFrom(...props), ([, material], prop) => {
      const fleet = fleetOf([a, b]);
      fleet.offer(hello(a, b, { [prop]: material }));
      const lines = refusal(() => requireValid(fleet));
      expect(lines).toContainEqual(
        expect.stringMatching(
          /: must hold no key material, got .* \(not shown\); take it out of the code, treat it as leaked/,
        ),
      );
      expect(lines.join('\n')).not.toContain(material.slice(0, 40));
    }),
  );
});

test('key material deep inside a prop is refused by its full path', () => {
  const cluster = new Cluster({
    name: 'a',
    network: 'n',
    gateway: { serviceAnnotations: { note: base64(PEM) } },
  });
  expect(refusal(() => requireValid(fleetOf([cluster])))).toEqual([
    'clusters[0].gateway.serviceAnnotations.note: must hold no key material, got a private key in base64 (not shown); take it out of the code, treat it as leaked, and refer to a Secret by its name',
  ]);
});

test('where a password is may be said in an object of one’s own, the password not', () => {
  const rendered = (data: { [key: string]: string }) => {
    const { a, b } = twoClusters();
    const fleet = fleetOf([a, b]);
    fleet.offer(hello(a, b));
    const manifests = new FleetManifests(fleet);
    new ApiObject(manifests.chart(a, '70-workloads'), 'settings', {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'demo' }, data },
    });
    return () => manifests.render();
  };
  const env = 'MYSQL_PASSWORD_FILE=/run/secrets/db/password\npassword: /etc/mysql/password\n';
  expect(rendered({ env, url: 'mysql://root:$(PASSWORD)@db' })).not.toThrow();
  expect(refusal(rendered({ env: `${env}password: hunter22\n` }))).toEqual([
    'cluster-a/70-workloads.k8s.yaml ConfigMap demo/settings data.env: must hold no key material, got a password (not shown); take it out of the code, treat it as leaked, and refer to a Secret by its name',
  ]);
});

describe('a secret that its field names', () => {
  const PASSWORD = 'S3cr3t-Pa55w0rd!';
  const TOKEN = 'a1b2c3d4e5f6a7b8c9d0';

  test.each<[string, unknown, string]>([
    ['a ConfigMap', { data: { MYSQL_PASSWORD: PASSWORD } }, '.data.MYSQL_PASSWORD'],
    ...[
      'password',
      'passwd',
      'pwd',
      'MYSQL_PWD',
      'dbPassword',
      'db-password',
      'db.password',
      'PASSWORD2',
    ].map((name): [string, unknown, string] => [name, { [name]: PASSWORD }, `.${name}`]),
    ...['token', 'API_TOKEN', 'api_key', 'api-key', 'apiKey', 'AWS_SECRET_ACCESS_KEY', 'clientSecret'].map(
      (name): [string, unknown, string] => [name, { [name]: TOKEN }, `.${name}`],
    ),
    ['a container', { env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] }, '.env[0].value'],
    ['an option', { args: ['-v', '--password', 'hunter2hunter2'] }, '.args[2]'],
    ['an option with a token', { args: ['--token', TOKEN] }, '.args[1]'],
    ['an annotation', { annotations: { 'x/password': PASSWORD } }, '.annotations.x/password'],
    ['words', { password: 'correct horse battery staple' }, '.password'],
    [
      'an object without prototype',
      { data: Object.assign(Object.create(null), { pwd: PASSWORD }) },
      '.data.pwd',
    ],
  ])('%s', (_, value, path) => {
    expect(findKeyMaterial(value)).toEqual({
      path,
      what: expect.stringMatching(/^a (password|token|secret key)$/),
    });
  });

  test.each<[string, unknown]>([
    ['a path', { password: '/run/secrets/db/password', PWD: '/var/lib' }],
    ['a variable', { password: '$(MYSQL_PASSWORD)', pwd: `\${MYSQL_PASSWORD}` }],
    ['nothing', { password: '', token: undefined, apiKey: null }],
    ['a boolean', { password: true, automountServiceAccountToken: false, token: 'false' }],
    ...['required', 'optional', 'true', 'false', 'none', 'disabled', 'Required'].map(
      (word): [string, unknown] => [word, { password: word }],
    ),
    ['a placeholder', { password: '<the password>', token: '{{ .Values.replication.token }}' }],
    [
      'where it is, and how it must be',
      {
        ...{ PASSWORD_FILE: 'somewhere/else', passwordFile: 'somewhere/else', passwordName: 'db-password' },
        ...{
          passwordRef: 'db-password',
          passwordPolicy: 'at least twelve',
          tokenUrl: 'https://x.example/token',
        },
        ...{ secretName: 'db-password-of-the-fleet' },
      },
    ],
    [
      'a Secret’s key',
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'mysql-password' } } },
    ],
    ['a short token', { token: 'reader', args: ['--token', 'reader'] }],
    ['an option after an option', { args: ['--password', '--verbose'] }],
    ['an option with a variable', { args: ['--password', '$(PASSWORD)'] }],
    ['another setting', { env: [{ name: 'LOG_LEVEL', value: 'information' }] }],
  ])('but not %s', (_, value) => {
    expect(findKeyMaterial(value)).toBeUndefined();
  });

  test('in a prop that nobody knows', () => {
    const cluster = new Cluster({ name: 'a', network: 'n', password: PASSWORD } as never);
    expect(refusal(() => requireValid(fleetOf([cluster])))).toEqual([
      'clusters[0].password: must hold no key material, got a password (not shown); take it out of the code, treat it as leaked, and refer to a Secret by its name',
    ]);
  });
});

test.each([
  ['a GitHub token', `ghp_${'a1B2'.repeat(9)}`],
  ['a GitHub token', `github_pat_${'a1B2_'.repeat(9)}`],
  ['an AWS access key', `AKIA${'A1B2'.repeat(4)}`],
  ['a Slack token', `xoxb-${'1234-'.repeat(4)}abcd`],
  ['a secret key', `AWS_SECRET_ACCESS_KEY=${'a1B2/'.repeat(8)}`],
])('%s is recognised anywhere in a text', (what, text) => {
  expect(keyMaterialIn(`see ${text} there`)).toBe(what);
});
