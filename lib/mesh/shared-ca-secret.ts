import { Construct } from 'constructs';
import * as k8s from '../kinds';
import {
  CA_SOURCE_RULE,
  CaSource,
  CERT_MANAGER_GROUP,
  type CertManagerCaProps,
  DEFAULT_CA_HOURS,
  type ExternalSecretCaProps,
} from '../model/ca-source';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { RequiredSecret } from '../secrets/required-secret';
import { EASTWEST } from '../well-known/command';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';

/** The props of SharedCaSecret. */
export interface SharedCaSecretProps {
  /** The cluster's name. Each cluster has an intermediate CA of its own under the shared root. */
  readonly clusterName: string;
  /**
   * The way by which the Secret reaches the cluster.
   * @default CaSource.outOfBand()
   */
  readonly source?: CaSource;
  /**
   * The namespace of istiod. The default is not the chart's namespace, so that all constructs that are beside
   * istiod agree on it, whichever chart they are in.
   * @default istio-system
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<SharedCaSecretProps> = {
  clusterName: rules.dnsLabel(),
  source: rules.optional(CA_SOURCE_RULE),
  namespace: rules.optional(rules.dnsLabel()),
};

/** istiod looks for this name and no other. */
const SECRET_NAME = 'cacerts';

/** The keys under which istiod reads a plugged-in CA. */
const KEYS = ['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'];

/**
 * The Secret `cacerts`: istiod's signing certificate under the root that all clusters share. Without a shared
 * root the clusters' proxies refuse one another. The output never contains a key: it has an ExternalSecret, a
 * Certificate, or a ConfigMap that describes the Secret and gives the command that makes it.
 * https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
 */
export class SharedCaSecret extends Construct {
  /** The name of the Secret: `cacerts`, the only one that istiod looks for. */
  public readonly secretName: string = SECRET_NAME;
  /** The namespace of istiod. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: SharedCaSecretProps) {
    super(scope, id);
    const { namespace = ISTIO_NAMESPACE } = soundProps(props, propsRules);
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    this.addResource(props);
  }

  private addResource({ clusterName, source = CaSource.outOfBand() }: SharedCaSecretProps): void {
    const { kind, externalSecretProps, certManagerProps } = source;
    // a source without the props of its kind has an error
    switch (kind) {
      case 'externalSecret':
        this.copyFromStore(externalSecretProps as ExternalSecretCaProps);
        break;
      case 'certManager':
        this.signWithCertManager(clusterName, certManagerProps as CertManagerCaProps);
        break;
      case 'outOfBand':
        this.describe(clusterName);
        break;
    }
  }

  private copyFromStore(props: ExternalSecretCaProps): void {
    const { namespace } = this;
    const { storeName, storeKind = 'ClusterSecretStore', remoteKey, refreshInterval = '1h' } = props;
    new k8s.ExternalSecret(this, 'Resource', {
      metadata: { name: SECRET_NAME, namespace },
      spec: {
        refreshInterval,
        secretStoreRef: { name: storeName, kind: storeKind as k8s.ExternalSecretStoreKind },
        target: { name: SECRET_NAME },
        data: KEYS.map((key) => ({ secretKey: key, remoteRef: { key: remoteKey, property: key } })),
      },
    });
  }

  // istiod also reads the keys that cert-manager writes: tls.crt, tls.key and ca.crt
  // (istio/istio pilot/pkg/bootstrap/istio_ca.go, detectSigningCABundle).
  private signWithCertManager(clusterName: string, props: CertManagerCaProps): void {
    const { namespace } = this;
    const {
      issuerName,
      caSecretName,
      issuerKind = caSecretName ? 'Issuer' : 'ClusterIssuer',
      issuerGroup = CERT_MANAGER_GROUP,
      durationHours = DEFAULT_CA_HOURS,
    } = props;
    if (caSecretName) this.writeIssuer(clusterName, issuerName, caSecretName);
    const renewBeforeHours = props.renewBeforeHours ?? Math.max(1, Math.floor(durationHours / 3));
    new k8s.Certificate(this, 'Resource', {
      metadata: { name: SECRET_NAME, namespace },
      spec: {
        secretName: SECRET_NAME,
        isCa: true,
        commonName: `istiod.${clusterName}`,
        duration: `${durationHours}h`,
        renewBefore: `${renewBeforeHours}h`,
        privateKey: { algorithm: k8s.CertificateKeyAlgorithm.ECDSA, size: 256 },
        usages: [
          k8s.CertificateUsage.CERT_SIGN,
          k8s.CertificateUsage.CRL_SIGN,
          k8s.CertificateUsage.DIGITAL_SIGNATURE,
        ],
        issuerRef: { name: issuerName, kind: issuerKind, group: issuerGroup },
      },
    });
  }

  private writeIssuer(clusterName: string, name: string, secretName: string): void {
    const { namespace } = this;
    new k8s.Issuer(this, 'Issuer', { metadata: { name, namespace }, spec: { ca: { secretName } } });
    new RequiredSecret(this, 'Required', {
      secretName,
      namespace,
      what:
        `The Secret ${secretName} in ${namespace} must exist before cert-manager can sign istiod's certificate. tls.crt ` +
        'is an authority under the root that all clusters of the mesh share, followed by its chain up to and with that ' +
        'root; tls.key its key. Below it come two more certificates, istiod’s and the workload’s: a path length, where it ' +
        'has one, is 1 or more, and the root’s 2 or more. The root itself would do, but then the cluster holds its key.',
      command:
        `kubectl --context ${clusterName} create secret tls ${secretName} --namespace ${namespace} ` +
        `--cert=${clusterName}/issuing-chain.pem --key=${clusterName}/issuing-key.pem`,
      check: `kubectl --context ${clusterName} get issuer,certificate --namespace ${namespace}`,
    });
  }

  private describe(clusterName: string): void {
    const { namespace } = this;
    const files = KEYS.map((key) => `--from-file=${key}=${clusterName}/${key}`).join(' ');
    new RequiredSecret(this, 'Resource', {
      secretName: SECRET_NAME,
      namespace,
      what:
        `The Secret ${SECRET_NAME} in ${namespace} must exist before istiod starts. It holds an intermediate CA ` +
        `of this cluster's own (ca-cert.pem, ca-key.pem), the root that all clusters of the mesh share ` +
        `(root-cert.pem), and the chain from the intermediate to the root (cert-chain.pem). ` +
        `${EASTWEST} ca init FOLDER CLUSTER... makes all of it, and says how it gets here; the command below is for that folder.`,
      command: `kubectl --context ${clusterName} create secret generic ${SECRET_NAME} --namespace ${namespace} ${files}`,
      check:
        `kubectl --context ${clusterName} get secret ${SECRET_NAME} --namespace ${namespace} ` +
        `-o 'go-template={{index .data "root-cert.pem"}}' | base64 -d | openssl x509 -noout -fingerprint -sha256`,
    });
  }
}
