import { type Fleet, FleetManifests, Stage } from '../../lib';
import { type FleetSpec, fleetOf } from './fleet-spec';
import { addWorkload } from './workloads';

/** Writes a specified fleet, with the pods that its offers promise, into a folder. */
export function writeRandomFleet(spec: FleetSpec, folder: string): Fleet {
  const fleet = fleetOf(spec);
  const manifests = new FleetManifests(fleet);
  for (const [index, offer] of fleet.offers.entries()) {
    const promised = spec.offers[index];
    if (promised)
      addWorkload(manifests.chart(offer.from, Stage.WORKLOADS), `offer-${index}`, offer, promised);
  }
  manifests.write(folder);
  return fleet;
}
