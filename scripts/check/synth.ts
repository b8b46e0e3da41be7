import { checkCommitted } from './committed';
import { runTool } from './run';

/** What main.ts makes now is what dist holds. */
export function checkSynth(): Promise<void> {
  return checkCommitted({
    folder: 'dist',
    make: (fresh) => runTool('cdk8s', ['synth', '--check-upgrade=false', '--output', fresh]),
    mend: 'npx cdk8s synth, read the difference and commit it with its cause',
  });
}
