import { Construct } from 'constructs';
import * as k8s from '../kinds';
import {
  type ExternalRemoteSecretProps,
  REMOTE_SECRET_RULE,
  RemoteSecretSource,
} from '../model/remote-secret-source';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { RequiredSecret } from '../secrets/required-secret';
import { EASTWEST } from '../well-known/command';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';

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
   * The namespace of istiod. The default is not the chart's namespace, so that all constructs that are beside
   * istiod agree on it, whichever chart they are in.
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
  /** The name of the Secret. */
  public readonly secretName: string;
  /** The namespace of istiod. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: RemoteSecretProps) {
    super(scope, id);
    const { clusterName, namespace = ISTIO_NAMESPACE } = soundProps(props, propsRules);
    this.secretName = remoteSecretName(clusterName);
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    this.addResource(props);
  }

  private addResource(props: RemoteSecretProps): void {
    const { kind, externalSecretProps } = props.source ?? RemoteSecretSource.outOfBand();
    switch (kind) {
      case 'externalSecret':
        // a source of this kind without them has an error
        this.copyFromStore(props.clusterName, externalSecretProps as ExternalRemoteSecretProps);
        break;
      case 'outOfBand':
        this.describe(props);
        break;
    }
  }

  private copyFromStore(clusterName: string, store: ExternalRemoteSecretProps): void {
    const { secretName: name, namespace } = this;
    const {
      storeName,
      storeKind = 'ClusterSecretStore',
      remoteKey,
      property,
      refreshInterval = '1h',
    } = store;
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

  private describe({ clusterName, apiServer, readerName }: RemoteSecretProps): void {
    const { secretName, namespace } = this;
    const elsewhere = namespace === ISTIO_NAMESPACE ? '' : ` --namespace ${namespace}`;
    new RequiredSecret(this, 'Resource', {
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
