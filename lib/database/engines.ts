import { PXC } from './pxc/engine';

/** Every engine, by the name that a Database has for it. */
export const ENGINES = { pxc: PXC } as const;

export type EngineName = keyof typeof ENGINES;
