import { checkApi } from './api';
import { checkPackage } from './package';
import { runTool } from './run';
import { checkSynth } from './synth';

export interface Check {
  readonly title: string;
  /** Throws a CheckFailure. */
  readonly run: () => Promise<void>;
}

const TESTS = 'tests';

/** In the order in which they fail soonest. */
const CHECKS: readonly Check[] = [
  // import directions are lint rules too: see biome.json
  {
    title: 'format and lint',
    run: () => runTool('biome', ['check', '--error-on-warnings', '--colors=off', '.']),
  },
  { title: 'types', run: () => runTool('tsc', ['--pretty', 'false']) },
  { title: 'dist is what main.ts makes', run: checkSynth },
  { title: 'docs/api is what the docstrings make', run: checkApi },
  { title: 'package', run: checkPackage },
  { title: TESTS, run: () => runTool('jest', ['--no-color']) },
];

export function checks({ skipTests }: { readonly skipTests: boolean }): Check[] {
  return CHECKS.filter(({ title }) => !(skipTests && title === TESTS));
}
