import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { RemoteSecret } from '../mesh/remote-secret';
import { RemoteSecretToken } from '../mesh/remote-secret-token';
import type { Cluster } from '../model/cluster';
import type { Fleet } from '../model/fleet';
import { Stage } from '../model/stage';

/** How istiods read one another's clusters: the token by which this one is read, and what it needs to read the others. */
export class DiscoveryChart extends Chart {
  constructor(scope: Construct, fleet: Fleet, cluster: Cluster) {
    super(scope, Stage.CONTROL_PLANE);
    const namespace = fleet.istioNamespace;
    if (fleet.hasRemoteSecret(cluster)) new RemoteSecretToken(this, 'reader', { namespace });
    for (const { name, apiServer, remoteSecret } of fleet.remoteClustersOf(cluster)) {
      new RemoteSecret(this, `of-${name}`, {
        clusterName: name,
        // a fleet without one has been refused
        apiServer: apiServer as string,
        readerName: cluster.name,
        source: remoteSecret,
        namespace,
      });
    }
  }
}
