import { CaSource, Cluster, RemoteSecretSource } from '../../lib';
import { validate } from '../../lib/validation/validate';
import { fleetOf } from '../support/fleets';
import { refusal } from '../support/objects';
import { requireValid } from '../support/valid';

const refused = (more: object) =>
  refusal(() => requireValid(fleetOf([new Cluster({ name: 'a', network: 'n', ...more })])));

test.each(['', Number.NaN, 0, null, false])('a store that is %p is not out of band', (props) => {
  for (const [prop, source] of Object.entries({
    remoteSecret: RemoteSecretSource.externalSecret(props as never),
    ca: CaSource.externalSecret(props as never),
  }))
    expect(refused({ [prop]: source })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^clusters\\[0\\]\\.${prop}: must be an object with the props storeName, .+; pass the props as one object$`,
        ),
      ),
    ]);
});

test('the issuer does not sign with what it has signed', () => {
  const ca = CaSource.certManager({ issuerName: 'x', caSecretName: 'cacerts' });
  expect(refused({ ca })).toEqual([
    "clusters[0].ca.caSecretName: must not be 'cacerts': cert-manager writes what the issuer signs into that Secret, and the issuer would sign with it, got 'cacerts'; keep the authority that signs in a Secret of another name",
  ]);
});

test('a port of a gateway belongs to an address', () => {
  expect(refused({ gatewayPort: 443 })).toEqual([
    'clusters[0].gatewayPort: must belong to a gatewayAddress, got 443 without a gatewayAddress; give the address too, or leave out the port',
  ]);
});

test('one gateway leads into one network', () => {
  const gateway = { gatewayAddress: '203.0.113.1', gatewayPort: 443 };
  const one = new Cluster({ name: 'a', network: 'n', ...gateway });
  const errors = (more: object) =>
    validate(fleetOf([one, new Cluster({ name: 'b', network: 'm', ...gateway, ...more })]));
  expect(errors({})).toEqual([
    {
      path: 'clusters[1].gatewayAddress',
      expected:
        "differ from clusters[0].gatewayAddress, or its port from that one's: the clusters are on different networks",
      actual: "'203.0.113.1' with port 443 for both",
      hint: 'give each network a gateway address or port of its own, or the clusters one network',
    },
  ]);
  expect(errors({ network: 'n' })).toEqual([]);
  expect(errors({ gatewayPort: 444 })).toEqual([]);
});

test.each([
  [' ', "must be a string with more than white space, got ' '; give such a string"],
  ['\n', "must be a string with more than white space, got '\\n'; give such a string"],
  ['a\nb', "must be a string of one line, got 'a\\nb'; leave out the line breaks"],
  ['a\n', "must be a string of one line, got 'a\\n'; leave out the line breaks"],
])('the text %j is refused', (remoteKey, said) => {
  const ca = CaSource.externalSecret({ storeName: 'x', remoteKey });
  expect(refused({ ca })).toEqual([`clusters[0].ca.remoteKey: ${said}`]);
});
