import { CaSource, Cluster, RemoteSecretSource } from '../../lib';
import { fleetOf } from '../support/fleets';
import { refusal } from '../support/objects';

const refused = (more: object) =>
  refusal(() => fleetOf([new Cluster({ name: 'a', network: 'n', ...more })]).validate());

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
