import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { REMOTE_SECRET_RULE, RemoteSecretSource } from '../model/remote-secret-source';
import { InvalidInputError } from '../rules/field-error';
import * as rules from '../rules/rules';
import { RequiredSecret } from '../secrets/required-secret';
import { EASTWEST } from '../well-known/command';

/** The props of RemoteSecret. */
export interface RemoteSecretProps {
  /** The name of the cluster that is read. */
  readonly clusterName: string;
  /** The https URL of that cluster's Kubernetes API. */
  readonly apiServer: string;
  /** The name of the cluster whose istiod reads it. */
  readonly readerName: string;
  /**
   * The way by which the Secret reaches the reading cluster.
   * @default RemoteSecretSource.outOfBand()
   */
  readonly source?: RemoteSecretSource;
  /**
   * The namespace of istiod.
   * @default istio-system
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<RemoteSecretProps> = {
  clusterName: rules.dnsLabel(),
  apiServer: rules.apiServer,
  readerName: rules.dnsLabel(),
  source: rules.optional(REMOTE_SECRET_RULE),
  namespace: rules.optional(rules.dnsLabel()),
};

/** The name that istiod's tools give it; istiod itself goes by the label. */
export function remoteSecretName(cluster: string): string {
  return `istio-remote-secret-${cluster}`;
}

/** How istiod knows such a Secret, and the cluster that it is for (istio/istio pkg/kube/multicluster). */
export function remoteSecretMetadata(cluster: string): {
  labels: { [key: string]: string };
  annotations: { [key: string]: string };
} {
  return {
    labels: { 'istio/multiCluster': 'true' },
    annotations: { 'networking.istio.io/cluster': cluster },
  };
}

/**
 * The remote secret by which one cluster's istiod reads another cluster. The output never contains the
 * credential: it has an ExternalSecret, or a ConfigMap that describes the Secret and gives the command that
 * makes it.
 * https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/#enable-endpoint-discovery
 */
export class RemoteSecret extends Construct {
  /** Throws an InvalidInputError that names everything that is wrong with `props`. */
  constructor(scope: Construct, id: string, props: RemoteSecretProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const { externalSecretProps } = props.source ?? RemoteSecretSource.outOfBand();
    if (externalSecretProps) this.copyFromStore(props, externalSecretProps);
    else this.sayWhatMustExist(props);
  }

  private copyFromStore(
    { clusterName, namespace = 'istio-system' }: RemoteSecretProps,
    store: NonNullable<RemoteSecretSource['externalSecretProps']>,
  ): void {
    const {
      storeName,
      storeKind = 'ClusterSecretStore',
      remoteKey,
      property,
      refreshInterval = '1h',
    } = store;
    const name = remoteSecretName(clusterName);
    new k8s.ExternalSecret(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        refreshInterval,
        secretStoreRef: { name: storeName, kind: storeKind as k8s.ExternalSecretStoreKind },
        target: { name, template: { metadata: remoteSecretMetadata(clusterName) } },
        data: [{ secretKey: clusterName, remoteRef: { key: remoteKey, property } }],
      },
    });
  }

  private sayWhatMustExist({
    clusterName,
    apiServer,
    readerName,
    namespace = 'istio-system',
  }: RemoteSecretProps): void {
    const secretName = remoteSecretName(clusterName);
    const elsewhere = namespace === 'istio-system' ? '' : ` --namespace ${namespace}`;
    new RequiredSecret(this, 'Required', {
      secretName,
      namespace,
      what:
        `The Secret ${secretName} in ${namespace} lets this cluster's istiod read the Services of ${clusterName}. It holds, under ` +
        `the key ${clusterName}, a kubeconfig with the token of ${clusterName}'s istio-reader-service-account.`,
      command: `${EASTWEST} remote-secret ${clusterName} ${readerName} --server ${apiServer}${elsewhere} --apply`,
      check: `istioctl --context ${readerName} remote-clusters --istioNamespace ${namespace}`,
    });
  }
}
