import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newIntermediate } from '../../cli/ca/authority';
import { type Cacerts, certificatesIn } from '../../cli/ca/chain';
import { Hierarchy } from '../../cli/ca/hierarchy';
import { filesOf, STAGES, type Stage } from '../../cli/ca/rotation';
import { type Expected, missingIn, proxyTrust, SECRETS_PATH } from '../../cli/ca/trust';
import type { Fleet } from '../../lib/model/fleet';
import type { LabCluster } from '../cluster';
import { eastwest } from '../eastwest';
import { deployWith, labOptionsFor } from '../fleet-lab';
import type { Lab } from '../lab';
import { restartIstiod } from '../mesh/istio';
import { applyCacerts } from '../mesh/trust';
import { type Say, step } from '../progress';
import { retry } from '../retry';
import { withLab } from '../session';
import { run } from '../shell';
import type { ProvenApp } from './app';
import { Callers } from './callers';
import { MemoryWatch } from './memory';
import { provenOffers } from './offers';
import { ask, CONTROL, type Probe, type Result } from './probe';
import { waitForFleet } from './readiness';
import { replicationProbes } from './replication-probes';
import { joinSourcePods } from './replication-sql';
import { type Report, report } from './report';
import { Traffic } from './traffic';

/** How long proxies' certificates live here, so that they are asked for anew within half of it; a day elsewhere. */
const CERTIFICATE_LIFE = '60s';
const ARRIVES = 180_000;

/**
 * The root of a living fleet is replaced in the three stages of `eastwest ca rotate`, while databases replicate and every offer is
 * dialled anew all the time; then the middle stage is left out, which must break.
 */
export function proveRotation(app: ProvenApp, name: string): Promise<Report> {
  const begin = Date.now();
  const memory = new MemoryWatch(name);
  // outside of the lab's folder, which may be in a repository
  const folder = mkdtempSync(join(tmpdir(), 'eastwest-rotation-'));
  return withLab(
    { name, ...labOptionsFor(app.fleet) },
    async (lab, signal) => {
      const show = <T>(title: string, work: (say: Say) => Promise<T>) => step(title, work, signal);
      const results = await rotateIn(lab, app, join(folder, 'ca'), show);
      return report(`${app.name}, its root replaced`, results, (Date.now() - begin) / 1000, memory.end());
    },
    (start) => step(`${app.fleet.clusters.length} clusters: networks and control planes`, start),
  ).finally(() => rmSync(folder, { recursive: true, force: true }));
}

async function rotateIn(
  lab: Lab,
  { fleet, dist }: ProvenApp,
  folder: string,
  show: <T>(title: string, work: (say: Say) => Promise<T>) => Promise<T>,
): Promise<Result[]> {
  const primaries = fleet.clusters.filter(({ primary }) => !primary).map(({ name }) => name);
  await show('Istio, operators, and the YAML of the fleet', (say) =>
    deployWith(
      lab,
      fleet,
      dist,
      say,
      async (clusters) => {
        await run(eastwest('ca', 'init', folder, ...primaries));
        for (const cluster of clusters)
          await applyCacerts(cluster, fleet.istioNamespace, new Hierarchy(folder).cacerts(cluster.name));
      },
      { SECRET_TTL: CERTIFICATE_LIFE },
    ),
  );
  await show('Pods become ready', () => waitForFleet(lab, fleet));
  for (const database of fleet.databases) await joinSourcePods(lab, database);
  const replication = fleet.databases.flatMap((database) =>
    database.members
      .filter(({ role }) => role === 'replica')
      // the channel, and rows: the pods stay
      .map((member) => replicationProbes(lab, database, member).slice(0, 2)),
  );
  const results: Result[] = [];
  const askAll = async (probes: readonly Probe[]) => {
    for (const probe of probes) results.push(await ask(probe));
  };
  await show('Replication starts', () => askAll(replication.flat()));

  const traffic = new Traffic(lab, fleet, provenOffers(fleet), new Callers(lab, fleet));
  await show('Every offer is dialled, again and again', () => traffic.start());
  for (const stage of [1, 2, 3] as const) {
    await show(`Stage ${stage}: ${STAGES[stage]}`, async (say) => {
      const hierarchy = new Hierarchy(folder);
      const old = hierarchy.rootCertificate;
      await run(eastwest('ca', 'rotate', folder, String(stage)));
      const next = new Hierarchy(folder).nextRoot?.certificate ?? new Hierarchy(folder).rootCertificate;
      // one cluster after the other, as one does
      for (const name of primaries) {
        await carry(lab.cluster(name), fleet, new Hierarchy(folder).cacerts(name));
        say(`${name}: cacerts applied, istiod restarted`);
      }
      const arrived = await arrival(lab, expectedAfter(stage, old, next), say);
      results.push(stageResult(stage, arrived, await traffic.take()));
    });
  }
  const rows = replication.flatMap((probes) => probes.slice(1));
  await show('Replication has gone on', () =>
    askAll(rows.map((probe) => ({ ...probe, name: `${probe.name}, afterwards` }))),
  );
  await show('The middle stage left out', async (say) => {
    results.push(await withoutMiddle(lab, fleet, folder, primaries, traffic, say));
  });
  await traffic.stop();
  return results;
}

function expectedAfter(stage: Stage, oldRoot: string, newRoot: string): Expected {
  const [old] = certificatesIn(oldRoot);
  const [next] = certificatesIn(newRoot);
  if (!old || !next) throw new Error('a root is no certificate');
  return { trusts: stage === 3 ? [next] : [old, next], of: stage === 1 ? old : next };
}

/** Waits until every proxy has what it should; gives how many there are, or what is missing. */
async function arrival(lab: Lab, expected: Expected, say: Say): Promise<{ ok: boolean; seen: string }> {
  const look = async () => {
    const asked = await Promise.all(lab.clusters.map((cluster) => missingProxies(cluster, expected)));
    const missing = asked.flatMap((one) => one.missing);
    const count = asked.reduce((sum, one) => sum + one.count, 0);
    say(`${count - missing.length} of ${count} proxies`);
    return { missing, count };
  };
  const { ok, value } = await retry(look, {
    until: ({ missing, count }) => missing.length === 0 && count > 0,
    timeoutMs: ARRIVES,
    pauseMs: 2000,
  });
  return { ok, seen: ok ? `${value.count} proxies` : value.missing.slice(0, 3).join('; ') };
}

async function missingProxies(
  cluster: LabCluster,
  expected: Expected,
): Promise<{ count: number; missing: string[] }> {
  const meshed = cluster.pods.filter(({ pod }) =>
    [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].some(({ name }) => name === 'istio-proxy'),
  );
  const missing = await Promise.all(
    meshed.map(async ({ pod: { metadata } }) => {
      const namespace = metadata.namespace ?? '';
      const why = await cluster
        .proxyConfig(namespace, metadata.name, SECRETS_PATH)
        .then((dump) => missingIn(proxyTrust(dump), expected))
        .catch((error: Error) => error.message);
      return why ? [`${cluster.name} ${namespace}/${metadata.name} ${why}`] : [];
    }),
  );
  return { count: meshed.length, missing: missing.flat() };
}

function stageResult(
  stage: Stage,
  arrived: { ok: boolean; seen: string },
  traffic: { dialled: number; failures: readonly string[] },
): Result {
  const { dialled, failures } = traffic;
  return {
    group: 'rotation',
    name: `stage ${stage}: ${STAGES[stage]}`,
    expected: 'every proxy arrives, and no new connection fails',
    ok: arrived.ok && dialled > 0 && failures.length === 0,
    seconds: 0,
    seen: `${arrived.seen}; ${dialled} connections, ${failures.length} failed${failures[0] ? `: ${failures[0]}` : ''}`,
  };
}

/** A second rotation goes from its first stage to the last in one cluster: its proxies refuse those that still show the old root. */
async function withoutMiddle(
  lab: Lab,
  fleet: Fleet,
  folder: string,
  primaries: readonly string[],
  traffic: Traffic,
  say: Say,
): Promise<Result> {
  await run(eastwest('ca', 'rotate', folder, '1'));
  for (const name of primaries) await carry(lab.cluster(name), fleet, new Hierarchy(folder).cacerts(name));
  const hierarchy = new Hierarchy(folder);
  const next = hierarchy.nextRoot;
  const [name] = primaries;
  if (!next?.key || !name) throw new Error('the rotation has no new root');
  const old = hierarchy.rootCertificate;
  await arrival(lab, expectedAfter(1, old, next.certificate), say);
  await traffic.take();
  const { trustDomain } = fleet;
  const options = { name, keyKind: 'ecdsa', days: 30, trustDomain } as const;
  const pair = await newIntermediate({ certificate: next.certificate, key: next.key }, options);
  const second = filesOf(2, hierarchy.cacerts(name), old, next.certificate, pair);
  await carry(lab.cluster(name), fleet, filesOf(3, second, old, next.certificate));
  const { value: failures } = await retry(async () => (await traffic.take()).failures, {
    until: (some) => some.length > 0,
    timeoutMs: ARRIVES,
    pauseMs: 2000,
  });
  return {
    group: CONTROL,
    name: `${name} goes from stage 1 to 3`,
    expected: 'connections fail',
    ok: failures.length > 0,
    seconds: 0,
    seen: failures[0] ?? 'nothing failed',
  };
}

/** Gives a cluster its files, as the command says: istiod takes them as it starts. */
async function carry(cluster: LabCluster, fleet: Fleet, files: Cacerts): Promise<void> {
  await applyCacerts(cluster, fleet.istioNamespace, files);
  await restartIstiod(cluster, fleet);
}
