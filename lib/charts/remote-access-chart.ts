import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { RemoteSecret } from '../mesh/remote-secret';
import { RemoteSecretToken } from '../mesh/remote-secret-token';
import { Stage } from '../model/stage';
import type { ClusterPlan } from '../plan/cluster-plan';

/** How istiods read one another's clusters: the token for this one, and what its istiod needs to read the others. */
export class RemoteAccessChart extends Chart {
  constructor(scope: Construct, { remoteAccess }: ClusterPlan) {
    super(scope, Stage.CONTROL_PLANE);
    for (const { id, props } of remoteAccess.tokens) new RemoteSecretToken(this, id, props);
    for (const { id, props } of remoteAccess.secrets) new RemoteSecret(this, id, props);
  }
}
