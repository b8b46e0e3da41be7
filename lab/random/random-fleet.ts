import { Dice } from './dice';
import type { FleetSpec } from './fleet-spec';
import { pathsOf } from './paths';
import { randomCluster, randomGround } from './random-clusters';
import { randomControlPlane } from './random-control-plane';
import { randomDatabases } from './random-databases';
import { randomOffers } from './random-offers';

/**
 * A fleet that a seed chooses among those that Fleet.validate accepts: two to four clusters, and every prop that the
 * model has. The same seed gives the same fleet. The property tests and `prove --random` use it.
 */
export function randomFleet(seed: number): FleetSpec {
  const dice = new Dice(`fleet ${seed}`);
  const ground = randomGround(dice.fork('clusters'));
  const databases = randomDatabases(dice.fork('databases'), ground);
  const offers = randomOffers(dice.fork('offers'), ground, databases);
  const paths = pathsOf(ground, offers, databases);
  const own = dice.fork('fleet');
  return compact({
    meshId: own.pick(['mesh1', 'Mesh_2', 'm']),
    trustDomain: own.maybe(35, () => 'mesh.example.com'),
    istioNamespace: own.maybe(25, () => 'mesh-system'),
    discovery: ground.discovery || own.maybe(30, () => false),
    controlPlane: own.maybe(60, () =>
      randomControlPlane(own.fork('control plane'), { istiod: true, dnsCapture: own.maybe(20, () => true) }),
    ),
    networkPolicies: own.maybe(50, () => own.chance(55)),
    revision: own.maybe(30, () => own.pick(['canary', '1-30-3'])),
    clusters: ground.sites.map((site) =>
      randomCluster(dice.fork(`cluster ${site.index}`), ground, site, paths),
    ),
    offers,
    databases,
  });
}

/** Props that are not given are left out, so that a reader sees what is. */
function compact<T>(value: T): T {
  if (Array.isArray(value)) return value.map(compact) as T;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(given.map(([name, inner]) => [name, compact(inner)])) as T;
}
