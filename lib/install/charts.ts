import type { InstallPlan } from '../plan/install';
import { istioValues } from './istio-values';

/** Where Istio's charts are published. https://istio.io/latest/docs/setup/install/helm/ */
export const ISTIO_CHARTS = 'https://istio-release.storage.googleapis.com/charts';

/** A chart of Istio with the values for one cluster. */
export interface IstioChart {
  /** The name of its release. */
  readonly release: string;
  readonly chart: string;
  readonly values: object;
}

/** What is installed with Helm, in this order: what belongs to the whole cluster, then istiod. */
export function istioCharts(plan: InstallPlan): IstioChart[] {
  const values = istioValues(plan);
  const { profile, revision = 'default' } = values;
  const suffix = plan.revision ? `-${plan.revision}` : '';
  const { istioNamespace } = plan;
  return [
    {
      release: 'istio-base',
      chart: 'base',
      // whose istiod checks Istio's objects before they are stored
      values: {
        ...(profile ? { profile } : {}),
        // a remote's are not read where they are: its primary has them
        defaultRevision: profile === 'remote' ? '' : revision,
        global: { istioNamespace },
      },
    },
    { release: `istiod${suffix}`, chart: 'istiod', values },
  ];
}
