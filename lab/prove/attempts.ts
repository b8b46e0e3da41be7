import { password } from '../database/percona-operator';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';
import { firstLine } from './check';

/** The pod that an attempt reached, or how it failed. */
export interface Answer {
  /** How the pod identifies itself; undefined where none was reached. */
  readonly reached?: string;
  readonly output: string;
}

/** Dials a host; the pod that answers identifies itself. */
export type Attempt = (lab: Lab, from: PodRef, host: string, port: number) => Promise<Answer>;

/** A request to the lab's HTTP server, which answers with its pod and namespace. */
export const httpAttempt: Attempt = async (lab, from, host, port) => {
  const argv = ['curl', '-sS', '-m', '5', '-w', '\n%{http_code}', `http://${host}:${port}/`];
  const { stdout, stderr, code } = await lab.cluster(from.cluster).pods.debug(from.namespace, from.pod, argv);
  const status = stdout.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || status !== '200') {
    return { output: code === 0 ? `HTTP ${status}: ${firstLine(stdout)}` : firstLine(stderr) };
  }
  const [body = ''] = stdout.split('\n');
  const { instance, namespace } = JSON.parse(body) as { instance: string; namespace: string };
  return { reached: `${namespace}/${instance}`, output: `HTTP 200 from ${namespace}/${instance}` };
};

/** A log-in to MySQL: only a server that accepts it gives its UUID. */
export const mysqlAttempt: Attempt = (lab, from, host, port) =>
  mysqlLogIn(lab, from, host, port, 'replication');

/** A log-in as a given user. */
export async function mysqlLogIn(
  lab: Lab,
  from: PodRef,
  host: string,
  port: number,
  user: 'replication' | 'operator',
): Promise<Answer> {
  const { code, stdout, stderr } = await lab
    .cluster(from.cluster)
    .pods.mysql(
      from.namespace,
      from.pod,
      [
        ...['-h', host, '-P', String(port), `-u${user}`, `-p${password(user)}`],
        ...['--get-server-public-key', '--connect-timeout=5', '-N', '-e', 'SELECT @@server_uuid'],
      ],
      { timeoutMs: 10_000 },
    );
  if (code !== 0)
    return { output: firstLine(stderr.replace(/^.*Using a password.*\n/m, '')) || `exit ${code}` };
  return { reached: stdout.trim(), output: `logged in to server ${stdout.trim()}` };
}

/** The UUID of a pod's server, read inside the pod's own network. */
export async function serverUuid(lab: Lab, at: PodRef): Promise<string> {
  return (await sqlIn(lab, at, 'SELECT @@server_uuid')).trim();
}

/** Runs SQL as root in a database pod, past the mesh. */
export async function sqlIn(lab: Lab, { cluster, namespace, pod }: PodRef, sql: string): Promise<string> {
  const argv = ['-h127.0.0.1', '-uroot', `-p${password('root')}`, '-N', '-e', sql];
  const { code, stdout, stderr } = await lab
    .cluster(cluster)
    .pods.mysql(namespace, pod, argv, { timeoutMs: 30_000 });
  if (code !== 0)
    throw new Error(`${namespace}/${pod}: ${stderr.replace(/^.*Using a password.*\n/m, '').trim()}`);
  return stdout;
}
