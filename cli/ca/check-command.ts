import { Command } from 'commander';
import { EASTWEST } from '../../lib/well-known/command';
import { CliError } from '../errors';
import { kubectl, type Target } from '../kubectl';
import { certificatesIn } from './chain';
import type { Hierarchy } from './hierarchy';
import { existing } from './options';
import { leftOverText, type OwnRoot, ownRootOf, ownRootText } from './own-root';
import { STAGES, stageOf } from './rotation';
import { columns } from './status';
import { type Expected, missingIn, proxyTrust, SECRETS_PATH } from './trust';

interface CheckOptions {
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly istioNamespace: string;
  readonly json?: boolean;
}

/** What a cluster's proxies have. */
interface ClusterCheck {
  readonly cluster: string;
  readonly proxies: number;
  /** Those that are not as expected, and why. */
  readonly missing: readonly { readonly pod: string; readonly why: string }[];
  /** The root that its istiod made itself, where there is one, and whether proxies trust it. */
  readonly ownRoot?: { readonly fingerprint: string; readonly isTrusted: boolean };
}

/** `eastwest ca check FOLDER` */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Asks every proxy of every cluster what it trusts and shows; exit code 0 where all are as the folder says, so that the next stage of a rotation is safe.',
    )
    .argument('<folder>')
    .option('--kubeconfig <file>', 'the kubeconfig with all contexts (default: as kubectl does)')
    .option('--context <cluster=name...>', 'contexts that are not called as their clusters')
    .option('--istio-namespace <name>', 'the namespace of istiod', 'istio-system')
    .option('--json', 'for programs')
    .action(check);
}

function check(folder: string, options: CheckOptions): void {
  const hierarchy = existing(folder);
  const stage = stageIn(hierarchy);
  const expected = expectedIn(hierarchy, stage);
  const targets = hierarchy.clusters.map((cluster) => ({ cluster, target: targetOf(cluster, options) }));
  const ownRoots = targets.flatMap(({ cluster, target }) =>
    ownRootOf(cluster, target, options.istioNamespace),
  );
  const asked = targets.map(({ cluster, target }) => checkCluster(cluster, target, expected, ownRoots));
  const trusted = new Set(asked.flatMap(({ roots }) => roots));
  const isTrusted = ({ fingerprint }: OwnRoot) => trusted.has(fingerprint);
  const results = asked.map(({ roots: _, ...result }): ClusterCheck => {
    const own = ownRoots.find(({ cluster }) => cluster === result.cluster);
    if (!own) return result;
    return { ...result, ownRoot: { fingerprint: own.fingerprint, isTrusted: isTrusted(own) } };
  });
  const isDone = results.every(({ proxies, missing }) => proxies > 0 && missing.length === 0);
  const more = ownRoots.flatMap((own) =>
    isTrusted(own) ? ownRootText(own, hierarchy.folder) : leftOverText(own),
  );
  if (options.json) console.log(JSON.stringify({ stage, isDone, clusters: results }, undefined, 2));
  else console.log(checkText(stage, results, isDone, more));
  if (!isDone) process.exitCode = 1;
}

/** The stage of all clusters' files. */
function stageIn(hierarchy: Hierarchy): 0 | 1 | 2 {
  const next = hierarchy.nextRoot?.certificate;
  const stages = hierarchy.clusters.map((one) =>
    stageOf(hierarchy.cacerts(one), hierarchy.rootCertificate, next),
  );
  const [first] = stages;
  if (first === undefined || first === 3 || stages.some((one) => one !== first))
    throw new CliError(
      `${hierarchy.folder}: its clusters are not in one stage; run the same stage of ${EASTWEST} ca rotate again`,
    );
  return first;
}

function expectedIn(hierarchy: Hierarchy, stage: 0 | 1 | 2): Expected {
  const [old] = certificatesIn(hierarchy.rootCertificate);
  const [next] = certificatesIn(hierarchy.nextRoot?.certificate ?? '');
  if (!old) throw new CliError(`${hierarchy.folder}/root/root-cert.pem is no certificate`);
  return { trusts: next ? [old, next] : [old], of: stage === 2 && next ? next : old };
}

function targetOf(cluster: string, { kubeconfig, context = [] }: CheckOptions): Target {
  const named = context.find((one) => one.startsWith(`${cluster}=`));
  return { context: named?.slice(cluster.length + 1) ?? cluster, kubeconfig };
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace: string };
    readonly spec: {
      readonly containers: readonly { readonly name: string }[];
      readonly initContainers?: readonly { readonly name: string }[];
    };
    readonly status?: { readonly phase?: string };
  }[];
}

function checkCluster(
  cluster: string,
  target: Target,
  expected: Expected,
  ownRoots: readonly OwnRoot[],
): ClusterCheck & { readonly roots: readonly string[] } {
  const { items } = JSON.parse(
    kubectl(target, ['get', 'pods', '--all-namespaces', '--output', 'json']),
  ) as PodList;
  const meshed = items.filter(
    ({ spec, status }) =>
      status?.phase === 'Running' &&
      [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === 'istio-proxy'),
  );
  const asked = meshed.map(({ metadata: { name, namespace } }) => ({
    pod: `${namespace}/${name}`,
    ...askProxy(target, namespace, name, expected, ownRoots),
  }));
  const missing = asked.flatMap(({ pod, why }) => (why ? [{ pod, why }] : []));
  return { cluster, proxies: meshed.length, missing, roots: asked.flatMap(({ roots }) => roots) };
}

/** The roots that a proxy trusts, and why it is not as expected. */
function askProxy(
  target: Target,
  namespace: string,
  pod: string,
  expected: Expected,
  ownRoots: readonly OwnRoot[],
): { readonly roots: readonly string[]; readonly why?: string } {
  const ask = [
    'exec',
    '--namespace',
    namespace,
    pod,
    '--container',
    'istio-proxy',
    '--',
    'pilot-agent',
    'request',
    'GET',
  ];
  try {
    const trust = proxyTrust(kubectl(target, [...ask, SECRETS_PATH]));
    const own = ownRoots.find(({ fingerprint }) => trust.roots.includes(fingerprint));
    const why = own
      ? `trusts the root that the istiod of ${own.cluster} made itself`
      : missingIn(trust, expected);
    return { roots: trust.roots, why };
  } catch (error) {
    return { roots: [], why: `cannot be asked: ${(error as Error).message.split('\n')[0]}` };
  }
}

const LONGEST_LIST = 20;

function checkText(
  stage: 0 | 1 | 2,
  results: readonly ClusterCheck[],
  isDone: boolean,
  ownRoots: readonly string[],
): string {
  const rows = results.map(({ cluster, proxies, missing }) => [
    ...[cluster, String(proxies), String(proxies - missing.length), String(missing.length)],
  ]);
  const all = results.flatMap(({ cluster, missing }) =>
    missing.map(({ pod, why }) => `${cluster} ${pod} ${why}`),
  );
  const more = all.length > LONGEST_LIST ? [`and ${all.length - LONGEST_LIST} more`] : [];
  const nobody = results
    .filter(({ proxies }) => proxies === 0)
    .map(({ cluster }) => `${cluster} has no proxies`);
  return [
    stage === 0 ? 'No rotation is under way.' : `Stage ${stage} of 3: ${STAGES[stage]}.`,
    '',
    columns([['', 'proxies', 'as expected', 'not yet'], ...rows]),
    '',
    ...(isDone ? ownRoots : []),
    ...(isDone
      ? [stage === 0 ? 'Every proxy trusts the root alone.' : `Stage ${stage + 1} is safe.`]
      : [
          ...all.slice(0, LONGEST_LIST),
          ...more,
          ...nobody,
          '',
          ...ownRoots,
          'Wait, or restart these pods: a proxy asks for a new certificate within the life of its own, a day by default.',
        ]),
  ].join('\n');
}
