import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Fleet } from '../../lib/model/fleet';
import { LabError } from '../errors';
import { fleetTable } from '../random/fleet-table';
import { modelled } from '../random/modelled';
import { writeRandomFleet } from '../random/random-app';
import { randomFleet } from '../random/random-fleet';

/** An app to prove: its fleet, and the YAML that is applied for it. */
export interface ProvenApp {
  readonly name: string;
  readonly fleet: Fleet;
  readonly dist: string;
}

const ROOT = resolve(__dirname, '..', '..');

/**
 * Loads main.ts, an example by its name, or an app by its path; it writes its YAML as it is loaded. For main.ts the committed
 * dist is proven, and must be what the app writes; for the others what they write.
 */
export function loadApp(app: string | undefined, fresh: string): ProvenApp {
  const file = fileOf(app);
  process.env.CDK8S_OUTDIR = fresh;
  const { fleet } = load(file);
  const path = relative(process.cwd(), file);
  if (!fleet) throw new LabError(`${path} must export its fleet: export const fleet = new Fleet(…)`);
  if (app) return { name: app, fleet, dist: fresh };
  const dist = join(ROOT, 'dist');
  requireSame(fresh, dist);
  return { name: 'main.ts', fleet, dist };
}

/** The fleet that a seed chooses, without what the lab cannot model; it writes its YAML, and says what it is. */
export function randomApp(seed: number, fresh: string): ProvenApp {
  const { spec, changes } = modelled(randomFleet(seed));
  const fleet = writeRandomFleet(spec, fresh);
  console.log(`The fleet of seed ${seed}: ${fleetTable(spec, fleet)}`);
  const lines = changes.map((one) => `  ${one.path}: ${one.value}: ${one.reason}; instead: ${one.instead}`);
  if (lines.length > 0) console.log(`Changed, because the lab cannot model it:\n${lines.join('\n')}\n`);
  return { name: `--random ${seed}`, fleet, dist: fresh };
}

function load(file: string): { fleet?: Fleet } {
  try {
    return require(file);
  } catch (error) {
    // by its name: an app of one's own has its own copy of the library
    if (error instanceof Error && error.name === 'InvalidInputError') throw new LabError(error.message);
    throw error;
  }
}

function fileOf(app: string | undefined): string {
  if (!app) return join(ROOT, 'main.ts');
  const file = /\.[jt]s$/.test(app) ? resolve(app) : join(ROOT, 'examples', app, 'main.ts');
  if (!existsSync(file)) {
    const known = examples().join(', ') || 'none yet';
    throw new LabError(
      `no app '${app}'; give nothing for main.ts, an example (there are: ${known}), or the path of a .ts file`,
    );
  }
  return file;
}

/** Every example that there is. */
function examples(): string[] {
  const folder = join(ROOT, 'examples');
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));
}

/** Throws unless both folders hold the same YAML. */
export function requireSame(fresh: string, dist: string): void {
  if (!existsSync(dist)) throw new LabError('dist is missing; run npm run synth first');
  for (const path of new Set([...files(fresh), ...files(dist)])) {
    if (text(join(dist, path)) !== text(join(fresh, path)))
      throw new LabError(`dist/${path} is not what main.ts writes; run npm run synth first`);
  }
}

function text(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
}
