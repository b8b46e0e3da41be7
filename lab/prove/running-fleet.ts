import type { LabCluster } from '../cluster';
import { deployFleet, deployWith, labOptionsFor } from '../fleet-lab';
import type { Lab } from '../lab';
import { type Say, step } from '../progress';
import { withLab } from '../session';
import type { ProvenApp } from './app';
import { Callers } from './callers';
import type { RunningFleet } from './context';
import { keepEvidence } from './evidence';
import { FleetFacts } from './facts';
import { gatewayPods } from './gateways';
import { MemoryWatch } from './memory';
import { provenOffers } from './offers';
import { waitForFleet } from './readiness';
import { joinSourcePods } from './replication-sql';
import { type Report, report } from './report';
import type { RunOutcome } from './run-suites';

/** How a fleet's CAs get to its clusters. */
export interface Trust<T> {
  /** Gives the primary clusters their CAs, before istiod starts. @default - one root, as the fleet says */
  share(primaries: readonly LabCluster[]): Promise<T>;
  /** Settings of all proxies. */
  readonly proxyMetadata?: Readonly<Record<string, string>>;
}

/**
 * What all proofs begin and end with: the clusters start, the YAML is applied, the pods become ready, the checks run, and the report says
 * what they observed. The lab stops whatever happens.
 */
export function inRunningFleet<T>(
  app: ProvenApp,
  name: string,
  deploy: (lab: Lab, say: Say) => Promise<T>,
  run: (context: RunningFleet, deployed: T) => Promise<RunOutcome>,
  title = app.name,
): Promise<Report> {
  const begin = Date.now();
  const memory = new MemoryWatch(name);
  const { fleet } = app;
  return withLab(
    { name, ...labOptionsFor(fleet) },
    async (lab, signal) => {
      const context = contextOf(app, lab, signal);
      const deployed = await context.show('Istio, the operators and the fleet’s YAML are applied', () =>
        deploy(lab, context.say),
      );
      await context.show('The pods become ready', () => waitForFleet(lab, fleet));
      for (const database of fleet.databases) await joinSourcePods(lab, database);
      const outcome = await run(context, deployed);
      return report(title, outcome, (Date.now() - begin) / 1000, memory.end());
    },
    (start) => step(`The networks and control planes of ${fleet.clusters.length} clusters start`, start),
  );
}

/** Applies a fleet's YAML; gives the root CA that all clusters trust. */
export function deployApp({ fleet, dist }: ProvenApp) {
  return (lab: Lab, say: Say) => deployFleet(lab, fleet, dist, say);
}

/** The same, with CAs that come from elsewhere. */
export function deployAppWith<T>({ fleet, dist }: ProvenApp, { share, proxyMetadata }: Trust<T>) {
  return (lab: Lab, say: Say) => deployWith(lab, fleet, dist, say, share, proxyMetadata);
}

function contextOf({ fleet, dist }: ProvenApp, lab: Lab, signal: AbortSignal): RunningFleet {
  let line: Say = () => undefined;
  const facts = new FleetFacts(fleet);
  return {
    ...{ lab, fleet, dist, facts },
    offers: provenOffers(facts.plan),
    callers: new Callers(lab, facts.injectionLabels),
    say: (text) => line(text),
    show: (title, work) =>
      step(
        title,
        (say) => {
          line = say;
          return work();
        },
        signal,
      ),
    keepEvidence: (check, result) => {
      const gateways = fleet.clusters.flatMap((cluster) => gatewayPods({ lab, fleet }, cluster));
      return keepEvidence(lab, check, result, gateways);
    },
  };
}
