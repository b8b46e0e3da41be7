import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as pxc from '../database/pxc/names';
import { NamespaceSidecar } from '../mesh/namespace-sidecar';
import { OfferedWorkloadPolicy } from '../mesh/offered-workload-policy';
import { WorkloadPortPolicy } from '../mesh/workload-port-policy';
import type { Cluster } from '../model/cluster';
import type { Database, DatabaseMember } from '../model/database';
import type { Fleet } from '../model/fleet';
import type { Offer } from '../model/offer';
import { Stage } from '../model/stage';
import { serviceHost } from '../well-known/dns';

/**
 * Who may dial what in the mesh: callers of offered ports, of databases' administrative ports, and what registry-only namespaces may dial.
 * It is applied before the gateways and entries that lead to what it guards. Istio's objects are where the istiod is that reads them.
 */
export class PoliciesChart extends Chart {
  /** Whether a cluster has any. */
  public static isNeeded(fleet: Fleet, cluster: Cluster): boolean {
    return fleet
      .dataPlaneClustersOf(cluster)
      .some(
        (one) =>
          fleet.offersFrom(one).some(({ isMeshed }) => isMeshed) ||
          fleet.databasesIn(one).length > 0 ||
          one.registryOnlyNamespaces.length > 0,
      );
  }

  constructor(
    scope: Construct,
    private readonly fleet: Fleet,
    cluster: Cluster,
  ) {
    super(scope, Stage.POLICIES);
    const clusters = fleet.dataPlaneClustersOf(cluster);
    for (const offer of clusters.flatMap((one) => fleet.offersFrom(one))) {
      if (offer.isMeshed && this.speaksForPods(offer)) this.offered(offer);
    }
    for (const one of clusters) {
      for (const database of fleet.databasesIn(one)) {
        for (const member of database.membersIn(one)) this.administered(database, member);
      }
    }
    for (const namespace of new Set(clusters.flatMap((one) => one.registryOnlyNamespaces))) {
      this.registryOnly(clusters, namespace);
    }
  }

  private offered(offer: Offer): void {
    const scope = new Construct(this, this.freeId(`offered.${offer.namespace}.${offer.name}`, offer.from));
    const callers = offer.to.map((caller) => caller.principal(this.fleet.trustDomainOf(caller.cluster)));
    const local = (names: readonly string[]) =>
      names.map((name) => offer.from.namespace(name).principal(this.fleet.trustDomainOf(offer.from)));
    // a principal does not say in which cluster it is: a namespace that is also a remote caller's is no local one
    const onlyLocal = offer.localNamespaces.filter(
      (name) => !offer.to.some((caller) => caller.name === name),
    );
    for (const { name, labels, hosts } of offer.workloads) {
      new OfferedWorkloadPolicy(scope, `${name}-policy`, {
        name,
        namespace: offer.namespace,
        podLabels: labels,
        port: offer.targetPort,
        snis: offer.isDiscovered ? undefined : hosts.map(({ sni }) => sni),
        // what discovery shows has the same SNI for all, inside the cluster too
        principals: [
          ...new Set(offer.isDiscovered ? [...callers, ...local(offer.localNamespaces)] : callers),
        ],
        ...(offer.isService
          ? {
              serviceHosts: [...new Set(hosts.map(({ sourceHost }) => sourceHost))],
              localPrincipals: local(onlyLocal),
            }
          : {}),
      });
    }
  }

  /** Services of one name under one istiod agree on their callers, and have one policy. */
  private speaksForPods({ name, namespace, from, isDiscovered }: Offer): boolean {
    if (!isDiscovered) return true;
    const sameNamed = this.fleet
      .dataPlaneClustersOf(from.primaryCluster)
      .filter((cluster) =>
        this.fleet.offersFrom(cluster).some((one) => one.name === name && one.namespace === namespace),
      );
    return sameNamed[0] === from;
  }

  /** MySQL's X protocol and administrative ports: for the database's own pods and Percona's operator. */
  private administered(database: Database, { at }: DatabaseMember): void {
    const { fleet } = this;
    if (!fleet.isMeshed(at)) return;
    const { name } = database;
    const callers = [at.cluster.namespace(at.name), database.operatorIn(at)];
    const principals = [
      ...new Set(callers.map((caller) => caller.principal(fleet.trustDomainOf(at.cluster)))),
    ];
    const scope = new Construct(this, this.freeId(`administered.${at.name}.${name}`, at.cluster));
    const { mysqlx, admin } = pxc.PORTS;
    const pods = [
      { of: pxc.statefulSet(name), podLabels: pxc.podLabels(name), ports: [mysqlx, admin] },
      { of: pxc.haproxy(name), podLabels: pxc.haproxyPodLabels(name), ports: [admin] },
    ];
    for (const { of, podLabels, ports } of pods) {
      const policy = `${of}-admin`;
      new WorkloadPortPolicy(scope, policy, {
        name: policy,
        namespace: at.name,
        podLabels,
        ports,
        principals,
      });
    }
  }

  /** A namespace that sees its own and what it may dial; what is discovered is in its owner's namespace. */
  private registryOnly(clusters: readonly Cluster[], namespace: string): void {
    const found = clusters
      .flatMap((by) => this.fleet.offersTo(by))
      .filter(({ offer, callers }) => offer.isDiscovered && callers.some(({ name }) => name === namespace))
      .map(({ offer }) => `${offer.namespace}/${serviceHost(offer.service, offer.namespace)}`);
    const administered = clusters.flatMap((one) =>
      this.fleet.databasesAdministeredFrom(one.namespace(namespace)),
    );
    // Percona's operator asks the API server, and dials its databases
    const api = administered.length > 0 ? [`default/${serviceHost('kubernetes', 'default')}`] : [];
    const databases = administered.filter(({ name }) => name !== namespace).map(({ name }) => `${name}/*`);
    new NamespaceSidecar(this, `registry-only.${namespace}`, {
      namespace,
      hosts: [...new Set([...found, ...api, ...databases])],
    });
  }

  /** An id that tells apart what two clusters of one istiod call alike. */
  private freeId(id: string, { name }: Cluster): string {
    return this.node.tryFindChild(id) ? `${id}-of-${name}` : id;
  }
}
