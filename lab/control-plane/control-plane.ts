import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors';
import { ApiClient } from '../kubernetes/client';
import type { ClusterAddresses } from '../network/addresses';
import { inside } from '../network/namespaces';
import { program } from '../programs/cache';
import { retry } from '../retry';
import { start } from '../shell';
import { CertificateAuthority, tokenKey } from './certificates';
import { kubeconfig } from './kubeconfig';

const START_TIMEOUT = 60_000;
const ADMINISTRATOR_TOKEN = 'eastwest-lab-administrator';

/** Kubernetes' controllers that a fleet's objects need; the others only cost time. */
const CONTROLLERS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'job-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'disruption-controller',
  'clusterrole-aggregation-controller',
];

/** One cluster's etcd, API server and controllers, in its node's network namespace. */
export class ControlPlane {
  readonly client: ApiClient;
  readonly kubeconfigFile: string;
  readonly server: string;
  private readonly socket: string;

  constructor(
    private readonly cluster: string,
    private readonly node: string,
    private readonly addresses: ClusterAddresses,
    private readonly folder: string,
    private readonly names: readonly string[],
  ) {
    this.socket = join(folder, 'api.sock');
    this.kubeconfigFile = join(folder, 'kubeconfig');
    this.server = `https://${addresses.node}:6443`;
    this.client = new ApiClient(this.socket);
  }

  async start(): Promise<void> {
    mkdirSync(join(this.folder, 'logs'), { recursive: true });
    const authority = await this.writeFiles();
    this.run('etcd', [
      '--data-dir',
      this.file('etcd'),
      '--unsafe-no-fsync',
      '--log-level',
      'warn',
      ...etcdAddresses(),
    ]);
    const apiServer = this.run('kube-apiserver', this.apiServerArguments());
    writeFileSync(
      this.kubeconfigFile,
      kubeconfig(this.cluster, this.server, authority.certificate, ADMINISTRATOR_TOKEN),
    );
    this.run(
      'kubectl',
      ['--kubeconfig', this.kubeconfigFile, 'proxy', '--unix-socket', this.socket],
      'kubectl-proxy',
    );
    await this.waitReady(apiServer);
    this.run('kube-controller-manager', this.controllerArguments());
  }

  private async writeFiles(): Promise<CertificateAuthority> {
    const authority = await CertificateAuthority.root(`${this.cluster} API server`);
    const { node, interClusterAddress, kubernetesService } = this.addresses;
    const names = [
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
    ];
    const hosts = [
      ...names,
      'localhost',
      '127.0.0.1',
      node,
      interClusterAddress,
      kubernetesService,
      ...this.names,
    ];
    const pair = await authority.server('kube-apiserver', [...new Set(hosts)]);
    writeFileSync(this.file('ca.crt'), authority.certificate);
    writeFileSync(this.file('server.crt'), pair.certificate);
    writeFileSync(this.file('server.key'), pair.key);
    writeFileSync(this.file('tokens.key'), tokenKey());
    writeFileSync(this.file('tokens.csv'), `${ADMINISTRATOR_TOKEN},administrator,1,"system:masters"\n`);
    return authority;
  }

  private apiServerArguments(): string[] {
    return [
      '--etcd-servers=http://127.0.0.1:2379',
      '--secure-port=6443',
      `--advertise-address=${this.addresses.node}`,
      `--tls-cert-file=${this.file('server.crt')}`,
      `--tls-private-key-file=${this.file('server.key')}`,
      `--token-auth-file=${this.file('tokens.csv')}`,
      '--authorization-mode=RBAC',
      `--service-cluster-ip-range=${this.addresses.serviceRange}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      // not istiod's audience: the tokens with which agents log in to istiod are for nobody else
      '--api-audiences=https://kubernetes.default.svc',
      `--service-account-key-file=${this.file('tokens.key')}`,
      `--service-account-signing-key-file=${this.file('tokens.key')}`,
      // Webhooks are called at their pods' addresses: the node's rules are not needed before they can be.
      '--enable-aggregator-routing=true',
      '--allow-privileged=true',
      '--enable-priority-and-fairness=false',
      '--profiling=false',
    ];
  }

  private controllerArguments(): string[] {
    return [
      `--kubeconfig=${this.kubeconfigFile}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      `--service-account-private-key-file=${this.file('tokens.key')}`,
      `--root-ca-file=${this.file('ca.crt')}`,
      '--leader-elect=false',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ];
  }

  private async waitReady(apiServer: ChildProcess): Promise<void> {
    const observe = async () => ({
      isReady: (await this.client.text('/readyz').catch(() => '')) === 'ok',
      exitCode: apiServer.exitCode,
    });
    const { value } = await retry(observe, {
      until: ({ isReady, exitCode }) => isReady || exitCode !== null,
      timeoutMs: START_TIMEOUT,
      pauseMs: 100,
    });
    if (value.isReady) return;
    const state =
      value.exitCode === null
        ? `is not ready after ${START_TIMEOUT / 1000} s`
        : `ended with ${value.exitCode}`;
    throw new LabError(`${this.cluster}'s API server ${state}; see ${this.file('logs')}/kube-apiserver.log`);
  }

  private run(name: string, args: readonly string[], log = name): ChildProcess {
    const output = openSync(join(this.folder, 'logs', `${log}.log`), 'a');
    return start([...inside(this.node), program(name), ...args], { stdio: ['ignore', output, output] });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}

function etcdAddresses(): string[] {
  const client = 'http://127.0.0.1:2379';
  const peer = 'http://127.0.0.1:2380';
  return [
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...[
      '--listen-peer-urls',
      peer,
      '--initial-advertise-peer-urls',
      peer,
      '--initial-cluster',
      `default=${peer}`,
    ],
  ];
}
