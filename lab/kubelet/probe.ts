import type { Container, Probe } from '../kubernetes/objects';
import { inside } from '../network/namespaces';
import { attempt } from '../shell';

/** Runs a container's probe once, from the pod's own network namespace: the kubelet's request does not pass the proxy. */
export async function succeeds(
  probe: Probe,
  container: Container,
  namespace: string,
  address: string,
): Promise<boolean> {
  if (probe.httpGet) {
    const { path = '/', scheme = 'HTTP' } = probe.httpGet;
    const url = `${scheme.toLowerCase()}://${address}:${portOf(container, probe.httpGet.port)}${path}`;
    const curl = ['curl', '-s', '-k', '-m', '2', '-o', '/dev/null', '-w', '%{http_code}', url];
    const { stdout } = await attempt([...inside(namespace), ...curl], { timeoutMs: 5000 });
    return Number(stdout) >= 200 && Number(stdout) < 400;
  }
  if (probe.tcpSocket) return listens(portOf(container, probe.tcpSocket.port), namespace);
  return true;
}

/** Whether a program in the namespace listens on a TCP port. */
export async function listens(port: number, namespace: string): Promise<boolean> {
  const { stdout } = await attempt([
    ...inside(namespace),
    'cat',
    '/proc/self/net/tcp',
    '/proc/self/net/tcp6',
  ]);
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return stdout.split('\n').some((line) => new RegExp(`^\\s*\\d+: [0-9A-F]+:${wanted} \\S+ 0A `).test(line));
}

function portOf(container: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  return container.ports?.find((one) => one.name === port)?.containerPort ?? Number(port);
}
