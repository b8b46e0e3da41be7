import { type App, Chart } from 'cdk8s';
import { installFiles } from '../install/install-methods';
import { Cluster } from '../model/cluster';
import { Fleet } from '../model/fleet';
import { objectErrors } from '../output/check-objects';
import { linkOutput, outputFolder } from '../output/output-folder';
import { hasDependencies, readChart, validationErrors } from '../output/read-chart';
import { type OutputFile, yamlFile } from '../output/render';
import { writeFiles } from '../output/write';
import { type FleetPlan, plan } from '../plan/plan';
import { type FieldError, InvalidInputError, show } from '../rules/field-error';
import { checkValue, instanceOf } from '../rules/rules';
import { chartIdErrors } from './chart-id';
import { clusterApp } from './cluster-app';

/**
 * The YAML of a fleet: a cdk8s App for each cluster, with a chart for each stage that the cluster needs.
 * `chart` gives access to a chart, to add objects of your own. Each cluster has an App of its own, because in
 * one App objects of the same name in two clusters would overwrite one another.
 */
export class FleetManifests {
  private readonly plan: FleetPlan;
  /** Where cdk8s' own `App.synth` writes. */
  private readonly outdir = process.env.CDK8S_OUTDIR ?? 'dist';
  /** The Apps that somebody asked for, and may have added objects to. The others are made to be rendered, one at a time. */
  private readonly apps = new Map<Cluster, App>();
  private readonly offers: number;

  /**
   * Makes the charts of all clusters. The fleet must be complete: `render` and `write` refuse a fleet that
   * got an offer, or a database with replicas, afterwards.
   * @throws InvalidInputError that names everything that is wrong with the fleet.
   */
  constructor(private readonly fleet: Fleet) {
    InvalidInputError.throwIfAny(checkValue('fleet', fleet, FLEET_RULE));
    this.plan = plan(fleet);
    this.offers = countOffers(fleet);
  }

  /**
   * The cdk8s App of a cluster.
   * @throws InvalidInputError where the cluster is not one of the fleet's.
   */
  public app(cluster: Cluster): App {
    const known = this.apps.get(cluster);
    if (known) return known;
    if (!this.fleet.clusters.includes(cluster)) throw new InvalidInputError([this.notOfTheFleet(cluster)]);
    const app = clusterApp(this.plan.clusterPlan(cluster), this.outdir);
    this.apps.set(cluster, app);
    return app;
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
    const errors: FieldError[] = [];
    const files: OutputFile[] = [];
    const installs: OutputFile[] = [];
    // cluster by cluster, so that of a large fleet only texts are held
    for (const cluster of this.plan.clusters) {
      const app = this.apps.get(cluster.cluster) ?? clusterApp(cluster, this.outdir);
      const invalid = validationErrors(app, `${cluster.name}/`);
      errors.push(...invalid);
      const isSorted = invalid.length === 0 && hasDependencies(app);
      const charts = app.charts.map((chart) => {
        const path = `${cluster.name}/${chart.node.id}.k8s.yaml`;
        return { path, ...readChart(path, chart, isSorted) };
      });
      errors.push(...charts.flatMap((chart) => chart.errors), ...objectErrors(charts));
      for (const { path, objects } of charts) if (objects.length > 0) files.push(yamlFile(path, objects));
      for (const { path, content } of installFiles(cluster.install))
        installs.push({ path: `install/${cluster.name}/${path}`, content });
    }
    InvalidInputError.throwIfAny(errors);
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
    const offers = countOffers(this.fleet);
    if (offers === this.offers) return [];
    return [
      {
        path: 'fleet',
        expected: `be complete before its FleetManifests are made (it had ${this.offers} offers, databases' included)`,
        actual: `${offers} offers`,
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

function countOffers({ offers, databases }: Fleet): number {
  return offers.length + databases.filter(({ replicas }) => replicas.length > 0).length;
}
