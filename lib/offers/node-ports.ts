import type { Offer } from '../model/offer';
import { NODE_PORTS } from '../rules/rules';

const { first: FIRST, last: LAST } = NODE_PORTS;

/** A run of node ports that an offer asks for and another has. */
export interface NodePortClash {
  readonly offer: Offer;
  /** Undefined: the range is full. */
  readonly other?: Offer;
  readonly first: number;
}

/** The node ports of one cluster's offers, in their hosts' order, and what could not be given. */
export interface NodePorts {
  readonly ports: ReadonlyMap<Offer, readonly number[]>;
  readonly clashes: readonly NodePortClash[];
}

/**
 * Gives each offer by node port a run of ports: what an offer asks for itself first, then the others in the fleet's order, each as
 * near as possible to 30000 plus the last three digits of its port (3306 gets 30306, 8080 gets 30080). The same fleet
 * always gets the same ports; an offer that is added at the end moves no other.
 */
export function allocateNodePorts(offers: readonly Offer[]): NodePorts {
  const byNodePort = offers.filter((offer) => offer.takes('nodePort'));
  const taken = new Map<number, Offer>();
  const ports = new Map<Offer, readonly number[]>();
  const clashes: NodePortClash[] = [];
  const take = (offer: Offer, first: number) => {
    const run = runOf(offer, first);
    for (const port of run) taken.set(port, offer);
    ports.set(offer, run);
  };

  for (const offer of byNodePort.filter(({ via }) => via.firstNodePort !== undefined)) {
    const first = offer.via.firstNodePort as number;
    const other = runOf(offer, first)
      .map((port) => taken.get(port))
      .find((owner) => owner !== undefined);
    if (other || first + offer.hosts.length - 1 > LAST) clashes.push({ offer, other, first });
    else take(offer, first);
  }
  for (const offer of byNodePort.filter(({ via }) => via.firstNodePort === undefined)) {
    const wanted = FIRST + (offer.port % 1000);
    const first = firstFree(offer.hosts.length, wanted, taken) ?? firstFree(offer.hosts.length, FIRST, taken);
    if (first === undefined) clashes.push({ offer, first: wanted });
    else take(offer, first);
  }
  return { ports, clashes };
}

function runOf({ hosts }: Offer, first: number): number[] {
  return hosts.map((_, index) => first + index);
}

function firstFree(length: number, from: number, taken: ReadonlyMap<number, Offer>): number | undefined {
  let free = 0;
  for (let port = from; port <= LAST; port++) {
    free = taken.has(port) ? 0 : free + 1;
    if (free === length) return port - length + 1;
  }
  return undefined;
}
