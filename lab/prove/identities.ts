import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../lib/model/cluster';
import type { Fleet } from '../../lib/model/fleet';
import type { Offer } from '../../lib/model/offer';
import { GATEWAY_NAME } from '../../lib/well-known/gateway-names';
import { Authority, type KeyPair } from '../control-plane/certificates';
import type { Lab } from '../lab';
import { STRANGERS } from './callers';

/** Somebody who dials a gateway, as far as the other side can tell. */
export interface Identity {
  /** What readers call it. */
  readonly name: string;
  /** The SPIFFE name in a certificate that the mesh trusts; nothing where there is none, or it is not trusted. */
  readonly spiffe?: string;
  /** The folder of its certificate; nothing where it has none. */
  readonly folder?: string;
  /** Speaks plain text. */
  readonly isPlain?: boolean;
}

const DAY = 24 * 60 * 60 * 1000;

/** Everybody who tries a cluster's gateway: whom its offers name, their neighbours and look-alikes, the mesh's own, and forgers. */
export async function identitiesFor(
  lab: Lab,
  fleet: Fleet,
  root: Authority,
  cluster: Cluster,
): Promise<Identity[]> {
  const [right, foreign] = await Promise.all([
    root.intermediate(`prover ${cluster.name}`),
    Authority.root('foreign root'),
  ]);
  const offers = fleet.offersThroughGateway(cluster);
  const write = (name: string, issuer: Authority, pair: KeyPair) =>
    writeClient(lab, cluster, name, issuer, pair);
  const trusted = named(fleet, cluster, offers).map(async (spiffe): Promise<Identity> => {
    const pair = await right.workload(spiffe);
    return { name: spiffe.replace('spiffe://', ''), spiffe, folder: write(spiffe, right, pair) };
  });
  const [wanted] = named(fleet, cluster, offers);
  if (!wanted) return [];
  const forged = async (
    name: string,
    issuer: Authority,
    names: Parameters<Authority['workload']>[0],
    validity?: Parameters<Authority['workload']>[1],
  ): Promise<Identity> => ({ name, folder: write(name, issuer, await issuer.workload(names, validity)) });
  const now = Date.now();
  return Promise.all([
    ...trusted,
    forged('the first, of a foreign root', foreign, wanted),
    forged('the first, expired', right, wanted, {
      notBefore: new Date(now - 9 * DAY),
      notAfter: new Date(now - DAY),
    }),
    forged('the first, not yet valid', right, wanted, {
      notBefore: new Date(now + DAY),
      notAfter: new Date(now + 9 * DAY),
    }),
    forged('the first as a DNS name, no SPIFFE', right, [
      { type: 'dns', value: wanted.replace('spiffe://', '').replaceAll('/', '.') },
    ]),
    forged('no name at all in the certificate', right, []),
    { name: 'no certificate' },
    { name: 'plain text', isPlain: true },
  ]);
}

/** The SPIFFE names of those who are tried: all of them bear certificates that every cluster trusts. */
function named(fleet: Fleet, cluster: Cluster, offers: readonly Offer[]): string[] {
  const own = fleet.trustDomainOf(cluster);
  const spiffe = (domain: string, namespace: string, account: string) =>
    `spiffe://${domain}/ns/${namespace}/sa/${account}`;
  const callers = offers.flatMap(({ to }) => to);
  const allowed = callers.map((caller) =>
    spiffe(fleet.trustDomainOf(caller.cluster), caller.name, caller.account ?? 'default'),
  );
  const others = callers.flatMap(({ cluster, name, account = 'default' }) => {
    const domain = fleet.trustDomainOf(cluster);
    return [
      // a neighbour of its namespace, names that begin or end like it, and the same of a mesh that is not this one
      spiffe(domain, name, 'eastwest-neighbour'),
      spiffe(domain, `${name}-x`, account),
      spiffe(domain, `x-${name}`, account),
      spiffe('eastwest.example', name, account),
      `${spiffe(domain, 'x', 'y')}/ns/${name}/sa/${account}`,
    ];
  });
  const offered = offers.map((offer) => offer.serverIdentity(own));
  const mesh = [
    spiffe(own, STRANGERS, 'default'),
    spiffe(own, fleet.istioNamespace, 'istiod'),
    spiffe(own, fleet.istioNamespace, GATEWAY_NAME),
  ];
  return [...new Set([...allowed, ...others, ...offered, ...mesh])];
}

function writeClient(lab: Lab, cluster: Cluster, name: string, issuer: Authority, pair: KeyPair): string {
  const folder = join(lab.folder, 'clients', cluster.name, name.replace(/[^\w.-]+/g, '-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cert.pem'), `${pair.certificate}\n${issuer.certificate}\n`);
  writeFileSync(join(folder, 'key.pem'), pair.key, { mode: 0o600 });
  return folder;
}
