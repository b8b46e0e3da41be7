import type { Cluster } from '../model/cluster';
import {
  CONTROL_PLANE_RULE,
  type ControlPlane,
  type ControlPlaneProps,
  istiodErrors,
} from '../model/control-plane';
import type { FieldError } from '../rules/field-error';
import type { Istiods } from '../topology/istiods';
import type { NamedOffer } from './named-offer';

/** What a remote cluster's installation says to istiod, which does not run there. */
const OF_ISTIOD: readonly (keyof ControlPlaneProps)[] = [
  ...(['dnsCapture', 'nativeSidecars', 'replicas'] as const),
  ...(['cpuRequest', 'memoryRequest', 'cpuLimit', 'memoryLimit'] as const),
];

/** What is wrong between how Istio is installed and what a fleet needs of it. */
export function controlPlaneErrors(
  istiods: Istiods,
  clusters: readonly Cluster[],
  named: readonly NamedOffer[],
): FieldError[] {
  return [
    ...clusters.flatMap((cluster, index) => {
      const path = `clusters[${index}].controlPlane`;
      return cluster.primary ? remoteSettings(path, cluster) : istiodSettings(path, cluster);
    }),
    ...clusters.flatMap((cluster, index) =>
      namesUnknown(`clusters[${index}]`, cluster, istiods.controlPlaneOf(cluster.primaryCluster), named),
    ),
  ];
}

function istiodSettings(path: string, { controlPlane }: Cluster): FieldError[] {
  return controlPlane && CONTROL_PLANE_RULE.holds(controlPlane) ? istiodErrors(path, controlPlane) : [];
}

function remoteSettings(path: string, { primary, controlPlane }: Cluster): FieldError[] {
  if (!primary || !controlPlane) return [];
  return OF_ISTIOD.filter((setting) => controlPlane.props?.[setting] !== undefined).map((setting) => ({
    path: `${path}.${setting}`,
    expected: `be left out of a cluster with a primary: its istiod is that of '${primary.name}'`,
    actual: `${controlPlane.props[setting]}`,
    hint: `say it of '${primary.name}'`,
  }));
}

function namesUnknown(
  path: string,
  cluster: Cluster,
  { dnsCapture }: ControlPlane,
  named: readonly NamedOffer[],
): FieldError[] {
  if (dnsCapture) return [];
  const dialled = named.filter(
    ({ plan }) => plan.callers.some((one) => one.cluster === cluster) && !plan.hosts.every(hasAddress),
  );
  if (dialled.length === 0) return [];
  return [
    {
      path: `${path}.controlPlane.dnsCapture`,
      expected: `be true, because only the mesh knows the names of what '${cluster.name}' dials (${dialled.map((one) => one.path).join(', ')})`,
      actual: 'false',
      hint: 'leave it out',
    },
  ];
}

/** Where an address was chosen, clients may dial that instead. */
function hasAddress({ address }: { readonly address?: string }): boolean {
  return address !== undefined;
}
