import type { NodePortServiceProps } from '../mesh/node-port-service';
import type { Cluster } from '../model/cluster';
import type { Planned } from './cluster-plan';
import { item } from './item';
import type { Mesh } from './mesh';
import { validated } from './validated';

/** The ports of a cluster's nodes that lead to what it offers by them. */
export function planNodePorts({ partOf }: Mesh, cluster: Cluster): Planned<NodePortServiceProps>[] {
  const { offered, nodePorts } = partOf(cluster);
  return offered.flatMap((plan) => {
    const ports = nodePorts.get(plan);
    if (!ports) return [];
    const { offer, hosts } = plan;
    const { namespace, port, portName, protocol } = offer;
    return hosts.map((host, index) => {
      const name = `${host.name}-nodeport`;
      return item(`offered-${namespace}.${offer.name}.${name}`, {
        ...{ name, namespace, port, portName, protocol },
        podLabels: host.labels,
        nodePort: validated(ports[index], `node port for ${host.name}`),
      });
    });
  });
}
