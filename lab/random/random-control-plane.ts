import type { ControlPlaneProps, InstallMethod } from '../../lib';
import { ISTIO_RELEASES, isInSail } from '../../lib/well-known/istio-release';
import type { Dice } from './dice';
import type { CaSpec, ControlPlaneSpec, RemoteSecretSpec } from './fleet-spec';

const METHODS: readonly InstallMethod[] = ['istioctl', 'helmfile', 'sail', 'flux', 'argoCd', 'k3s'];
const VERSIONS = ['1.28.3', '1.29.6', '1.30.3', '1.31.1'];

/** How Istio is installed: every method, with every setting. A remote cluster has settings of its files alone. */
export function randomControlPlane(
  dice: Dice,
  has: { readonly istiod: boolean; readonly dnsCapture: boolean | undefined },
): ControlPlaneSpec {
  const method = dice.pick(METHODS);
  const version = dice.maybe(40, () =>
    dice.pick(VERSIONS.filter((one) => method !== 'sail' || isInSail(one))),
  );
  const release = ISTIO_RELEASES.find(({ minor }) => (version ?? '1.30.3').startsWith(`${minor}.`));
  const compatibilityVersion = dice.maybe(25, () => dice.pick(release?.compatibleWith ?? []));
  const ofIstiod: ControlPlaneProps = {
    dnsCapture: has.dnsCapture,
    nativeSidecars: dice.maybe(40, () => dice.chance(50)),
    replicas: dice.maybe(30, () => dice.int(1, 3)),
    cpuRequest: dice.maybe(25, () => dice.pick(['100m', '1'])),
    memoryRequest: dice.maybe(25, () => dice.pick(['256Mi', '1Gi'])),
    cpuLimit: dice.maybe(25, () => dice.pick(['2', '1500m'])),
    memoryLimit: dice.maybe(25, () => dice.pick(['4Gi', '2048Mi'])),
  };
  const props = { version, compatibilityVersion, ...(has.istiod ? ofIstiod : {}) };
  return Object.values(props).every((value) => value === undefined) ? { method } : { method, props };
}

/** How istiod's signing certificate comes, with every prop. */
export function randomCa(dice: Dice): CaSpec {
  const renewBeforeHours = dice.maybe(50, () => dice.pick([24, 240]));
  const common = {
    issuerName: dice.pick(['istio-ca', 'mesh.issuer']),
    durationHours: dice.maybe(50, () => dice.pick([720, 8760])),
    renewBeforeHours,
  };
  return dice.pick<CaSpec>([
    { kind: 'outOfBand' },
    {
      kind: 'externalSecret',
      props: {
        storeName: 'vault',
        storeKind: dice.maybe(50, () => dice.pick(['SecretStore', 'ClusterSecretStore'])),
        remoteKey: 'mesh/cacerts',
        refreshInterval: dice.maybe(50, () => dice.pick(['1h', '30m', '1h30m'])),
      },
    },
    {
      kind: 'certManager',
      props: {
        ...common,
        issuerKind: dice.maybe(50, () => dice.pick(['Issuer', 'ClusterIssuer', 'VaultIssuer'])),
        issuerGroup: dice.maybe(40, () => dice.pick(['cert-manager.io', 'issuers.example.com'])),
      },
    },
    {
      kind: 'certManager',
      props: {
        ...common,
        caSecretName: 'issuing-ca',
        issuerKind: dice.maybe(50, () => 'Issuer'),
        issuerGroup: dice.maybe(40, () => 'cert-manager.io'),
      },
    },
  ]);
}

/** How the credential to read a cluster comes, with every prop. */
export function randomRemoteSecret(dice: Dice, cluster: string): RemoteSecretSpec {
  return dice.pick<RemoteSecretSpec>([
    { kind: 'outOfBand' },
    {
      kind: 'externalSecret',
      props: {
        storeName: 'vault',
        storeKind: dice.maybe(50, () => dice.pick(['SecretStore', 'ClusterSecretStore'])),
        remoteKey: `clusters/${cluster}`,
        property: dice.maybe(50, () => 'kubeconfig'),
        refreshInterval: dice.maybe(50, () => '15m'),
      },
    },
  ]);
}
