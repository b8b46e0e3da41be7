import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../lib/model/cluster';
import type { OfferPlan } from '../../lib/offers/offer-plan';
import { spiffeIdentity } from '../../lib/rules/identity';
import { GATEWAY_NAME } from '../../lib/well-known/gateway-names';
import { CertificateAuthority, type KeyPair } from '../control-plane/certificates';
import type { Lab } from '../lab';
import { UNAUTHORIZED, UNAUTHORIZED_ACCOUNT } from './callers';
import type { ProofContext } from './context';

/** A client that dials a gateway, as far as the gateway can tell. */
export interface Identity {
  /** Its name in the report. */
  readonly name: string;
  /** The SPIFFE identity in a certificate that the mesh trusts; undefined where it has none. */
  readonly spiffe?: string;
  /** The folder of its certificate; undefined where it has none. */
  readonly folder?: string;
  /** Speaks plain text. */
  readonly isPlain?: boolean;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The clients that dial a cluster's gateway: the identities that its offers name, similar ones, the mesh's own, and clients whose
 * certificates the mesh must not accept.
 */
export async function identitiesFor(context: ProofContext, cluster: Cluster): Promise<Identity[]> {
  const { lab, facts, root } = context;
  const [right, foreign] = await Promise.all([
    root.intermediate(`prover ${cluster.name}`),
    CertificateAuthority.root('foreign root'),
  ]);
  const offers = facts.offersThroughGateway(cluster);
  const write = (name: string, issuer: CertificateAuthority, pair: KeyPair) =>
    writeClient(lab, cluster, name, issuer, pair);
  const trusted = named(context, cluster, offers).map(async (spiffe): Promise<Identity> => {
    const pair = await right.workload(spiffe);
    return { name: spiffe.replace('spiffe://', ''), spiffe, folder: write(spiffe, right, pair) };
  });
  const [wanted] = named(context, cluster, offers);
  if (!wanted) return [];
  const rejected = async (
    name: string,
    issuer: CertificateAuthority,
    names: Parameters<CertificateAuthority['workload']>[0],
    validity?: Parameters<CertificateAuthority['workload']>[1],
  ): Promise<Identity> => ({ name, folder: write(name, issuer, await issuer.workload(names, validity)) });
  const now = Date.now();
  return Promise.all([
    ...trusted,
    rejected('the first identity, of a foreign root', foreign, wanted),
    rejected('the first identity, expired', right, wanted, {
      notBefore: new Date(now - 9 * DAY),
      notAfter: new Date(now - DAY),
    }),
    rejected('the first identity, not yet valid', right, wanted, {
      notBefore: new Date(now + DAY),
      notAfter: new Date(now + 9 * DAY),
    }),
    rejected('the first identity as a DNS name, not a SPIFFE URI', right, [
      { type: 'dns', value: wanted.replace('spiffe://', '').replaceAll('/', '.') },
    ]),
    rejected('a certificate without a name', right, []),
    { name: 'no certificate' },
    { name: 'plain text', isPlain: true },
  ]);
}

/** The SPIFFE identities that are tried, each in a certificate that every cluster trusts. */
function named({ fleet, facts }: ProofContext, cluster: Cluster, offers: readonly OfferPlan[]): string[] {
  const own = facts.trustDomainOf(cluster);
  const spiffe = (domain: string, namespace: string, account: string) =>
    `spiffe://${domain}/ns/${namespace}/sa/${account}`;
  const callers = offers.flatMap(({ offer }) => offer.to);
  const allowed = callers.map((caller) =>
    spiffe(facts.trustDomainOf(caller.cluster), caller.name, caller.account ?? 'default'),
  );
  const others = callers.flatMap(({ cluster, name, account = 'default' }) => {
    const domain = facts.trustDomainOf(cluster);
    return [
      // another account of its namespace, names that begin or end like it, and the same identity of another mesh
      spiffe(domain, name, UNAUTHORIZED_ACCOUNT),
      spiffe(domain, `${name}-x`, account),
      spiffe(domain, `x-${name}`, account),
      spiffe('eastwest.example', name, account),
      `${spiffe(domain, 'x', 'y')}/ns/${name}/sa/${account}`,
    ];
  });
  const offered = offers.map(({ offer }) => spiffeIdentity(own, offer.namespace, offer.serviceAccount));
  const mesh = [
    spiffe(own, UNAUTHORIZED, 'default'),
    spiffe(own, fleet.istioNamespace, 'istiod'),
    spiffe(own, fleet.istioNamespace, GATEWAY_NAME),
  ];
  return [...new Set([...allowed, ...others, ...offered, ...mesh])];
}

function writeClient(
  lab: Lab,
  cluster: Cluster,
  name: string,
  issuer: CertificateAuthority,
  pair: KeyPair,
): string {
  const folder = join(lab.folder, 'clients', cluster.name, name.replace(/[^\w.-]+/g, '-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cert.pem'), `${pair.certificate}\n${issuer.certificate}\n`);
  writeFileSync(join(folder, 'key.pem'), pair.key, { mode: 0o600 });
  return folder;
}
