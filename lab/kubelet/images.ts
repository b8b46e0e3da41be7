import type { Container, Pod } from '../kubernetes/objects';
import { cached, program } from '../programs/cache';
import { debianRoot } from '../programs/debian-root';
import { mysqlTemplate } from '../programs/mysql-template';
import { MARIADB, MYSQL } from '../programs/versions';
import type { Bind } from './root-folder';

/** What the lab runs in place of a container image. */
export interface Program {
  readonly argv: readonly string[];
  /** Whether the container's own command replaces the program, as it would replace an image's entry point. */
  readonly honoursCommand: boolean;
  /** Whether the container's arguments are for the program. */
  readonly honoursArgs: boolean;
  readonly base?: string;
  readonly binds?: readonly Bind[];
  readonly env?: Readonly<Record<string, string>>;
  /** The user where the pod names none: that of the image. */
  readonly user?: number;
  /** Whether the pod's probes are run against this program. */
  readonly honoursProbes: boolean;
  /** A port that must answer before the pod is ready, for programs whose probes are not honoured. */
  readonly readyPort?: number;
}

/** The lab's own programs that run in place of images, compiled. */
export interface PodImagePrograms {
  readonly http: string;
  readonly mysql: string;
  readonly galera: string;
}

const ISTIO_USER = 1337;

/** The program for a container, chosen by its image's name; a container of an unknown image idles and is ready. */
export function programFor(pod: Pod, container: Container, podImages: PodImagePrograms): Program {
  const image = imageName(container.image ?? '');
  // Init containers of images other than Istio's only prepare files that the programs here do without.
  if (isInit(pod, container) && !/^proxyv2/.test(image)) {
    return { argv: ['/bin/true'], honoursCommand: false, honoursArgs: false, honoursProbes: false };
  }
  if (image === 'pilot') return istiod();
  if (/^proxyv2/.test(image)) return proxy();
  if (image === 'percona-xtradb-cluster-operator') return operator();
  if (isPxcImage(container.image ?? '')) return mysql(podImages);
  if (image === 'mariadb') return galera(podImages);
  if (/^(examples-helloworld|helloworld|http-echo|echo|httpbin|hello|whoami|nginx|agnhost)/.test(image)) {
    return http(pod, container, podImages);
  }
  if (/^(curl|busybox|alpine|debian|sleep|netshoot)/.test(image)) return sleeper();
  return {
    argv: ['/bin/sleep', 'infinity'],
    honoursCommand: false,
    honoursArgs: false,
    honoursProbes: false,
  };
}

/** Whether the lab runs MySQL for an image. */
export function isPxcImage(image: string): boolean {
  return /^(percona-xtradb-cluster|percona-server|mysql)/.test(imageName(image));
}

/** The last part of an image's name, without its tag: what it is, whatever registry it comes from. */
export function imageName(image: string): string {
  return (image.split('@')[0] ?? '').split('/').at(-1)?.split(':')[0] ?? '';
}

function istiod(): Program {
  const path = '/lab/pilot-discovery';
  return {
    argv: [path],
    honoursCommand: false,
    honoursArgs: true,
    binds: [{ from: program('pilot-discovery'), to: path, readOnly: true }],
    user: ISTIO_USER,
    honoursProbes: true,
  };
}

function proxy(): Program {
  const path = '/lab/pilot-agent';
  const template = 'envoy_bootstrap_tmpl.json';
  return {
    argv: [path],
    honoursCommand: false,
    honoursArgs: true,
    binds: [
      { from: program('pilot-agent'), to: path, readOnly: true },
      // pilot-agent starts Envoy from this path; /usr is the machine's, so that local programs are hidden behind it.
      { from: cached('proxy', 'local'), to: '/usr/local', readOnly: true },
      { from: cached('proxy', template), to: `/var/lib/istio/envoy/${template}`, readOnly: true },
    ],
    user: ISTIO_USER,
    honoursProbes: true,
  };
}

function operator(): Program {
  const path = '/lab/percona-xtradb-cluster-operator';
  return {
    argv: [path],
    honoursCommand: false,
    honoursArgs: true,
    binds: [{ from: program('percona-xtradb-cluster-operator'), to: path, readOnly: true }],
    honoursProbes: false,
  };
}

function mysql(podImages: PodImagePrograms): Program {
  return {
    argv: ['/bin/sh', '/lab/mysql.sh'],
    honoursCommand: false,
    honoursArgs: false,
    base: debianRoot(MYSQL),
    binds: [
      { from: podImages.mysql, to: '/lab/mysql.sh', readOnly: true },
      { from: mysqlTemplate(), to: '/lab/template', readOnly: true },
    ],
    honoursProbes: false,
    readyPort: 3306,
  };
}

function galera(podImages: PodImagePrograms): Program {
  return {
    argv: ['/bin/bash', '/lab/galera.sh'],
    honoursCommand: false,
    honoursArgs: false,
    base: debianRoot(MARIADB),
    binds: [
      { from: podImages.galera, to: '/lab/galera.sh', readOnly: true },
      { from: `${debianRoot(MARIADB)}/var/lib/mysql`, to: '/lab/template', readOnly: true },
    ],
    honoursProbes: false,
    readyPort: 3306,
  };
}

function http(pod: Pod, container: Container, podImages: PodImagePrograms): Program {
  const ports = (container.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP');
  const numbers = ports.length > 0 ? ports.map((port) => port.containerPort) : [5000];
  return {
    argv: ['/lab/node', '/lab/http.js'],
    honoursCommand: false,
    honoursArgs: false,
    binds: [
      { from: process.execPath, to: '/lab/node', readOnly: true },
      { from: podImages.http, to: '/lab/http.js', readOnly: true },
    ],
    env: {
      LAB_PORTS: numbers.join(','),
      LAB_INSTANCE: pod.metadata.name,
      LAB_NAMESPACE: pod.metadata.namespace ?? '',
    },
    honoursProbes: false,
    readyPort: numbers[0],
  };
}

function sleeper(): Program {
  return {
    argv: ['/bin/sleep', 'infinity'],
    honoursCommand: true,
    honoursArgs: true,
    honoursProbes: false,
  };
}

function isInit(pod: Pod, container: Container): boolean {
  return (pod.spec.initContainers ?? []).some(
    ({ name, restartPolicy }) => name === container.name && !restartPolicy,
  );
}
