import { join } from 'node:path';
import { toolPath } from '../check/run';
import { measure, type Usage } from './measure';
import { extractObjects } from './output';

export interface Result extends Usage {
  readonly subject: string;
  readonly command: string;
  readonly objects: number;
  readonly millisecondsPerObject: number;
}

const NODE = process.execPath;
const TYPESCRIPT = [NODE, '-r', 'tsx/cjs'] as const;
const PLAIN = [NODE, join(__dirname, 'plain-yaml.js')] as const;
const RING = join(__dirname, 'ring.ts');

/** main.ts alone, under the CLI, and what js-yaml alone needs for the same objects. */
export function* exampleCases(folder: string, runs: number): Generator<Result> {
  const output = join(folder, 'example');
  const env = { CDK8S_OUTDIR: output };
  const direct = measure([...TYPESCRIPT, 'main.ts'], runs, env);
  const data = join(folder, 'example.json');
  const objects = extractObjects(output, data);
  const row = (command: string, usage: Usage) => result('example', command, objects, usage);
  yield row('node -r tsx/cjs main.ts', direct);
  const synth = ['synth', '--check-upgrade=false', '--output', join(folder, 'cli')];
  yield row('npx cdk8s synth', measure(['npx', 'cdk8s', ...synth], runs));
  yield row('the same without npx', measure([NODE, toolPath('cdk8s'), ...synth], runs));
  yield row('plain js-yaml', measure([...PLAIN, data, join(folder, 'example-plain')], runs));
}

/** A ring of clusters, and what js-yaml alone needs for the same objects. */
export function* ringCases(clusters: number, folder: string, runs: number): Generator<Result> {
  const subject = `ring of ${clusters}`;
  const output = join(folder, `ring-${clusters}`);
  const ours = measure([...TYPESCRIPT, RING, String(clusters), output], runs);
  const data = join(folder, `ring-${clusters}.json`);
  const objects = extractObjects(output, data);
  yield result(subject, 'node -r tsx/cjs ring.ts', objects, ours);
  const plain = measure([...PLAIN, data, join(folder, `ring-${clusters}-plain`)], runs);
  yield result(subject, 'plain js-yaml', objects, plain);
}

function result(subject: string, command: string, objects: number, usage: Usage): Result {
  return { subject, command, objects, ...usage, millisecondsPerObject: (usage.wallSeconds * 1000) / objects };
}
