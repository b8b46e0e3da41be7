import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { controlPlaneFiles } from '../control-plane/install-methods';
import { Cluster } from '../fleet/cluster';
import { Fleet } from '../fleet/fleet';
import { InvalidInputError, type Problem, show } from '../fleet/problem';
import { checkValue, instanceOf } from '../fleet/rules';
import { objectProblems } from '../output/check-objects';
import { linkOutput, outputFolder } from '../output/output-folder';
import { readChart } from '../output/read-chart';
import { type OutputFile, yamlFile } from '../output/render';
import { writeFiles } from '../output/write';
import { AddressesChart } from './addresses-chart';
import { chartIdProblems } from './chart-id';
import { DatabaseChart } from './database-chart';
import { DiscoveryChart } from './discovery-chart';
import { GatewayChart } from './gateway-chart';
import { NamespacesChart } from './namespaces-chart';
import { NetworkPoliciesChart } from './network-policies-chart';
import { NodePortsChart } from './node-ports-chart';
import { PoliciesChart } from './policies-chart';
import { TrafficChart } from './traffic-chart';
import { TrustChart } from './trust-chart';

/**
 * The fleet as cdk8s apps, one for each cluster, with charts by stage; add charts of your own with `chart`.
 * One App a cluster, because one for all would write same-named objects of two clusters over each other.
 */
export class FleetManifests {
  private readonly apps: { readonly cluster: Cluster; readonly app: App }[];
  private readonly offers: number;

  /** Throws one InvalidInputError with everything that is wrong with the fleet. */
  constructor(private readonly fleet: Fleet) {
    InvalidInputError.throwIfAny(checkValue('fleet', fleet, FLEET_RULE));
    fleet.validate();
    this.offers = fleet.offers.length;
    this.apps = fleet.clusters.map((cluster) => ({ cluster, app: clusterApp(fleet, cluster) }));
  }

  /** The cdk8s App of a cluster. */
  public app(cluster: Cluster): App {
    const found = this.apps.find((entry) => entry.cluster === cluster);
    if (found) return found.app;
    throw new InvalidInputError([this.notOfTheFleet(cluster)]);
  }

  /**
   * A chart of a cluster by its id, made where it does not exist: its file is `<id>.k8s.yaml`, if anything is in it.
   * @param id a Stage, or two digits and a name, such as `80-jobs`
   */
  public chart(cluster: Cluster, id: string): Chart {
    const app = this.app(cluster);
    InvalidInputError.throwIfAny(chartIdProblems(id));
    return (app.node.tryFindChild(id) as Chart | undefined) ?? new Chart(app, id);
  }

  /**
   * Every file of the output, in memory.
   * Throws one InvalidInputError with everything that is wrong with the objects.
   */
  public render(): OutputFile[] {
    InvalidInputError.throwIfAny(this.lateOffers());
    // Cluster by cluster, so that of a large fleet only texts are held.
    const problems: Problem[] = [];
    const files = this.apps.flatMap(({ cluster, app }) => {
      const charts = app.charts.map((chart) => {
        const path = `${cluster.name}/${chart.node.id}.k8s.yaml`;
        return { path, ...readChart(path, chart) };
      });
      problems.push(...charts.flatMap((chart) => chart.problems), ...objectProblems(charts));
      return charts
        .filter(({ objects }) => objects.length > 0)
        .map(({ path, objects }) => yamlFile(path, objects));
    });
    InvalidInputError.throwIfAny(problems);
    const installs = this.fleet.clusters.flatMap((cluster) =>
      controlPlaneFiles(this.fleet, cluster).map(({ path, content }) => ({
        path: `install/${cluster.name}/${path}`,
        content,
      })),
    );
    return [...files, ...installs];
  }

  private notOfTheFleet(cluster: unknown): Problem {
    const { clusters } = this.fleet;
    const isCluster = cluster instanceof Cluster;
    const isNamesake = isCluster && clusters.some(({ name }) => name === cluster.name);
    return {
      path: 'cluster',
      must: `be a cluster of the fleet (${clusters.map(({ name }) => name).join(', ')})`,
      got: isCluster ? show(cluster.name) : show(cluster),
      advice: isNamesake
        ? 'a cluster of this name is in the fleet, but this is another object; pass the one that the fleet was made with'
        : "add it to the fleet's clusters first",
    };
  }

  /** What joined the fleet after its charts were made is in none of them. */
  private lateOffers(): Problem[] {
    const { offers } = this.fleet;
    if (offers.length === this.offers) return [];
    return [
      {
        path: 'fleet',
        must: `be complete before its FleetManifests are made (it had ${this.offers} offers, databases' included)`,
        got: `${offers.length} offers`,
        advice: 'move `new FleetManifests(fleet)` below the last offer and database',
      },
    ];
  }

  /**
   * Writes `<outdir>/<cluster>/<chart>.k8s.yaml` and `<outdir>/install/<cluster>/….yaml`: all of it or, where
   * anything is wrong, nothing. What an earlier run wrote for this fleet and is no longer made goes; nothing else does.
   * @param outdir default: CDK8S_OUTDIR, or dist
   */
  public write(outdir?: string): void {
    const output = outputFolder(outdir);
    const { meshId, clusters } = this.fleet;
    writeFiles(output.folder, { mesh: meshId, clusters: clusters.map(({ name }) => name) }, this.render());
    linkOutput(output);
  }
}

/** Writes a fleet's manifests; for a fleet with charts of your own see FleetManifests. */
export function writeFleet(fleet: Fleet, outdir?: string): void {
  new FleetManifests(fleet).write(outdir);
}

const FLEET_RULE = instanceOf(Fleet, 'make it with new Fleet({ meshId, clusters })');

function clusterApp(fleet: Fleet, cluster: Cluster): App {
  const app = new App({ outdir: join(process.env.CDK8S_OUTDIR ?? 'dist', cluster.name) });
  new NamespacesChart(app, fleet, cluster);
  // a remote's certificates are signed in its primary
  if (!cluster.primary) new TrustChart(app, fleet, cluster);
  if (fleet.hasRemoteSecret(cluster) || fleet.remoteClustersOf(cluster).length > 0)
    new DiscoveryChart(app, fleet, cluster);
  if (cluster.addressPool) new AddressesChart(app, cluster.addressPool);
  if (PoliciesChart.isNeeded(fleet, cluster)) new PoliciesChart(app, fleet, cluster);
  if (NetworkPoliciesChart.isNeeded(fleet, cluster)) new NetworkPoliciesChart(app, fleet, cluster);
  if (GatewayChart.isNeeded(fleet, cluster)) new GatewayChart(app, fleet, cluster);
  if (fleet.offersFrom(cluster).some((offer) => offer.takes('nodePort')))
    new NodePortsChart(app, fleet, cluster);
  const traffic = fleet
    .dataPlaneClustersOf(cluster)
    .flatMap((one) => [fleet.offersFrom(one), fleet.offersTo(one)]);
  if (traffic.some((offers) => offers.length > 0)) new TrafficChart(app, fleet, cluster);
  if (fleet.databasesIn(cluster).length > 0) new DatabaseChart(app, fleet, cluster);
  return app;
}
