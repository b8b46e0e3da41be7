import { LabError } from '../errors';
import type { Container, Pod } from '../kubernetes/objects';

/** The values of the downward API that are not in the pod's object. */
export interface DownwardApiContext {
  readonly podAddress: string;
  readonly nodeAddress: string;
  readonly nodeName: string;
}

/** The value of a downward API field path. */
export function fieldValue(pod: Pod, path: string, context: DownwardApiContext): string {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] as string] ?? '';
  const values: Readonly<Record<string, () => string>> = {
    'metadata.name': () => metadata.name,
    'metadata.namespace': () => metadata.namespace ?? 'default',
    'metadata.uid': () => metadata.uid,
    'metadata.labels': () => lines(metadata.labels),
    'metadata.annotations': () => lines(metadata.annotations),
    'spec.nodeName': () => context.nodeName,
    'spec.serviceAccountName': () => spec.serviceAccountName ?? 'default',
    'status.podIP': () => context.podAddress,
    'status.podIPs': () => context.podAddress,
    'status.hostIP': () => context.nodeAddress,
    'status.hostIPs': () => context.nodeAddress,
  };
  const value = values[path];
  if (!value) throw new LabError(`pod ${metadata.name}: field path ${path} is not one that Kubernetes has`);
  return value();
}

/** The node's capacity: the value of a limit that a container does not set. */
const MACHINE: Readonly<Record<string, number>> = {
  cpu: 2,
  memory: 4 * 2 ** 30,
  'ephemeral-storage': 10 * 2 ** 30,
};

/** The value of a resource field, in units of its divisor and rounded up, as the kubelet gives it. */
export function resourceValue(container: Container, resource: string, divisor = '1'): string {
  const [kind = '', name = ''] = resource.split(/\.(.*)/s);
  const set =
    container.resources?.[kind as 'limits' | 'requests']?.[name] ?? container.resources?.limits?.[name];
  const amount = set === undefined ? (MACHINE[name] ?? 0) : quantity(String(set));
  return String(Math.ceil(amount / quantity(divisor === '0' ? '1' : divisor)));
}

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number. */
export function quantity(text: string): number {
  const [, number, suffix = ''] = /^([\d.]+(?:e\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = SUFFIXES[suffix];
  if (number === undefined || factor === undefined)
    throw new LabError(`'${text}' is not a Kubernetes quantity`);
  return Number(number) * factor;
}

function lines(values: Readonly<Record<string, string>> = {}): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
    .join('');
}
