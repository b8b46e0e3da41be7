import { remoteSecretName } from '../../../lib/mesh/remote-secret';
import type { Cluster } from '../../../lib/model/cluster';
import { createRemoteSecret } from '../../mesh/remote-secrets';
import type { RunningFleet } from '../context';
import type { Mutation } from '../mutation';

/** A cluster's istiod loses the credential with which it reads a remote cluster. */
export function withoutRemoteSecret(
  { lab, fleet }: RunningFleet,
  reader: Cluster,
  remote: Cluster,
): Mutation {
  const { istioNamespace: namespace } = fleet;
  const name = remoteSecretName(remote.name);
  return {
    name: 'no remote secret',
    objects: [{ cluster: reader.name, kind: 'Secret', namespace, name }],
    apply: async () => {
      await lab.cluster(reader.name).kubectl.run(['delete', 'secret', name, '-n', namespace]);
    },
    revert: () => createRemoteSecret(lab, fleet, reader, remote),
  };
}
