import { run } from '../shell';
import type { ClusterAddresses } from './addresses';
import { inside, ip, namespaceName } from './namespaces';

/**
 * The wires of a lab: a namespace `fabric` with a bridge for each cluster's pods and one, the inter-cluster network, that joins
 * only the clusters' nodes. No bridge has an address of its own and none is joined to the machine's network.
 */
export class Network {
  readonly fabric: string;

  constructor(private readonly lab: string) {
    this.fabric = namespaceName(lab, 'fabric');
  }

  async create(clusters: number): Promise<void> {
    await run(['ip', 'netns', 'add', this.fabric]);
    const bridges = ['inter-cluster', ...Array.from({ length: clusters }, (_, index) => `pods${index}`)];
    await ip(
      this.fabric,
      bridges.flatMap((bridge) => [
        `link add ${bridge} type bridge forward_delay 0`,
        `link set ${bridge} up`,
      ]),
    );
  }

  /** A cluster's node: between its pods and the inter-cluster network. */
  async createNode(cluster: string, addresses: ClusterAddresses): Promise<string> {
    const namespace = namespaceName(this.lab, `${cluster}-node`);
    const { index } = addresses;
    await this.createNamespace(namespace);
    await this.plug(namespace, `node${index}`, `pods${index}`, 'pods', `${addresses.node}/16`);
    await this.plug(namespace, `wan${index}`, 'inter-cluster', 'wan', `${addresses.interClusterAddress}/16`);
    // Every address that is not here is looked for on the inter-cluster network: a fleet may name any for its gateways.
    await ip(namespace, ['route add default dev wan']);
    // arp_ignore: the node answers on the inter-cluster network for the inter-cluster network's addresses alone, not for its pods'.
    await sysctl(namespace, {
      'net/ipv4/ip_forward': '1',
      'net/ipv4/conf/all/arp_ignore': '1',
      'net/ipv4/conf/all/send_redirects': '0',
      'net/ipv4/conf/pods/send_redirects': '0',
    });
    return namespace;
  }

  /** A pod's namespace, with one interface on its cluster's bridge. */
  async createPod(namespace: string, addresses: ClusterAddresses, address: string): Promise<void> {
    const [, , third, fourth] = address.split('.');
    await this.createNamespace(namespace);
    await this.plug(
      namespace,
      `c${addresses.index}p${third}.${fourth}`,
      `pods${addresses.index}`,
      'eth0',
      `${address}/32`,
    );
    // by way of the node, even to neighbours, as with most network plugins: there NetworkPolicies are enforced
    await ip(namespace, [`route add ${addresses.node} dev eth0`, `route add default via ${addresses.node}`]);
  }

  /** Puts another address on a node's side of the inter-cluster network: a load balancer's, or a further node's. */
  async addAddress(node: string, address: string): Promise<void> {
    await ip(node, [`address replace ${address}/32 dev wan`]);
  }

  private async createNamespace(namespace: string): Promise<void> {
    await run(['ip', 'netns', 'add', namespace]);
    // Loopback keeps ::1 for programs that insist on it; no other interface speaks IPv6.
    await sysctl(namespace, { 'net/ipv6/conf/default/disable_ipv6': '1' });
    await ip(namespace, ['link set lo up']);
  }

  private async plug(
    namespace: string,
    port: string,
    bridge: string,
    name: string,
    address: string,
  ): Promise<void> {
    await ip(this.fabric, [
      `link add ${port} type veth peer name ${name} netns ${namespace}`,
      `link set ${port} master ${bridge} up`,
    ]);
    await ip(namespace, [`address add ${address} dev ${name}`, `link set ${name} up`]);
  }
}

/** Sets kernel values of a network namespace, given as paths below /proc/sys. */
export async function sysctl(namespace: string, values: Readonly<Record<string, string>>): Promise<void> {
  const script = Object.entries(values).map(([key, value]) => `echo '${value}' > /proc/sys/${key}`);
  await run([...inside(namespace), 'sh', '-ec', script.join('\n')]);
}
