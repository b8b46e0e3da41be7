import type { DatabaseSpec, OfferSpec, PathSpec } from './fleet-spec';
import { type Ground, type Site, siteNamed, takesNodePort } from './sites';

/** The path from the cluster of one caller to the cluster of an offer or a database. */
export interface Path {
  readonly from: Site;
  readonly caller: Site;
  readonly kind: 'eastWestGateway' | 'nodePort' | 'direct';
  /** Whether the host has an address that was chosen, which clients may dial instead of the name. */
  readonly hasAddress: boolean;
  readonly callerNamespace: string;
}

export function pathsOf(
  ground: Ground,
  offers: readonly OfferSpec[],
  databases: readonly DatabaseSpec[],
): Path[] {
  const kindOf = (via: PathSpec | undefined, from: Site, caller: Site) =>
    takesNodePort(via, from, caller) ? ('nodePort' as const) : ('eastWestGateway' as const);
  return [
    ...offers.flatMap((one) =>
      one.props.to.map(({ cluster, namespace }): Path => {
        const [from, caller] = [siteNamed(ground, one.props.from), siteNamed(ground, cluster)];
        const isDirect = one.kind === 'service' && from.network === caller.network;
        const via = one.kind === 'service' ? ({ kind: 'eastWestGateway' } as const) : one.props.via;
        return {
          ...{ from, caller, callerNamespace: namespace },
          kind: isDirect ? 'direct' : kindOf(via, from, caller),
          hasAddress: one.kind === 'group' && one.props.address !== undefined,
        };
      }),
    ),
    ...databases.flatMap(({ source, replicas, via, address }) =>
      replicas.map(({ cluster, namespace }): Path => {
        const [from, caller] = [siteNamed(ground, source.cluster), siteNamed(ground, cluster)];
        return {
          ...{ from, caller, callerNamespace: namespace },
          kind: kindOf(via, from, caller),
          hasAddress: address !== undefined,
        };
      }),
    ),
  ];
}
