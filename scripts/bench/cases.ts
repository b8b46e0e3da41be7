import { join } from 'node:path';
import { toolPath } from '../check/run';
import { helmProgram, makeChart } from './helm';
import { type Command, measure, type Usage } from './measure';
import { extractObjects } from './output';

export interface Result extends Usage {
  readonly subject: string;
  readonly command: string;
  readonly objects: number;
  readonly millisecondsPerObject: number;
}

const NODE = process.execPath;
const TYPESCRIPT = ['-r', 'tsx/cjs'];
const RING = join(__dirname, 'ring.ts');

/** main.ts alone, under the CLI, and what js-yaml alone needs for the same objects. */
export function* exampleCases(folder: string, runs: number): Generator<Result> {
  const output = join(folder, 'example');
  const env = { CDK8S_OUTDIR: output };
  const direct = measure(output, runs, { program: NODE, args: [...TYPESCRIPT, 'main.ts'], env });
  const data = join(folder, 'example.json');
  const objects = extractObjects(output, data);
  const row = (command: string, usage: Usage) => result('example', command, objects, usage);
  yield row('node -r tsx/cjs main.ts', direct);
  const synth = ['synth', '--check-upgrade=false', '--output', output];
  yield row('npx cdk8s synth', measure(output, runs, { program: 'npx', args: ['cdk8s', ...synth] }));
  const args = [toolPath('cdk8s'), ...synth];
  yield row('the same without npx', measure(output, runs, { program: NODE, args }));
  yield row('plain js-yaml', measure(output, runs, plainYaml(data, output)));
}

/** A ring of clusters, and what js-yaml alone and Helm need for the same objects; Helm where the lab has built it. */
export function* ringCases(clusters: number, folder: string, runs: number): Generator<Result> {
  const subject = `ring of ${clusters}`;
  const output = join(folder, 'ring');
  const args = [...TYPESCRIPT, RING, String(clusters), output];
  const ours = measure(output, runs, { program: NODE, args });
  const data = join(folder, 'ring.json');
  const objects = extractObjects(output, data);
  const chart = join(folder, 'ring-chart');
  makeChart(output, chart);
  yield result(subject, 'node -r tsx/cjs ring.ts', objects, ours);
  yield result(subject, 'plain js-yaml', objects, measure(output, runs, plainYaml(data, output)));
  const helm = helmProgram();
  if (!helm) return;
  const helmArgs = [join(__dirname, 'helm-template.js'), helm, chart, output];
  yield result(subject, 'helm template', objects, measure(output, runs, { program: NODE, args: helmArgs }));
}

function plainYaml(data: string, output: string): Command {
  return { program: NODE, args: [join(__dirname, 'plain-yaml.js'), data, output] };
}

function result(subject: string, command: string, objects: number, usage: Usage): Result {
  return { subject, command, objects, ...usage, millisecondsPerObject: (usage.wallSeconds * 1000) / objects };
}
