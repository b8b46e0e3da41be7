import { type LabLimit, labLimits } from '../fleet-limits';
import { type FleetSpec, fleetOf } from './fleet-spec';

/** A prop that was changed for a proof, and what stands in its place. */
export interface Change extends LabLimit {
  readonly instead: string;
}

/**
 * A fleet that the lab can prove: without the props that it cannot model. An address of a gateway is replaced by one that it can,
 * other props are left out.
 */
export function modelled(spec: FleetSpec): { readonly spec: FleetSpec; readonly changes: readonly Change[] } {
  const changed = structuredClone(spec);
  const changes = labLimits(fleetOf(spec))
    .filter(({ refuses }) => refuses)
    .map((limit): Change => {
      const parts = partsOf(limit.path);
      const [, index] = parts;
      const instead = parts.at(-1) === 'gatewayAddress' ? `203.0.113.${10 * (Number(index) + 1)}` : undefined;
      put(changed, parts, instead);
      return { ...limit, instead: instead ?? 'left out' };
    });
  return { spec: changed, changes };
}

/** `clusters[1].gatewayAddress` as steps; what factories take is one step further in. */
function partsOf(path: string): string[] {
  return path
    .replace(/^fleet\./, '')
    .replace(/^(offers\[\d+\])/, '$1.props')
    .replace(/controlPlane\./, 'controlPlane.props.')
    .split(/[.[\]]+/)
    .filter((part) => part !== '');
}

function put(spec: object, parts: readonly string[], value: string | undefined): void {
  const last = parts.at(-1) as string;
  const holder = parts
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (inner, part) => inner[part] as Record<string, unknown>,
      spec as Record<string, unknown>,
    );
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}
