import type { NamespaceSpec, PathSpec } from './fleet-spec';

/** What is known of a cluster before its offers: the other props follow from what the offers need. */
export interface Site {
  readonly index: number;
  readonly name: string;
  readonly network: string;
  readonly primary?: string;
}

/** What offers and databases are thrown for. */
export interface Ground {
  readonly sites: readonly Site[];
  readonly discovery: boolean;
}

/** The name of the cluster whose istiod configures a cluster. */
export function istiodOf({ name, primary }: Site): string {
  return primary ?? name;
}

export function siteNamed({ sites }: Ground, name: string): Site {
  const found = sites.find((site) => site.name === name);
  if (!found) throw new Error(`no cluster ${name}`);
  return found;
}

export function othersThan({ sites }: Ground, site: Site): Site[] {
  return sites.filter((other) => other !== site);
}

/** Whether a caller's connections take node ports, as NetworkPath.between says. */
export function takesNodePort(via: PathSpec | undefined, from: Site, caller: Site): boolean {
  if (via?.kind === 'nodePort') return true;
  return via?.kind !== 'eastWestGateway' && from.network === caller.network;
}

/** The clusters that may dial an offer by a path: none of the offering network dials its gateway. */
export function callersBy(via: PathSpec | undefined, from: Site, others: readonly Site[]): Site[] {
  return via?.kind === 'eastWestGateway'
    ? others.filter(({ network }) => network !== from.network)
    : [...others];
}

/** Whether the istiods of the callers see the Services of a cluster. */
export function seesServicesOf(ground: Ground, from: Site, caller: Site): boolean {
  return ground.discovery || istiodOf(from) === istiodOf(caller);
}

export function isAt(site: Site): (one: NamespaceSpec) => boolean {
  return ({ cluster }) => cluster === site.name;
}
