import { deployFleet, labOptionsFor } from '../fleet-lab';
import type { Lab } from '../lab';
import { type Say, step } from '../progress';
import { withLab } from '../session';
import { adminPortProbes } from './admin-port-probes';
import type { ProvenApp } from './app';
import { applyProbes } from './apply-probes';
import { Callers } from './callers';
import { canLosePreconditions, controlProbes } from './controls';
import { keepEvidence } from './evidence';
import { galeraProbes } from './galera-probes';
import { chainProbes, type GatewayContext, gatewayPods } from './gateway-probes';
import { ingressProbes } from './ingress-probes';
import { installProbes } from './install-probes';
import { interconnectProbes } from './interconnect-probes';
import { matrixProbes } from './matrix-probes';
import { MemoryWatch } from './memory';
import { networkControls, networkProbes } from './network-probes';
import { type ProvenOffer, provenOffers } from './offers';
import { otherPortControls, otherPortProbes } from './other-port-probes';
import { primaryProbes } from './primary-probes';
import { ask, type Probe, type Result } from './probe';
import { promotionProbes } from './promotion-probes';
import { waitForFleet } from './readiness';
import { registryOnlyControls, registryOnlyProbes } from './registry-only-probes';
import { renewalProbes } from './renewal-probes';
import { replicationProbes } from './replication-probes';
import { joinSourcePods } from './replication-sql';
import { type Report, report } from './report';
import { rightsControls, rightsProbes } from './rights-probes';
import { differentRootsProbes } from './roots-control';
import { allowedProbes, localProbes, refusedProbes, type TrafficContext } from './traffic-probes';

/** How many probes are asked at the same time: they wait more than they work. */
const AT_ONCE = 6;

/** Brings an app's clusters to life and asks them everything that its fleet promises. */
export function prove(app: ProvenApp, name: string): Promise<Report> {
  const begin = Date.now();
  const memory = new MemoryWatch(name);
  return withLab(
    { name, ...labOptionsFor(app.fleet) },
    async (lab, signal) => {
      const results = await proveIn(lab, app, (title, work) => step(title, work, signal));
      return report(app.name, results, (Date.now() - begin) / 1000, memory.end());
    },
    (start) => step(`${app.fleet.clusters.length} clusters: networks and control planes`, start),
  );
}

async function proveIn(
  lab: Lab,
  { fleet, dist }: ProvenApp,
  show: <T>(title: string, work: (say: Say) => Promise<T>) => Promise<T>,
): Promise<Result[]> {
  const root = await show('Istio, operators, and the YAML of the fleet', (say) =>
    deployFleet(lab, fleet, dist, say),
  );
  await show('Pods become ready', () => waitForFleet(lab, fleet));
  for (const database of fleet.databases) await joinSourcePods(lab, database);

  const offers = provenOffers(fleet);
  const gateways: GatewayContext = { lab, fleet, root };
  const traffic: TrafficContext = { lab, fleet, dist, callers: new Callers(lab, fleet) };
  const ofOffers = (
    probes: (context: TrafficContext, offer: ProvenOffer) => Promise<Probe[]>,
    some: readonly ProvenOffer[] = offers,
  ) => gather(some, (offer) => probes(traffic, offer));

  const evidence = (probe: Probe, result: Result) =>
    keepEvidence(
      lab,
      probe,
      result,
      fleet.clusters.flatMap((cluster) => gatewayPods(gateways, cluster)),
    );
  const answer = async (probe: Probe, say: Say) => {
    say(probe.name);
    const result = await ask(probe);
    return result.ok ? result : evidence(probe, result);
  };
  /** Probes that do not disturb one another. */
  const together = (title: string, probes: () => Promise<readonly Probe[]>) =>
    show(title, async (say) => atOnce(AT_ONCE, await probes(), (probe) => answer(probe, say)));
  /** Probes of which each changes what the next one finds. */
  const inOrder = async (probes: readonly Probe[], say: Say) =>
    atOnce(1, probes, (probe) => answer(probe, say));

  return [
    ...(await together('The YAML, applied again', async () => [
      ...installProbes(lab, fleet),
      ...applyProbes(lab, dist),
    ])),
    ...(await together('What the accounts may ask of the API servers', async () =>
      fleet.clusters.flatMap((cluster) => rightsProbes(lab, fleet, dist, cluster)),
    )),
    ...(await together('Those who may, get in', async () => [
      ...(await ofOffers(allowedProbes)),
      ...ingressProbes(lab, fleet, dist),
    ])),
    ...(await together('Those who may not, do not', async () => [
      ...(await ofOffers(refusedProbes)),
      ...(await ofOffers(otherPortProbes)),
    ])),
    ...(await together('Inside the clusters all is as before', () => ofOffers(localProbes))),
    ...(await together('What is not offered is not there', async () => [
      ...fleet.clusters.flatMap((cluster) => chainProbes(gateways, cluster)),
      ...(await gather(fleet.clusters, (cluster) => networkProbes(traffic, cluster))),
      ...(await gather(fleet.clusters, (cluster) => registryOnlyProbes(traffic, cluster))),
    ])),
    ...(await together('Only gateways are dialled', async () => interconnectProbes(lab, fleet))),
    ...(await show('Everybody against everything, at the gateways', async (say) =>
      inOrder(await gather(fleet.clusters, (cluster) => matrixProbes(gateways, cluster)), say),
    )),
    // A replica waits long for its next source: time enough to take preconditions away from the other offers.
    ...(await show('Replication; preconditions taken away, one by one', async (say) => {
      const channels = fleet.databases.map((database) =>
        inOrder(
          database.members
            .filter((member) => member.role === 'replica')
            .flatMap((member) => replicationProbes(lab, database, member)),
          say,
        ),
      );
      // one is enough: all databases' pods have the same annotations
      const inMesh = fleet.databases.filter(({ source }) => fleet.isMeshed(source)).slice(0, 1);
      const galera = inMesh.map((database) => inOrder(galeraProbes(lab, dist, database), say));
      const controls = inOrder(await ofOffers(controlProbes, offers.filter(canLosePreconditions)), say);
      return (await Promise.all([...channels, ...galera, controls])).flat();
    })),
    ...(await show('The last preconditions, which others need too', async (say) =>
      inOrder(
        [
          ...(await ofOffers(
            controlProbes,
            offers.filter((offer) => !canLosePreconditions(offer)),
          )),
          ...(await ofOffers(otherPortControls)),
          ...fleet.clusters.flatMap((cluster) => renewalProbes(traffic, cluster, offers)),
          ...fleet.clusters.flatMap((cluster) => rightsControls(lab, fleet, dist, cluster)),
          ...(await gather(fleet.clusters, (cluster) => networkControls(traffic, cluster))),
          ...(await gather(fleet.clusters, (cluster) => adminPortProbes(traffic, cluster))),
          ...(await gather(fleet.clusters, (cluster) => registryOnlyControls(traffic, cluster))),
          ...primaryProbes(lab, fleet, dist),
          ...differentRootsProbes(traffic, offers),
          ...promotionProbes(lab, fleet, dist),
        ],
        say,
      ),
    )),
  ];
}

async function gather<T>(items: readonly T[], probes: (item: T) => Promise<Probe[]>): Promise<Probe[]> {
  return (await Promise.all(items.map(probes))).flat();
}

/** Works on so many items at the same time; results keep the items' order. */
async function atOnce<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
