import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterOptions, LabCluster } from './cluster';
import { LabError } from './errors';
import { raiseLimits } from './limits';
import { deleteNamespaces, endProcesses, namespacesOf, requireLabName } from './network/namespaces';
import { Network } from './network/network';
import { compilePodImages } from './pod-images/compile';
import { cached } from './programs/cache';
import { requireInstalled } from './programs/install';

/** What a lab is started with. */
export interface LabOptions {
  /** Labs under different names run side by side. @default 'lab' */
  readonly name?: string;
  readonly clusters: readonly ClusterOptions[];
  /** Names that the clusters' DNS does not have, such as those of load balancers, and their addresses. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** Called with what happens to pods. @default - not called */
  readonly onEvent?: (message: string) => void;
}

/** Clusters that run on this machine, each with its own control plane and network. */
export class Lab {
  readonly folder: string;
  readonly network: Network;
  readonly clusters: readonly LabCluster[];
  private outside: Record<string, readonly string[]>;
  private stopped?: Promise<void>;

  private constructor(
    readonly name: string,
    options: LabOptions,
  ) {
    this.folder = labFolder(name);
    mkdirSync(this.folder, { recursive: true });
    this.network = new Network(name);
    this.outside = { ...options.names };
    const podImages = compilePodImages(this.folder);
    const outside = () => this.outside;
    const onEvent = options.onEvent ?? (() => undefined);
    const { network, folder } = this;
    this.clusters = options.clusters.map(
      (cluster, index) =>
        new LabCluster(cluster, { lab: name, index, folder, network, podImages, outside, onEvent }),
    );
    for (const [index, { apiServerNames = [] }] of options.clusters.entries()) {
      const address = this.clusters[index]?.addresses.interClusterAddress ?? '';
      for (const host of apiServerNames) this.outside[host] ??= [address];
    }
  }

  /** Starts a lab, clearing away what a killed run of the same name left. */
  static async start(options: LabOptions): Promise<Lab> {
    const name = requireLabName(options.name ?? 'lab');
    requireInstalled();
    requireClusterNames(options.clusters.map((cluster) => cluster.name));
    await clean(name);
    claim(name);
    raiseLimits();
    const lab = new Lab(name, options);
    try {
      await lab.network.create(options.clusters.length);
      await Promise.all(lab.clusters.map((cluster) => cluster.start()));
      for (const cluster of lab.clusters) {
        const reachable = lab.clusters.filter(
          (other) => other !== cluster && other.network !== undefined && other.network === cluster.network,
        );
        for (const other of reachable) await cluster.routeTo(other);
      }
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  cluster(name: string): LabCluster {
    const found = this.clusters.find((cluster) => cluster.name === name);
    if (!found)
      throw new LabError(
        `the lab has no cluster '${name}'; it has ${this.clusters.map((one) => one.name).join(', ')}`,
      );
    return found;
  }

  /** Makes a name resolve, in every cluster, as the public DNS would. */
  setName(host: string, addresses: readonly string[]): void {
    this.outside[host] = addresses;
    for (const cluster of this.clusters) cluster.refreshNames();
  }

  /** Ends everything. Logs stay in the lab's folder until the next run of the same name. */
  stop(): Promise<void> {
    this.stopped ??= (async () => {
      await Promise.all(this.clusters.map((cluster) => cluster.stop()));
      await removeNamespaces(this.name);
      for (const { folder } of this.clusters) {
        // The data is large and of no use without its programs; the logs stay.
        for (const data of ['claims', 'etcd']) rmSync(join(folder, data), { recursive: true, force: true });
      }
      rmSync(ownerFile(this.name), { force: true });
    })();
    return this.stopped;
  }
}

/** The folder of a lab's files and logs. */
export function labFolder(name: string): string {
  return cached('labs', name);
}

/** Clears away what is left of a lab, unless a living process owns it. */
export async function clean(name: string): Promise<void> {
  const owner = livingOwner(name);
  if (owner)
    throw new LabError(
      `lab '${name}' is in use by process ${owner}; end it, or take another name with --name`,
    );
  await removeNamespaces(name);
  rmSync(labFolder(name), { recursive: true, force: true });
}

/** The names of labs that left something on this machine. */
export function knownLabs(): string[] {
  return existsSync(cached('labs')) ? readdirSync(cached('labs')) : [];
}

async function removeNamespaces(name: string): Promise<void> {
  const namespaces = namespacesOf(name);
  await endProcesses(namespaces);
  await deleteNamespaces(namespaces);
}

function claim(name: string): void {
  mkdirSync(labFolder(name), { recursive: true });
  writeFileSync(ownerFile(name), `${process.pid} ${startedAt(process.pid)}`);
}

function livingOwner(name: string): number | undefined {
  if (!existsSync(ownerFile(name))) return undefined;
  const [id, started] = readFileSync(ownerFile(name), 'utf8').split(' ');
  const alive = Number(id) !== process.pid && startedAt(Number(id)) === started;
  return alive ? Number(id) : undefined;
}

/** When a process started, in the kernel's ticks: ids are used again, an id with its start is not. */
function startedAt(id: number): string | undefined {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}

function ownerFile(name: string): string {
  return join(labFolder(name), 'owner');
}

function requireClusterNames(names: readonly string[]): void {
  if (names.length === 0) throw new LabError('a lab needs at least one cluster');
  if (new Set(names).size < names.length)
    throw new LabError(`clusters must have different names, got ${names.join(', ')}`);
  for (const name of names) {
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))
      throw new LabError(`cluster name '${name}' is not a DNS label`);
  }
}
