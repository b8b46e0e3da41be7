import { CaSource, SharedCaSecret, type SharedCaSecretProps } from '../../lib';
import { constructRefusal, only, synth } from '../support/objects';

const KEYS = ['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'];
const secret = (more: Partial<SharedCaSecretProps> = {}) =>
  synth((chart) => new SharedCaSecret(chart, 'ca', { clusterName: 'east', ...more }));

test('made out of band, the output says in words and in a command what must exist', () => {
  const { metadata, data } = only(secret(), 'ConfigMap');
  expect(metadata).toEqual({ name: 'cacerts-required', namespace: 'istio-system' });
  expect(data.what).toContain('The Secret cacerts in istio-system must exist before istiod starts.');
  for (const key of KEYS) {
    expect(data.what).toContain(key);
    expect(data.command).toContain(`--from-file=${key}=east/${key}`);
  }
  expect(data.command).toMatch(
    /^kubectl --context east create secret generic cacerts --namespace istio-system /,
  );
  expect(data.check).toContain('root-cert.pem');
});

test('an ExternalSecret brings the four keys from one entry of the store', () => {
  const source = CaSource.externalSecret({ storeName: 'vault', remoteKey: 'mesh/east' });
  expect(only(secret({ source }), 'ExternalSecret')).toMatchObject({
    metadata: { name: 'cacerts', namespace: 'istio-system' },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
      target: { name: 'cacerts' },
      data: KEYS.map((key) => ({ secretKey: key, remoteRef: { key: 'mesh/east', property: key } })),
    },
  });
});

test('cert-manager makes an intermediate CA and renews it in good time', () => {
  const source = CaSource.certManager({ issuerName: 'mesh-root' });
  expect(only(secret({ source }), 'Certificate')).toMatchObject({
    metadata: { name: 'cacerts', namespace: 'istio-system' },
    spec: {
      secretName: 'cacerts',
      isCA: true,
      duration: '8760h',
      renewBefore: '2920h',
      privateKey: { algorithm: 'ECDSA', size: 256 },
      usages: ['cert sign', 'crl sign', 'digital signature'],
      issuerRef: { name: 'mesh-root', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    },
  });
});

describe('cert-manager’s Issuer is written too, where the Secret of its authority is named', () => {
  const source = CaSource.certManager({ issuerName: 'istio-ca', caSecretName: 'istio-issuing-ca' });

  test('beside istiod, and the certificate asks it', () => {
    const objects = secret({ source });
    expect(only(objects, 'Issuer')).toMatchObject({
      apiVersion: 'cert-manager.io/v1',
      metadata: { name: 'istio-ca', namespace: 'istio-system' },
      spec: { ca: { secretName: 'istio-issuing-ca' } },
    });
    expect(only(objects, 'Certificate').spec.issuerRef).toEqual({
      ...{ name: 'istio-ca', kind: 'Issuer', group: 'cert-manager.io' },
    });
  });

  test('and the output says what the Secret must hold, without it', () => {
    const objects = secret({ source });
    const { metadata, data } = only(objects, 'ConfigMap');
    expect(metadata).toEqual({ name: 'istio-issuing-ca-required', namespace: 'istio-system' });
    expect(data.what).toContain('tls.crt');
    expect(data.command).toMatch(
      /^kubectl --context east create secret tls istio-issuing-ca --namespace istio-system /,
    );
    expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  });

  test.each([
    [{ issuerKind: 'ClusterIssuer' }, /issuerKind: must be 'Issuer' or left out .*, got 'ClusterIssuer'; /],
    [{ issuerGroup: 'x.io' }, /issuerGroup: must be 'cert-manager\.io' or left out .*, got 'x\.io'; /],
    [{ caSecretName: 'A B' }, /caSecretName: must be a DNS name/],
  ])('%j beside it is refused', (more, message) => {
    const wrong = CaSource.certManager({ issuerName: 'i', caSecretName: 's', ...more });
    const errors = constructRefusal(
      (chart) => new SharedCaSecret(chart, 'ca', { clusterName: 'east', source: wrong }),
    );
    expect(errors).toEqual([expect.stringMatching(message)]);
  });
});

test.each([
  ['out of band', CaSource.outOfBand()],
  [
    'ExternalSecret',
    CaSource.externalSecret({
      storeName: 's',
      remoteKey: 'k',
      storeKind: 'SecretStore',
      refreshInterval: '5m',
    }),
  ],
  [
    'cert-manager',
    CaSource.certManager({
      issuerName: 'i',
      issuerKind: 'Issuer',
      issuerGroup: 'x.io',
      durationHours: 48,
      renewBeforeHours: 24,
    }),
  ],
])('%s: no Secret is in the output', (_, source) => {
  const objects = secret({ source, namespace: 'mesh' });
  expect(objects).toHaveLength(1);
  expect(objects[0].kind).not.toBe('Secret');
  expect(objects[0].metadata.namespace).toBe('mesh');
});

test('key material passed in as a value is refused, by whatever prop', () => {
  const key = `-----BEGIN ${'EC PRIVATE KEY'}-----\nAAAA`;
  const message = /^\[test\/ca\] \w+: must hold no key material, got a private key \(not shown\)/;
  for (const prop of ['source', 'clusterName', 'key', 'namespace']) {
    const [line] = constructRefusal(
      // biome-ignore lint/suspicious/noExplicitAny: what a caller without a compiler may pass
      (chart) => new SharedCaSecret(chart, 'ca', { clusterName: 'east', [prop]: key } as any),
    );
    expect(line).toMatch(message);
  }
});

test('a certificate that would be renewed before it begins is refused', () => {
  const source = CaSource.certManager({ issuerName: 'i', durationHours: 24, renewBeforeHours: 24 });
  expect(
    constructRefusal((chart) => new SharedCaSecret(chart, 'ca', { clusterName: 'east', source })),
  ).toEqual([
    '[test/ca] source.renewBeforeHours: must be less than durationHours (24), got 24; lower it, or make the certificate live longer',
  ]);
});
