import fc from 'fast-check';
import { Cluster } from '../../lib';
import { keyMaterialIn } from '../../lib/fleet/key-material';
import { fleetOf, hello, twoClusters } from '../support/fleets';
import { refusal } from '../support/objects';

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
      const lines = refusal(() => fleet.validate());
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
  expect(refusal(() => fleetOf([cluster]).validate())).toEqual([
    'clusters[0].gateway.serviceAnnotations.note: must hold no key material, got a private key in base64 (not shown); take it out of the code, treat it as leaked, and refer to a Secret by its name',
  ]);
});
