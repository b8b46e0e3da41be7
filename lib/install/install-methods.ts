import type { InstallMethod } from '../model/control-plane';
import type { OutputFile } from '../output/render';
import type { InstallPlan } from '../plan/install';
import { argoCdFiles } from './argo-cd';
import { fluxFiles } from './flux';
import { helmfileFiles } from './helmfile';
import { istioctlFiles } from './istioctl';
import { k3sFiles } from './k3s';
import { sailFiles } from './sail';

/** How each install method is written: a new one is a file of its own and a line here. */
const METHODS: { readonly [method in InstallMethod]: (plan: InstallPlan) => OutputFile[] } = {
  istioctl: istioctlFiles,
  helmfile: helmfileFiles,
  sail: sailFiles,
  flux: fluxFiles,
  argoCd: argoCdFiles,
  k3s: k3sFiles,
};

/** The files that install Istio in a cluster, by their names in its folder below `install`. */
export function installFiles(plan: InstallPlan): OutputFile[] {
  return METHODS[plan.method](plan);
}
