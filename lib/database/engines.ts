import type { DatabaseEngine } from './engine';
import { PXC } from './pxc/engine';

/** Every engine, by the name that a Database has for it. */
const ENGINES = { pxc: PXC } as const;

export type EngineName = keyof typeof ENGINES;

/** The engine of a database. Its settings are the database's, which TypeScript does not follow through a name. */
export function engineOf({ engine }: { readonly engine: EngineName }): DatabaseEngine<object> {
  return ENGINES[engine] as DatabaseEngine<object>;
}
