/** A kind to generate, and where its CRD is published. The only list of them. */
export interface Source {
  /** Kind of the custom resource; also the generated file's name. */
  readonly kind: string;
  /** API group, because Gateway is also a kind of the Gateway API. */
  readonly group: string;
  /** The version to write; the others are cut off. */
  readonly version: string;
  /** The release file, a path below the base URL. */
  readonly file: string;
}

/** Where release files are read from, unless told otherwise. */
export const UPSTREAM = 'https://raw.githubusercontent.com';

const istio = 'istio/istio/1.30.3/manifests/charts/base/files/crd-all.gen.yaml';
const percona = 'percona/percona-xtradb-cluster-operator/v1.19.0/deploy/crd.yaml';
const certManager = 'cert-manager/cert-manager/v1.21.1/deploy/crds';
const externalSecrets =
  'external-secrets/external-secrets/v2.9.0/config/crds/bases/external-secrets.io_externalsecrets.yaml';
const metallb = 'metallb/metallb/v0.16.1/config/crd/bases';
const helmController =
  'fluxcd/helm-controller/v1.6.3/config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml';
const sourceController =
  'fluxcd/source-controller/v1.9.1/config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml';
const argoCd = 'argoproj/argo-cd/v3.5.1/manifests/crds/application-crd.yaml';
const sail = 'istio-ecosystem/sail-operator/1.30.3/chart/crds/sailoperator.io_istios.yaml';

export const SOURCES: readonly Source[] = [
  { kind: 'DestinationRule', group: 'networking.istio.io', version: 'v1', file: istio },
  { kind: 'Gateway', group: 'networking.istio.io', version: 'v1', file: istio },
  { kind: 'Sidecar', group: 'networking.istio.io', version: 'v1', file: istio },
  { kind: 'ServiceEntry', group: 'networking.istio.io', version: 'v1', file: istio },
  { kind: 'VirtualService', group: 'networking.istio.io', version: 'v1', file: istio },
  { kind: 'AuthorizationPolicy', group: 'security.istio.io', version: 'v1', file: istio },
  { kind: 'PeerAuthentication', group: 'security.istio.io', version: 'v1', file: istio },
  { kind: 'PerconaXtraDBCluster', group: 'pxc.percona.com', version: 'v1', file: percona },
  {
    kind: 'Certificate',
    group: 'cert-manager.io',
    version: 'v1',
    file: `${certManager}/cert-manager.io_certificates.yaml`,
  },
  {
    kind: 'Issuer',
    group: 'cert-manager.io',
    version: 'v1',
    file: `${certManager}/cert-manager.io_issuers.yaml`,
  },
  {
    kind: 'IPAddressPool',
    group: 'metallb.io',
    version: 'v1beta1',
    file: `${metallb}/metallb.io_ipaddresspools.yaml`,
  },
  {
    kind: 'L2Advertisement',
    group: 'metallb.io',
    version: 'v1beta1',
    file: `${metallb}/metallb.io_l2advertisements.yaml`,
  },
  { kind: 'HelmRelease', group: 'helm.toolkit.fluxcd.io', version: 'v2', file: helmController },
  { kind: 'HelmRepository', group: 'source.toolkit.fluxcd.io', version: 'v1', file: sourceController },
  { kind: 'Application', group: 'argoproj.io', version: 'v1alpha1', file: argoCd },
  { kind: 'Istio', group: 'sailoperator.io', version: 'v1', file: sail },
  { kind: 'ExternalSecret', group: 'external-secrets.io', version: 'v1', file: externalSecrets },
];
