/**
 * Annotations by which GitOps tools leave an object in the cluster when it is no longer among the files that they apply.
 *
 * They are for what holds data, and for what that cannot do without: with a Namespace goes everything in it, volumes
 * included, with a PerconaXtraDBCluster go its pods, and without its accounts no pod of it starts again.
 *
 * - Argo CD reads both options from one comma-separated value: `Prune=false` when an object left its source
 *   (argoproj/argo-cd 3.6, gitops-engine/pkg/sync/sync_context.go), `Delete=false` when the Application itself is deleted
 *   (controller/appcontroller.go, shouldBeDeleted).
 * - Flux: https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
 * - Rancher Fleet installs every bundle as a Helm release, plain YAML too (rancher/fleet internal/helmdeployer/install.go), and
 *   has no annotation of its own for one object: `fleet.cattle.io/keep-resources` is written on the whole chart. Helm keeps
 *   what has `helm.sh/resource-policy: keep`, on upgrade (pkg/kube/client.go) and on uninstall (pkg/action/resource_policy.go).
 */
export function keepAnnotations(): { [key: string]: string } {
  return {
    'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    'helm.sh/resource-policy': 'keep',
    'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  };
}
