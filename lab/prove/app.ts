import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Fleet } from '../../lib/fleet/fleet';
import { LabError } from '../errors';

/** An app to prove: its fleet, and the YAML that is applied for it. */
export interface ProvenApp {
  readonly name: string;
  readonly fleet: Fleet;
  readonly dist: string;
}

const ROOT = resolve(__dirname, '..', '..');

/**
 * Loads main.ts, or an example, which writes its YAML as it is loaded. For main.ts the committed dist is proven, and must be
 * what the app writes; for an example what it writes.
 */
export function loadApp(example: string | undefined, fresh: string): ProvenApp {
  const file = example ? join(ROOT, 'examples', example, 'main.ts') : join(ROOT, 'main.ts');
  if (!existsSync(file)) {
    throw new LabError(
      `no example '${example}'; there are: ${['(none, for main.ts)', ...examples()].join(', ')}`,
    );
  }
  process.env.CDK8S_OUTDIR = fresh;
  const { fleet } = require(file) as { fleet?: Fleet };
  if (!fleet)
    throw new LabError(`${relative(ROOT, file)} must export its fleet: export const fleet = new Fleet(…)`);
  if (example) return { name: example, fleet, dist: fresh };
  const dist = join(ROOT, 'dist');
  requireSame(fresh, dist);
  return { name: 'main.ts', fleet, dist };
}

/** Every example that there is. */
function examples(): string[] {
  const folder = join(ROOT, 'examples');
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));
}

function requireSame(fresh: string, dist: string): void {
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
