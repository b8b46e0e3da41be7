import { type OutputFile, yamlFile } from '../output/render';
import type { InstallPlan } from '../plan/install';
import { type IstiodValues, istioValues } from './istio-values';

/**
 * A file for `istioctl install -f` and `istioctl manifest generate -f`.
 * https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/
 */
export function istioctlFiles(plan: InstallPlan): OutputFile[] {
  const {
    profile = 'minimal',
    revision,
    compatibilityVersion,
    meshConfig,
    pilot,
    ...values
  } = istioValues(plan);
  const install = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: plan.clusterName, namespace: plan.istioNamespace },
    spec: {
      profile,
      ...(compatibilityVersion ? { compatibilityVersion } : {}),
      ...(revision ? { revision } : {}),
      ...(meshConfig ? { meshConfig } : {}),
      ...withPilot(values, pilot),
    },
  };
  return [yamlFile('istio.yaml', [install])];
}

/**
 * istioctl 1.28 refuses a volume as the chart renders it ("unknown field secret in k8s.io.api.core.v1.Volume"; 1.29 takes it).
 * What is in unvalidatedValues is merged into the values after they are checked, in all releases alike
 * (operator/pkg/render/manifest.go).
 */
function withPilot(values: object, pilot: IstiodValues | undefined): object {
  if (!pilot) return { values };
  const { volumes, volumeMounts, ...checked } = pilot;
  return {
    values: { ...values, ...(Object.keys(checked).length > 0 ? { pilot: checked } : {}) },
    unvalidatedValues: { pilot: { volumes, volumeMounts } },
  };
}
