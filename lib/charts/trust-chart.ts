import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { SharedCaSecret } from '../mesh/shared-ca-secret';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';

/** How the cluster's signing certificate under the shared root gets there. */
export class TrustChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.TRUST);
    new SharedCaSecret(this, 'cacerts', {
      clusterName: cluster.name,
      source: cluster.ca,
      namespace: fleet.istioNamespace,
    });
  }
}
