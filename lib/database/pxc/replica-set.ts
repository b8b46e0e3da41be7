import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../../kinds';
import { hasErrors, soundProps } from '../../rules/construct-errors';
import type { FieldError } from '../../rules/field-error';
import * as rules from '../../rules/rules';
import { RequiredSecret } from '../../secrets/required-secret';
import { podHost, serviceHost } from '../../well-known/dns';
import { keepAnnotations } from '../../well-known/keep-annotations';
import { configuration } from './configuration';
import { meshAnnotations, proxyAnnotations } from './mesh-annotations';
import * as names from './names';
import { PxcRelease } from './release';
import { channelsErrors, ReplicationChannel } from './replication-channel';
import { requiredPasswords } from './required-passwords';
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

function propsErrors(path: string, props: PxcReplicaSetProps): FieldError[] {
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
  /** The name of the PerconaXtraDBCluster. */
  public readonly name: string;
  /** The namespace; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;
  /** The name of HAProxy's Service, to which clients of the same cluster connect. */
  public readonly serviceName: string;
  /** The host of HAProxy's Service. */
  public readonly host: string;
  /** The name of the MySQL pods' headless Service. */
  public readonly podServiceName: string;
  /** The hosts of the MySQL pods under the headless Service. */
  public readonly podHosts: readonly string[];
  /** The labels that select the MySQL pods. */
  public readonly podLabels: { [key: string]: string };
  /** The name of the MySQL pods' ServiceAccount. */
  public readonly serviceAccountName: string;
  /** The name of the HAProxy pods' ServiceAccount. */
  public readonly haproxyServiceAccountName: string;
  /** The name of the Secret with the passwords, which must exist before the database starts. */
  public readonly secretsName: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: PxcReplicaSetProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { name, namespace = Chart.of(this).namespace, size = DEFAULT_PXC_SIZE } = sound;
    const { secretsName = names.secrets(name) } = sound;
    // kubectl puts what names no namespace into `default`, unless its context has another
    const ofHosts = namespace ?? 'default';
    this.name = name;
    this.namespace = namespace;
    this.serviceName = names.haproxy(name);
    this.host = serviceHost(this.serviceName, ofHosts);
    this.podServiceName = names.statefulSet(name);
    this.podHosts = names.pods(name, size).map((pod) => podHost(pod, this.podServiceName, ofHosts));
    this.podLabels = names.podLabels(name);
    this.serviceAccountName = names.serviceAccount(name);
    this.haproxyServiceAccountName = names.haproxyServiceAccount(name);
    this.secretsName = secretsName;
    if (hasErrors(this, props, (path) => propsErrors(path, props))) return;
    const release = (props.release ?? PxcRelease.V1_19_MYSQL_8_4).props;

    this.addAccounts(name, namespace);
    new RequiredSecret(this, 'Passwords', requiredPasswords(secretsName, ofHosts, props.clusterName));
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
    new k8s.ServiceAccount(this, 'ServiceAccount', {
      metadata: { name: pxc, namespace, annotations: keepAnnotations() },
    });
    // HAProxy and its peer-list find the database by DNS (build/haproxy*, cmd/peer-list), not by the Kubernetes API.
    const haproxy = names.haproxyServiceAccount(name);
    new k8s.ServiceAccount(this, 'HaproxyServiceAccount', {
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
