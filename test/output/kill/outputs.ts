import type { OutputFile } from '../../../lib/output/render';

const FILES = 100;
/** The files of ten clusters are in one output or both. */
const CLUSTERS = Array.from({ length: 10 }, (_, index) => `cluster-${index}`);

export const OWNER = { mesh: 'm', clusters: [...CLUSTERS, 'east', 'west'] };

/**
 * Two outputs that share half of their files' names and no content; the others are made in one and deleted in the other, some with
 * their folder.
 */
export const OUTPUTS: readonly (readonly OutputFile[])[] = ['old', 'new'].map((which, half) =>
  Array.from({ length: FILES }, (_, index) => {
    const number = index + (half * FILES) / 2;
    return {
      path: `${CLUSTERS[number >> 4]}/${number}.k8s.yaml`,
      content: `${which}\n`.repeat(99),
    };
  }),
);
