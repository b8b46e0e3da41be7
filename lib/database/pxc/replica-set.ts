import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../../kinds';
import { type FieldError, InvalidInputError } from '../../rules/field-error';
import * as rules from '../../rules/rules';
import { RequiredSecret } from '../../secrets/required-secret';
import { keepAnnotations } from '../../well-known/keep-annotations';
import { meshAnnotations, proxyAnnotations } from './mesh-annotations';
import * as names from './names';
import { PxcRelease } from './release';
import { channelsErrors, ReplicationChannel } from './replication-channel';
import { DEFAULT_PXC_SIZE, PXC_NAME_RULE, type PxcSettings, pxcSettingsRules, sizeErrors } from './settings';

/** The props of PxcReplicaSet. */
export interface PxcReplicaSetProps extends PxcSettings {
  /** The PerconaXtraDBCluster's name: a DNS label of at most 22 characters, which is the operator's limit. */
  readonly name: string;
  /**
   * The replication channels: the cluster is the source of all of them, or the replica of all of them.
   * @default - none: it replicates neither from another cluster nor to one
   */
  readonly channels?: readonly ReplicationChannel[];
  /**
   * Whether the operator makes a Service for each PXC pod (`pxc.expose` with type ClusterIP), for
   * Naming.servicePerPod().
   * @default false
   */
  readonly servicePerPod?: boolean;
  /**
   * The cluster's name, which kubectl's context bears: for the commands in the ConfigMap `<secretsName>-required`.
   * @default - none: the commands go to kubectl's current context
   */
  readonly clusterName?: string;
  /**
   * The namespace.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<PxcReplicaSetProps> = {
  name: PXC_NAME_RULE,
  channels: rules.optional(
    rules.listOf({
      ...rules.instanceOf(
        ReplicationChannel,
        'make it with ReplicationChannel.source(name) or .replica({ … })',
      ),
      inside: (path, value) => (value as ReplicationChannel).errors(path),
    }),
  ),
  servicePerPod: rules.optional(rules.boolean),
  clusterName: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
  ...pxcSettingsRules,
};

function problemsOf(path: string, props: PxcReplicaSetProps): FieldError[] {
  const channels = Array.isArray(props?.channels) ? props.channels : [];
  return [
    ...rules.checkProps(path, props, propsRules),
    ...sizeErrors(path, props),
    ...channelsErrors(
      `${path}.channels`,
      channels.filter((channel) => channel instanceof ReplicationChannel),
    ),
  ];
}

/**
 * A PerconaXtraDBCluster in a mesh, with its service accounts: one member of a database that spans clusters.
 * It has the annotations that Galera and long-lived connections need beside a proxy.
 * https://docs.percona.com/percona-operator-for-mysql/pxc/operator.html
 */
export class PxcReplicaSet extends Construct {
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: PxcReplicaSetProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(problemsOf(this.node.path, props));
    const { name } = props;
    const namespace = props.namespace ?? Chart.of(this).namespace;
    const release = (props.release ?? PxcRelease.V1_19_MYSQL_8_4).props;
    const secretsName = props.secretsName ?? names.secrets(name);

    this.addAccounts(name, namespace);
    new RequiredSecret(
      this,
      'Passwords',
      requiredPasswords(secretsName, namespace ?? 'default', props.clusterName),
    );
    new k8s.PerconaXtraDBCluster(this, 'Resource', {
      metadata: {
        name,
        namespace,
        annotations: keepAnnotations(),
        // as in Percona's own example: the last pod to stop is the one with everything in it
        finalizers: ['percona.com/delete-pxc-pods-in-order'],
      },
      spec: {
        crVersion: release.crVersion,
        secretsName,
        updateStrategy: 'SmartUpdate',
        // versions are chosen here and reviewed, not looked up by the operator at three in the morning
        upgradeOptions: { apply: 'disabled' },
        unsafeFlags: props.allowUnsafeSize ? { pxcSize: true } : undefined,
        pxc: this.pxc(props, release.pxcImage),
        haproxy: {
          enabled: true,
          size: props.haproxySize ?? 2,
          image: release.haproxyImage,
          serviceAccountName: names.haproxyServiceAccount(name),
          annotations: proxyAnnotations(),
          affinity: { antiAffinityTopologyKey: 'kubernetes.io/hostname' },
          podDisruptionBudget: { maxUnavailable: k8s.HaproxyMaxUnavailable.fromNumber(1) },
        },
        logcollector: { enabled: true, image: release.logCollectorImage },
      },
    });
  }

  /**
   * Accounts of their own, so that an AuthorizationPolicy can tell the database from its neighbours. They are kept with the
   * database: a pod without its account is not made anew.
   */
  private addAccounts(name: string, namespace?: string): void {
    // Its pods keep the account's token, which no Role lets do anything: their entrypoint reads the namespace from the file
    // beside the token and ends without it (build/pxc-entrypoint.sh of operator 1.19.0 and 1.20.0).
    const pxc = names.serviceAccount(name);
    new k8s.ServiceAccount(this, pxc, { metadata: { name: pxc, namespace, annotations: keepAnnotations() } });
    // HAProxy and its peer-list find the database by DNS (build/haproxy*, cmd/peer-list), not by the Kubernetes API.
    const haproxy = names.haproxyServiceAccount(name);
    new k8s.ServiceAccount(this, haproxy, {
      metadata: { name: haproxy, namespace, annotations: keepAnnotations() },
      automountServiceAccountToken: false,
    });
  }

  private pxc(props: PxcReplicaSetProps, image: string): k8s.PxcSpec {
    const channels = props.channels ?? [];
    return {
      size: props.size ?? DEFAULT_PXC_SIZE,
      image,
      configuration: configuration(props),
      serviceAccountName: names.serviceAccount(props.name),
      annotations: meshAnnotations(),
      expose: props.servicePerPod ? { enabled: true, type: 'ClusterIP' } : undefined,
      replicationChannels: channels.length > 0 ? channels.map((channel) => channel.toSpec()) : undefined,
      resources: {
        requests: { cpu: props.cpuRequest ?? '600m', memory: props.memoryRequest ?? '1G' },
      },
      volumeSpec: {
        persistentVolumeClaim: {
          storageClassName: props.storageClassName,
          resources: { requests: { storage: props.storage ?? '10Gi' } },
        },
      },
      affinity: { antiAffinityTopologyKey: 'kubernetes.io/hostname' },
      podDisruptionBudget: { maxUnavailable: k8s.PxcMaxUnavailable.fromNumber(1) },
    };
  }
}

/**
 * How long a replica waits for a silent source: seconds, of which MySQL sends a heartbeat at half. MySQL's own 60 leave a replica
 * without a source for minutes when the network says nothing (docs/decisions/0016).
 */
const REPLICA_NET_TIMEOUT = 5;

/** For every member: with the next change of roles it may be the replica. MySQL takes the last of several values: the user's. */
function configuration({ mysqlConfiguration = '' }: PxcReplicaSetProps): string {
  return `[mysqld]\nreplica_net_timeout=${REPLICA_NET_TIMEOUT}\n${mysqlConfiguration}`;
}

function requiredPasswords(secretName: string, namespace: string, clusterName?: string) {
  const kubectl = clusterName ? `kubectl --context ${clusterName}` : 'kubectl';
  const users = ['root', 'xtrabackup', 'monitor', 'proxyadmin', 'operator', 'replication'];
  return {
    secretName,
    namespace,
    what:
      `The Secret ${secretName} in ${namespace} must exist before this database is applied: where it is missing, the operator makes ` +
      'passwords of its own, and the clusters do not share them. It has a password under each of the keys ' +
      `${users.join(', ')}. The password under replication must be the same in every cluster of the database: a replica ` +
      'logs in to its source with its own copy of it. The command reads a file for each user, without a line break at its end.',
    command: `${kubectl} create secret generic ${secretName} --namespace ${namespace} ${users
      .map((user) => `--from-file=${user}=passwords/${user}`)
      .join(' ')}`,
    check: `${kubectl} get secret ${secretName} --namespace ${namespace} -o 'go-template={{range $key, $_ := .data}}{{$key}} {{end}}'`,
  };
}
