import * as k8s from '../kinds';
import { type OutputFile, yamlFile } from '../output/render';
import type { InstallPlan } from '../plan/install';
import { ISTIO_CHARTS, istioCharts } from './charts';

/** What istiod writes itself into what its chart made: the authority of its webhooks, and that they may refuse. */
const WRITTEN_BY_ISTIOD = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map((kind) => ({
  group: 'admissionregistration.k8s.io',
  kind,
  jqPathExpressions: ['.webhooks[].clientConfig.caBundle', '.webhooks[].failurePolicy'],
}));

/**
 * An Application for Argo CD, which knows the cluster by its name.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/
 */
export function argoCdFiles(plan: InstallPlan): OutputFile[] {
  const application = k8s.Application.manifest({
    metadata: { name: `istio-${plan.clusterName}`, namespace: 'argocd' },
    spec: {
      project: 'default',
      destination: { name: plan.clusterName, namespace: plan.istioNamespace },
      sources: istioCharts(plan).map(({ release, chart, values }) => ({
        repoUrl: ISTIO_CHARTS,
        chart,
        targetRevision: plan.version,
        helm: { releaseName: release, valuesObject: values },
      })),
      ignoreDifferences: WRITTEN_BY_ISTIOD,
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        // Istio's CRDs are larger than what a client's apply can note down
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
      },
    },
  });
  return [yamlFile('argocd.yaml', [application])];
}
