import { App, Chart } from 'cdk8s';
import { SharedCaSecret } from '../../lib/mesh/shared-ca-secret';
import { CA_SOURCE_RULE, CaSource, type ExternalSecretCaProps } from '../../lib/model/ca-source';
import { validationErrors } from '../../lib/output/read-chart';
import { chartObjects, yamlFile } from '../../lib/output/render';
import { InvalidInputError } from '../../lib/rules/field-error';
import { checkValue } from '../../lib/rules/rules';
import { fieldErrors, refuse } from '../errors';
import { shellWord } from '../shell';
import { CACERTS_FILES } from './cacerts';

/** How `cacerts` gets from this machine into the clusters. */
export interface DistributionOptions {
  readonly istioNamespace: string;
  /** The store from which the External Secrets operator reads the files. @default - kubectl applies them */
  readonly secretStore?: string;
  readonly secretStoreKind: string;
  /** The entry of the store, with `{cluster}` in place of the cluster's name. */
  readonly remoteKey: string;
}

const CLUSTER = '{cluster}';

/** Refuses a store that no ExternalSecret can name. One entry for all clusters would give them all the same key. */
export function requireDistributable(options: DistributionOptions): void {
  const { secretStore, remoteKey } = options;
  if (secretStore === undefined) return;
  if (!remoteKey.includes(CLUSTER))
    throw fieldErrors({
      path: '--remote-key',
      expected: `contain ${CLUSTER}`,
      actual: `'${remoteKey}'`,
      hint: `put ${CLUSTER} where the cluster's name goes, so that each cluster has an entry of its own`,
    });
  const source = CaSource.externalSecret(referenceOf(CLUSTER, secretStore, options));
  refuse(checkValue('--secret-store', source, CA_SOURCE_RULE));
}

/** The line before the texts of all clusters. */
export function distributionHeading({ secretStore }: DistributionOptions): string {
  return secretStore === undefined
    ? 'Run these commands. They expect that each kubectl context has the name of its cluster:'
    : `Distribute cacerts through the store ${secretStore}:`;
}

/** Tells people how to bring the files of a cluster into it. */
export function distributionText(folder: string, cluster: string, options: DistributionOptions): string {
  if (options.secretStore === undefined)
    return applyCommand(folder, cluster, cluster, options.istioNamespace);
  const source = referenceOf(cluster, options.secretStore, options);
  const files = CACERTS_FILES.map((file) => `#   ${file} from ${folder}/${cluster}/${file}`);
  return [
    `# ${cluster}: write the entry '${source.remoteKey}' to the store, with four properties:`,
    ...files,
    `# In the fleet: ca: CaSource.externalSecret(${literal(source)}). It writes this object:`,
    externalSecret(cluster, options.istioNamespace, source).trimEnd(),
  ].join('\n');
}

/** The command by which a cluster reads a changed entry at once instead of at the next refresh; none where kubectl applies the files. */
export function refreshCommand(
  cluster: string,
  { secretStore, istioNamespace }: DistributionOptions,
): string[] {
  if (secretStore === undefined) return [];
  return [
    `kubectl --context ${cluster} --namespace ${istioNamespace} annotate externalsecret cacerts force-sync="$(date +%s)" --overwrite`,
  ];
}

/** The command that creates or replaces the Secret `cacerts` of a cluster. */
export function applyCommand(folder: string, cluster: string, context: string, namespace: string): string {
  const files = CACERTS_FILES.map((file) => shellWord(`--from-file=${folder}/${cluster}/${file}`));
  return [
    `kubectl create secret generic cacerts --namespace ${namespace} --dry-run=client --output yaml`,
    ...files,
    `| kubectl --context ${shellWord(context)} apply --server-side -f -`,
  ].join(' \\\n  ');
}

/** The command that restarts istiod. It reads a changed root file only when it starts, unless ISTIO_MULTIROOT_MESH is set. */
export function restartIstiodCommand(context: string, namespace: string): string {
  return `kubectl --context ${shellWord(context)} --namespace ${namespace} rollout restart deployment --selector app=istiod`;
}

function referenceOf(
  cluster: string,
  storeName: string,
  { secretStoreKind: storeKind, remoteKey }: DistributionOptions,
): ExternalSecretCaProps {
  return { storeName, storeKind, remoteKey: remoteKey.replaceAll(CLUSTER, cluster) };
}

/** The same object as the one that the fleet's charts write. */
function externalSecret(clusterName: string, namespace: string, props: ExternalSecretCaProps): string {
  const chart = new Chart(new App(), 'cacerts', { namespace });
  new SharedCaSecret(chart, 'cacerts', { clusterName, namespace, source: CaSource.externalSecret(props) });
  InvalidInputError.throwIfAny(validationErrors(chart));
  return yamlFile('', chartObjects(chart)).content;
}

function literal(props: ExternalSecretCaProps): string {
  const fields = Object.entries(props).map(([name, value]) => `${name}: '${value}'`);
  return `{ ${fields.join(', ')} }`;
}
