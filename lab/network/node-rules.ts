import { run } from '../shell';
import { inside } from './namespaces';

/** Where a node sends what arrives at an address and port. */
export interface Forward {
  /** Undefined for a node port, which every address of the node has. */
  readonly address?: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly targets: readonly { readonly address: string; readonly port: number }[];
  /** Ranges of addresses from which it may be dialled. @default - from all */
  readonly from?: readonly string[];
}

/** One connection attempt's path, as counted on the inter-cluster network. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly packets: number;
}

/** The rules that do not change: masquerading, isolation, and the count of what crosses the inter-cluster network. */
const FIXED = `
table ip lab {
  set flows { type ipv4_addr . ipv4_addr . inet_service; size 65535; flags dynamic; counter; }
  set neighbours { type ipv4_addr; flags interval; }
  chain watch {
    type filter hook prerouting priority -300;
    iifname "wan" tcp flags & (syn | ack) == syn update @flows { ip saddr . ip daddr . tcp dport }
  }
  chain services { }
  chain mapped { }
  chain prerouting_nat { type nat hook prerouting priority dstnat; jump services; jump mapped; }
  chain output_nat { type nat hook output priority -100; jump services; jump mapped; }
  chain sources { }
  chain postrouting_nat {
    type nat hook postrouting priority srcnat;
    jump sources
    ct status dnat masquerade
    ip daddr @neighbours accept
    oifname "wan" masquerade
  }
  chain forwarding {
    type filter hook forward priority 0;
    ct state established,related accept
    iifname "wan" ct status dnat accept
    iifname "wan" ip saddr @neighbours accept
    iifname "wan" drop
  }
}
`;

/** What a node's kernel does with packets: the part of kube-proxy, and of a cloud's load balancer. */
export class NodeRules {
  private current = '';
  private currentPolicies = '';

  constructor(private readonly namespace: string) {}

  async create(): Promise<void> {
    await this.load(FIXED);
  }

  /** Replaces all forwards at once. */
  async forward(forwards: readonly Forward[]): Promise<void> {
    const rules = forwards.map(rule).sort().join('\n');
    if (rules === this.current) return;
    this.current = rules;
    await this.load(`flush chain ip lab services\ntable ip lab {\nchain services {\n${rules}\n}\n}\n`);
  }

  /** Replaces what NetworkPolicies say. */
  async enforce(rules: string): Promise<void> {
    if (rules === this.currentPolicies) return;
    this.currentPolicies = rules;
    await this.load(rules);
  }

  /** Has what goes to an address come from another than the node's own: some networks let in callers by their addresses. */
  async addSnat(source: string, destination: string): Promise<void> {
    await this.load(`add rule ip lab sources ip daddr ${destination} snat to ${source}\n`);
  }

  /** Has a port of one of the node's addresses lead to another address and port. */
  async map(
    address: string,
    port: number,
    to: { readonly address: string; readonly port: number },
  ): Promise<void> {
    await this.load(`add rule ip lab mapped ${rule({ address, protocol: 'TCP', port, targets: [to] })}\n`);
  }

  /** Lets another cluster's pods reach this one's by their own addresses, both ways, as on one network. */
  async join(podRange: string): Promise<void> {
    await this.load(`add element ip lab neighbours { ${podRange} }\n`);
  }

  /** The connection attempts that came over the inter-cluster network since the last reset. */
  async flows(): Promise<Flow[]> {
    const text = await run([...inside(this.namespace), 'nft', '-j', 'list', 'set', 'ip', 'lab', 'flows']);
    const parsed = JSON.parse(text) as { nftables: { set?: { elem?: unknown[] } }[] };
    const elements = parsed.nftables.flatMap((item) => item.set?.elem ?? []);
    return elements.map(readFlow);
  }

  async resetFlows(): Promise<void> {
    await run([...inside(this.namespace), 'nft', 'flush', 'set', 'ip', 'lab', 'flows']);
  }

  private async load(rules: string): Promise<void> {
    await run([...inside(this.namespace), 'nft', '-f', '-'], { input: rules });
  }
}

/** One forward as a rule; exported for its test. */
export function rule(forward: Forward): string {
  const protocol = forward.protocol.toLowerCase();
  const { targets, from } = forward;
  const source = from ? `ip saddr { ${from.join(', ')} } ` : '';
  const match = `${source}${forward.address ? `ip daddr ${forward.address}` : 'fib daddr type local'} ${protocol} dport ${forward.port}`;
  const [first] = targets;
  // Nothing ready behind it: the packet goes on and is refused or lost, as on a node without endpoints.
  if (!first) return `# ${match} has no endpoints`;
  if (targets.length === 1) return `${match} dnat ip to ${first.address}:${first.port}`;
  const choices = targets.map((target, index) => `${index} : ${target.address} . ${target.port}`);
  return `${match} dnat ip to numgen inc mod ${targets.length} map { ${choices.join(', ')} }`;
}

function readFlow(element: unknown): Flow {
  const { val, counter } = (
    element as { elem: { val: { concat: [string, string, number] }; counter?: { packets: number } } }
  ).elem;
  const [from, to, port] = val.concat;
  return { from, to, port, packets: counter?.packets ?? 0 };
}
