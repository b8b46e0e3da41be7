import { loadAll } from 'js-yaml';
import { type Fleet, FleetManifests } from '../../lib';
import type { AnyObject } from './objects';

/** A fleet's objects in one cluster, as a reader of the files would see them. */
export function objectsIn(fleet: Fleet, cluster: string): AnyObject[] {
  return new FleetManifests(fleet)
    .render()
    .filter(({ path }) => path.startsWith(`${cluster}/`))
    .flatMap(({ content }) => loadAll(content));
}

/** Every file of a fleet by its path. */
export function filesOf(manifests: FleetManifests): { [path: string]: string } {
  return Object.fromEntries(manifests.render().map(({ path, content }) => [path, content]));
}
