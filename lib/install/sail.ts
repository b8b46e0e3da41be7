import * as k8s from '../kinds';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { type OutputFile, yamlFile } from '../output/render';
import { istioValues } from './istio-values';

/**
 * An Istio resource for the Sail operator.
 * https://github.com/istio-ecosystem/sail-operator/blob/main/docs/README.adoc
 */
export function sailFiles(fleet: Fleet, cluster: Cluster): OutputFile[] {
  // the operator names revisions itself, after the resource
  const { profile, revision = 'default', ...values } = istioValues(fleet, cluster);
  const istio = k8s.Istio.manifest({
    metadata: { name: revision },
    spec: {
      namespace: fleet.istioNamespace,
      version: `v${fleet.controlPlaneOf(cluster).version}` as k8s.SailVersion,
      ...(profile ? { profile: profile as k8s.SailProfile } : {}),
      updateStrategy: { type: k8s.SailUpdateStrategy.IN_PLACE },
    },
  }) as { spec: object };
  // past the generated classes, which call Istio's fields otherwise (meshId) and would drop these
  Object.assign(istio.spec, { values });
  return [yamlFile('sail.yaml', [istio])];
}
