import { NODE_PORTS } from '../rules/rules';
import { type OfferPlan, takes } from './offer-plan';

const { first: FIRST, last: LAST } = NODE_PORTS;

/** A run of node ports that an offer asks for and another offer has. */
export interface NodePortClash {
  readonly plan: OfferPlan;
  /** Undefined: the range is full. */
  readonly other?: OfferPlan;
  readonly first: number;
}

/** The node ports of one cluster's offers, in the order of their hosts, and what could not be given. */
export interface NodePorts {
  readonly ports: ReadonlyMap<OfferPlan, readonly number[]>;
  readonly clashes: readonly NodePortClash[];
}

/**
 * Gives each offer by node port a run of ports: what an offer asks for itself first, then the others in the fleet's order, each as
 * near as possible to 30000 plus the last three digits of its port (3306 gets 30306, 8080 gets 30080). The same fleet
 * always gets the same ports; an offer that is added at the end moves no other.
 */
export function allocateNodePorts(offers: readonly OfferPlan[]): NodePorts {
  const byNodePort = offers.filter((plan) => takes(plan, 'nodePort'));
  const taken = new Map<number, OfferPlan>();
  const ports = new Map<OfferPlan, readonly number[]>();
  const clashes: NodePortClash[] = [];
  const take = (plan: OfferPlan, first: number) => {
    const run = runOf(plan, first);
    for (const port of run) taken.set(port, plan);
    ports.set(plan, run);
  };

  for (const plan of byNodePort) {
    const first = plan.offer.via.firstNodePort;
    if (first === undefined) continue;
    const other = runOf(plan, first)
      .map((port) => taken.get(port))
      .find((owner) => owner !== undefined);
    if (other || first + plan.hosts.length - 1 > LAST) clashes.push({ plan, other, first });
    else take(plan, first);
  }
  for (const plan of byNodePort) {
    if (plan.offer.via.firstNodePort !== undefined) continue;
    const wanted = FIRST + (plan.offer.port % 1000);
    const { length } = plan.hosts;
    const first = firstFree(length, wanted, taken) ?? firstFree(length, FIRST, taken);
    if (first === undefined) clashes.push({ plan, first: wanted });
    else take(plan, first);
  }
  return { ports, clashes };
}

function runOf({ hosts }: OfferPlan, first: number): number[] {
  return hosts.map((_, index) => first + index);
}

function firstFree(length: number, from: number, taken: ReadonlyMap<number, OfferPlan>): number | undefined {
  let free = 0;
  for (let port = from; port <= LAST; port++) {
    free = taken.has(port) ? 0 : free + 1;
    if (free === length) return port - length + 1;
  }
  return undefined;
}
