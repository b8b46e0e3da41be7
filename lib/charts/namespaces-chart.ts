import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import * as k8s from '../kinds';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';
import { keepAnnotations } from '../well-known/keep-annotations';

/** Every namespace that the fleet needs in a cluster: istiod's, and those that offer, dial or hold a database. */
export class NamespacesChart extends Chart {
  constructor(scope: Construct, { namespaces }: ClusterPlan) {
    super(scope, Stage.NAMESPACES);
    for (const { name, labels, annotations } of namespaces) {
      new k8s.Namespace(this, name, {
        metadata: { name, labels, annotations: { ...annotations, ...keepAnnotations() } },
      });
    }
  }
}
