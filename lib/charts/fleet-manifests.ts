import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { controlPlaneFiles } from '../install/install-methods';
import { Cluster } from '../model/cluster';
import { Fleet } from '../model/fleet';
import { objectErrors } from '../output/check-objects';
import { linkOutput, outputFolder } from '../output/output-folder';
import { readChart, validationErrors } from '../output/read-chart';
import { type OutputFile, yamlFile } from '../output/render';
import { writeFiles } from '../output/write';
import { type FieldError, InvalidInputError, show } from '../rules/field-error';
import { checkValue, instanceOf } from '../rules/rules';
import { AddressesChart } from './addresses-chart';
import { chartIdErrors } from './chart-id';
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
 * The YAML of a fleet: a cdk8s App for each cluster, with a chart for each stage that the cluster needs.
 * `chart` gives access to a chart, to add objects of your own. Each cluster has an App of its own, because in
 * one App objects of the same name in two clusters would overwrite one another.
 */
export class FleetManifests {
  private readonly apps: { readonly cluster: Cluster; readonly app: App }[];
  private readonly offers: number;

  /**
   * Makes the charts of all clusters. The fleet must be complete: `render` and `write` refuse a fleet that
   * got an offer, or a database with replicas, afterwards.
   * @throws InvalidInputError that names everything that is wrong with the fleet.
   */
  constructor(private readonly fleet: Fleet) {
    InvalidInputError.throwIfAny(checkValue('fleet', fleet, FLEET_RULE));
    fleet.validate();
    this.offers = fleet.offers.length;
    this.apps = fleet.clusters.map((cluster) => ({ cluster, app: clusterApp(fleet, cluster) }));
  }

  /**
   * The cdk8s App of a cluster.
   * @throws InvalidInputError where the cluster is not one of the fleet's.
   */
  public app(cluster: Cluster): App {
    const found = this.apps.find((entry) => entry.cluster === cluster);
    if (found) return found.app;
    throw new InvalidInputError([this.notOfTheFleet(cluster)]);
  }

  /**
   * The chart of a cluster with the given id. The method makes the chart if it does not exist. A chart with
   * at least one object is written to `<cluster>/<id>.k8s.yaml`.
   * @param cluster One of the fleet's clusters.
   * @param id A Stage, or an id of your own: two digits, `-`, and a name of a-z, 0-9 and `-`, such as
   * `80-jobs`.
   * @throws InvalidInputError where the id is not allowed or the cluster is not one of the fleet's.
   */
  public chart(cluster: Cluster, id: string): Chart {
    const app = this.app(cluster);
    InvalidInputError.throwIfAny(chartIdErrors(id));
    return (app.node.tryFindChild(id) as Chart | undefined) ?? new Chart(app, id);
  }

  /**
   * Makes every file of the output in memory, with its path below the output folder.
   * @throws InvalidInputError that names everything that is wrong with the objects, and every validation error
   * of a construct in the charts; the path of such an error begins with the cluster's name.
   */
  public render(): OutputFile[] {
    InvalidInputError.throwIfAny(this.lateOffers());
    // Cluster by cluster, so that of a large fleet only texts are held.
    const errors: FieldError[] = [];
    const files = this.apps.flatMap(({ cluster, app }) => {
      const invalid = validationErrors(app, `${cluster.name}/`);
      errors.push(...invalid);
      const charts = app.charts.map((chart) => {
        const path = `${cluster.name}/${chart.node.id}.k8s.yaml`;
        return { path, ...readChart(path, chart, invalid.length === 0) };
      });
      errors.push(...charts.flatMap((chart) => chart.errors), ...objectErrors(charts));
      return charts
        .filter(({ objects }) => objects.length > 0)
        .map(({ path, objects }) => yamlFile(path, objects));
    });
    InvalidInputError.throwIfAny(errors);
    const installs = this.fleet.clusters.flatMap((cluster) =>
      controlPlaneFiles(this.fleet, cluster).map(({ path, content }) => ({
        path: `install/${cluster.name}/${path}`,
        content,
      })),
    );
    return [...files, ...installs];
  }

  private notOfTheFleet(cluster: unknown): FieldError {
    const { clusters } = this.fleet;
    const isCluster = cluster instanceof Cluster;
    const isNamesake = isCluster && clusters.some(({ name }) => name === cluster.name);
    return {
      path: 'cluster',
      expected: `be a cluster of the fleet (${clusters.map(({ name }) => name).join(', ')})`,
      actual: isCluster ? show(cluster.name) : show(cluster),
      hint: isNamesake
        ? 'a cluster of this name is in the fleet, but this is another object; pass the one that the fleet was made with'
        : "add it to the fleet's clusters first",
    };
  }

  /** What joined the fleet after its charts were made is in none of them. */
  private lateOffers(): FieldError[] {
    const { offers } = this.fleet;
    if (offers.length === this.offers) return [];
    return [
      {
        path: 'fleet',
        expected: `be complete before its FleetManifests are made (it had ${this.offers} offers, databases' included)`,
        actual: `${offers.length} offers`,
        hint: 'move `new FleetManifests(fleet)` below the last offer and database',
      },
    ];
  }

  /**
   * Writes `<outdir>/<cluster>/<chart>.k8s.yaml` and `<outdir>/install/<cluster>/….yaml`. It writes all
   * files, or none where anything is wrong. It deletes files that an earlier run wrote for this fleet and
   * that the fleet no longer has. It touches no other file. `<outdir>/.eastwest-files.json` lists what was
   * written.
   * @param outdir The output folder. The default is the environment variable CDK8S_OUTDIR, or `dist`.
   * @throws InvalidInputError that names everything that is wrong with the objects and constructs, or is in the
   * way in the folder.
   */
  public write(outdir?: string): void {
    const output = outputFolder(outdir);
    const { meshId, clusters } = this.fleet;
    writeFiles(output.folder, { mesh: meshId, clusters: clusters.map(({ name }) => name) }, this.render());
    linkOutput(output);
  }
}

/**
 * Writes a fleet's YAML. For a fleet with charts of your own use FleetManifests.
 * @param fleet The complete fleet.
 * @param outdir The output folder. The default is the environment variable CDK8S_OUTDIR, or `dist`.
 * @throws InvalidInputError that names everything that is wrong with the fleet or is in the way in the
 * folder.
 */
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
