import { join } from 'node:path';
import type { Container, Pod } from '../kubernetes/objects';
import type { ContainerPlan } from './container-process';
import { expand } from './environment';
import type { Program } from './images';
import { nameFileBinds } from './pod-files';
import type { Bind } from './root-folder';

/** What a pod's containers share. */
export interface PodPlan {
  readonly pod: Pod;
  /** The network namespace. */
  readonly namespace: string;
  readonly folder: string;
  readonly address: string;
  /** The address of the Service `kubernetes.default`. */
  readonly kubernetesService: string;
  /** The folder of each volume, by its name. */
  readonly volumes: ReadonlyMap<string, string>;
}

/** How a container's program is run, with the environment that its manifest gives it. */
export function containerPlan(
  shared: PodPlan,
  container: Container,
  program: Program,
  env: Readonly<Record<string, string>>,
): ContainerPlan {
  const expandAll = (words: readonly string[] = []) => words.map((word) => expand(word, env));
  const own = program.honoursCommand && container.command ? expandAll(container.command) : program.argv;
  const security = { ...shared.pod.spec.securityContext, ...container.securityContext };
  const user = security.runAsUser ?? program.user ?? 0;
  return {
    ...basePlan(shared, container.name, program.base ?? '/', {
      user,
      group: security.runAsGroup ?? user,
      binds: [...mounts(shared, container), ...(program.binds ?? [])],
    }),
    argv: [...own, ...(program.honoursArgs ? expandAll(container.args) : [])],
    env: { ...standardEnvironment(shared), ...env, ...program.env },
  };
}

/** How a program of another file system is run in the pod's network, with the pod's name files. */
export function debugPlan(
  shared: PodPlan,
  base: string,
  folder: string,
  argv: readonly string[],
): ContainerPlan {
  return { ...basePlan(shared, 'debug', base, { user: 0, group: 0, binds: [] }), folder, argv };
}

function basePlan(
  { pod, namespace, folder }: PodPlan,
  name: string,
  base: string,
  { user, group, binds }: { readonly user: number; readonly group: number; readonly binds: readonly Bind[] },
): ContainerPlan {
  const hostname = pod.spec.hostname ?? pod.metadata.name;
  const all = [...nameFileBinds(folder), ...binds];
  const root = { base, hostname, binds: all, user, group, workingDirectory: '/' };
  return { name, namespace, folder, root, argv: [], env: {} };
}

function mounts({ volumes }: PodPlan, container: Container): Bind[] {
  const binds = (container.volumeMounts ?? []).flatMap((mount) => {
    const folder = volumes.get(mount.name);
    if (!folder) return [];
    return [{ from: join(folder, mount.subPath ?? ''), to: mount.mountPath, readOnly: mount.readOnly }];
  });
  // A mount inside another one comes after it, or it would be hidden.
  return binds.sort((a, b) => a.to.length - b.to.length);
}

function standardEnvironment({ pod, address, kubernetesService }: PodPlan): Record<string, string> {
  return {
    // the Service's address, as in every cluster: a proxy that allows known Services alone allows it where it is named
    KUBERNETES_SERVICE_HOST: kubernetesService,
    KUBERNETES_SERVICE_PORT: '443',
    KUBERNETES_SERVICE_PORT_HTTPS: '443',
    HOSTNAME: pod.metadata.name,
    LAB_INSTANCE: pod.metadata.name,
    LAB_ADDRESS: address,
    LAB_SERVER_ID: String(serverId(address)),
  };
}

/** A MySQL server id that no other pod of the lab has. */
function serverId(address: string): number {
  const [, second = 0, third = 0, fourth = 0] = address.split('.').map(Number);
  return second * 65536 + third * 256 + fourth;
}
