/** The scenario of main.ts, which is this topology: docs/isolated-gateway.md goes through it. */
export { fleet } from '../../main';
