import type { OutputFile } from '../../../lib/output/render';

export const OWNER = { mesh: 'm', clusters: ['east', 'west'] };

const FILES = 100;

/**
 * Two outputs that share half of their files' names and no content; the others are made in one and deleted in the other, some with
 * their folder.
 */
export const OUTPUTS: readonly (readonly OutputFile[])[] = ['old', 'new'].map((which, half) =>
  Array.from({ length: FILES }, (_, index) => {
    const number = index + (half * FILES) / 2;
    return {
      path: `${number % 2 ? 'east' : 'west'}/${number >> 4}/${number}.yaml`,
      content: `${which}\n`.repeat(99),
    };
  }),
);
