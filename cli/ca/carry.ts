import { App, Chart } from 'cdk8s';
import { SharedCaSecret } from '../../lib/mesh/shared-ca-secret';
import { CA_SOURCE_RULE, CaSource, type ExternalSecretCaProps } from '../../lib/model/ca-source';
import { validationErrors } from '../../lib/output/read-chart';
import { chartObjects, yamlFile } from '../../lib/output/render';
import { formatError, InvalidInputError } from '../../lib/rules/field-error';
import { checkValue } from '../../lib/rules/rules';
import { CliError } from '../errors';
import { CACERTS_FILES } from './chain';

/** How files get from here into clusters. */
export interface CarryOptions {
  readonly istioNamespace: string;
  /** The store that the External Secrets operator reads them from; without one they go there by kubectl. */
  readonly secretStore?: string;
  readonly secretStoreKind: string;
  /** The store's entry, with `{cluster}` for the cluster's name. */
  readonly remoteKey: string;
}

const CLUSTER = '{cluster}';

/** Throws where the store cannot be referred to, or where one entry for all clusters would give them one authority's key. */
export function requireCarriable(options: CarryOptions): void {
  const { secretStore, remoteKey } = options;
  if (secretStore === undefined) return;
  if (!remoteKey.includes(CLUSTER))
    throw new CliError(
      `--remote-key must have ${CLUSTER} in it, so that each cluster has an entry of its own, got '${remoteKey}'`,
    );
  const source = CaSource.externalSecret(referenceOf(CLUSTER, secretStore, options));
  const errors = checkValue('--secret-store', source, CA_SOURCE_RULE);
  if (errors.length > 0) throw new CliError(errors.map(formatError).join('\n'));
}

/** What brings a cluster's files into it, for people to read and run. */
export function carryText(folder: string, cluster: string, options: CarryOptions): string {
  if (options.secretStore === undefined) return applyCommand(folder, cluster, options.istioNamespace);
  const source = referenceOf(cluster, options.secretStore, options);
  const files = CACERTS_FILES.map((file) => `#   ${file} from ${folder}/${cluster}/${file}`);
  return [
    `# ${cluster}: put an entry '${source.remoteKey}' into the store, with four properties:`,
    ...files,
    `# In the fleet, which then writes what follows: ca: CaSource.externalSecret(${literal(source)})`,
    externalSecret(cluster, options.istioNamespace, source).trimEnd(),
  ].join('\n');
}

/** How a cluster is made to read a changed entry at once, and not at the next refresh; nothing where kubectl brings it. */
export function refreshCommand(cluster: string, { secretStore, istioNamespace }: CarryOptions): string[] {
  if (secretStore === undefined) return [];
  return [
    `kubectl --context ${cluster} --namespace ${istioNamespace} annotate externalsecret cacerts force-sync="$(date +%s)" --overwrite`,
  ];
}

/** The command that makes or replaces a cluster's `cacerts`. */
export function applyCommand(folder: string, cluster: string, namespace: string): string {
  const files = CACERTS_FILES.map((file) => `--from-file=${folder}/${cluster}/${file}`);
  return [
    `kubectl create secret generic cacerts --namespace ${namespace} --dry-run=client --output yaml`,
    ...files,
    `| kubectl --context ${cluster} apply --server-side -f -`,
  ].join(' \\\n  ');
}

function referenceOf(
  cluster: string,
  storeName: string,
  { secretStoreKind: storeKind, remoteKey }: CarryOptions,
): ExternalSecretCaProps {
  return { storeName, storeKind, remoteKey: remoteKey.replaceAll(CLUSTER, cluster) };
}

/** The very object that the fleet's charts would write. */
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
