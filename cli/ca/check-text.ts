import { EASTWEST } from '../../lib/well-known/command';
import { shellWord } from '../shell';
import { table } from '../table';
import type { ProxyMismatch } from './proxies';
import { STAGES } from './rotation';
import { inUseText, type SelfSignedRoot, unusedText } from './self-signed-root';

/** What `ca check` found in all clusters. */
export interface CheckResult {
  readonly folder: string;
  readonly stage: 0 | 1 | 2;
  readonly isDone: boolean;
  readonly clusters: readonly ClusterCheck[];
}

/** What `ca check` found in a cluster. */
export interface ClusterCheck {
  readonly cluster: string;
  readonly proxies: number;
  readonly mismatches: readonly ProxyMismatch[];
  readonly selfSignedRoot?: { readonly fingerprint?: string; readonly isTrusted?: boolean };
}

type CheckedRoot = SelfSignedRoot & { readonly isTrusted: boolean };

const LONGEST_LIST = 20;

/** The result for people: the counts, what differs, and what to do. */
export function checkText(result: CheckResult, selfSigned: readonly CheckedRoot[]): string {
  const { folder, stage, isDone, clusters } = result;
  const rows = clusters.map(({ cluster, proxies, mismatches }) => [
    ...[cluster, String(proxies), String(proxies - mismatches.length), String(mismatches.length)],
  ]);
  return [
    stage === 0 ? 'No rotation is in progress.' : `Stage ${stage} of 3: ${STAGES[stage]}.`,
    '',
    table([['cluster', 'proxies', 'as expected', 'different'], ...rows]),
    '',
    ...(isDone ? [] : differences(clusters)),
    ...selfSigned.flatMap((root) => (root.isTrusted ? inUseText(root, folder) : unusedText(root))),
    isDone ? doneText(stage, folder) : adviceText(clusters),
  ].join('\n');
}

function differences(clusters: readonly ClusterCheck[]): string[] {
  const lines = clusters.flatMap(({ cluster, mismatches }) =>
    mismatches.map(({ pod, reason }) => `${cluster} ${pod} ${reason}`),
  );
  const rest = lines.length - LONGEST_LIST;
  const empty = clusters.filter(({ proxies }) => proxies === 0);
  return [
    ...lines.slice(0, LONGEST_LIST),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...empty.map(({ cluster }) => `${cluster} has no running proxy`),
    '',
  ];
}

function doneText(stage: 0 | 1 | 2, folder: string): string {
  if (stage === 0) return 'Every proxy trusts the root of this folder and no other.';
  const next = `${EASTWEST} ca rotate ${shellWord(folder)} ${stage + 1}`;
  return `Stage ${stage + 1} is safe. Run: ${next}`;
}

function adviceText(clusters: readonly ClusterCheck[]): string {
  return clusters.some(({ mismatches }) => mismatches.length > 0)
    ? 'Wait and run this check again, or restart these pods. A proxy requests a new certificate before its own expires: within a day by default.'
    : 'A check needs at least one running proxy in every cluster. Start the pods and run it again.';
}
