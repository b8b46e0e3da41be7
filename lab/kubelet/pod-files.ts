import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../kubernetes/objects';
import type { Bind } from './root-folder';

/** Writes a pod's /etc/hosts and /etc/resolv.conf, as a kubelet does. */
export function writeNameFiles(folder: string, pod: Pod, address: string, nameServer: string): void {
  const { namespace, name } = pod.metadata;
  const { hostname = name, subdomain, hostAliases = [] } = pod.spec;
  const full = subdomain ? [`${hostname}.${subdomain}.${namespace}.svc.cluster.local`] : [];
  const lines = [
    '127.0.0.1 localhost',
    '::1 localhost',
    `${address} ${[...full, hostname].join(' ')}`,
    ...hostAliases.map(({ ip, hostnames = [] }) => `${ip} ${hostnames.join(' ')}`),
  ];
  writeFileSync(join(folder, 'hosts'), `${lines.join('\n')}\n`);
  const search = `${namespace}.svc.cluster.local svc.cluster.local cluster.local`;
  const resolver = `nameserver ${nameServer}\nsearch ${search}\noptions ndots:5\n`;
  writeFileSync(join(folder, 'resolv.conf'), resolver);
}

/** The files of a pod's folder that every container of it sees in /etc. */
export function nameFileBinds(folder: string): Bind[] {
  return ['hosts', 'resolv.conf'].map((file) => ({ from: join(folder, file), to: `/etc/${file}` }));
}
