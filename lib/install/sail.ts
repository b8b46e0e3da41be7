import * as k8s from '../kinds';
import { type OutputFile, yamlFile } from '../output/render';
import type { InstallPlan } from '../plan/install';
import { istioValues } from './istio-values';

/**
 * An Istio resource for the Sail operator.
 * https://github.com/istio-ecosystem/sail-operator/blob/main/docs/README.adoc
 */
export function sailFiles(plan: InstallPlan): OutputFile[] {
  // the operator names revisions itself, after the resource
  const { profile, revision = 'default', ...values } = istioValues(plan);
  const istio = k8s.Istio.manifest({
    metadata: { name: revision },
    spec: {
      namespace: plan.istioNamespace,
      version: `v${plan.version}` as k8s.SailVersion,
      ...(profile ? { profile: profile as k8s.SailProfile } : {}),
      updateStrategy: { type: k8s.SailUpdateStrategy.IN_PLACE },
    },
  }) as { spec: object };
  // past the generated classes, which call Istio's fields otherwise (meshId) and would drop these
  Object.assign(istio.spec, { values });
  return [yamlFile('sail.yaml', [istio])];
}
