import { LabError } from '../errors';
import type { ApiClient } from '../kubernetes/client';
import type { ConfigMap, Container, EnvSource, Pod, Secret } from '../kubernetes/objects';
import { type DownwardApiContext, fieldValue, resourceValue } from './fields';

/** An object that a pod refers to and that does not exist yet: the kubelet tries again. */
export class MissingReference extends LabError {}

/** The environment of a container, resolved as the kubelet does. */
export async function environment(
  pod: Pod,
  container: Container,
  context: DownwardApiContext,
  client: ApiClient,
): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const from of container.envFrom ?? []) {
    const reference = from.configMapRef ?? from.secretRef;
    if (!reference) continue;
    const data = await values(pod, from.configMapRef ? 'configmaps' : 'secrets', reference, client);
    for (const [key, value] of Object.entries(data)) result[`${from.prefix ?? ''}${key}`] = value.toString();
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const resolved = valueFrom
      ? await source(pod, container, valueFrom, context, client)
      : expand(value ?? '', result);
    if (resolved !== undefined) result[name] = resolved;
  }
  return result;
}

/** Replaces $(NAME) by its value; an unknown name stays as it is and $$ is one $, as in Kubernetes. */
export function expand(text: string, values_: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]+)\)/g, (whole, name?: string) => {
    if (whole === '$$') return '$';
    return values_[name as string] ?? whole;
  });
}

/** The data of a ConfigMap or Secret; empty when it is optional and missing. */
export async function values(
  pod: Pod,
  kind: 'configmaps' | 'secrets',
  reference: { readonly name: string; readonly optional?: boolean },
  client: ApiClient,
): Promise<Record<string, Buffer>> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/${kind}/${reference.name}`;
  const found = await client.find<ConfigMap & Secret>(path);
  if (!found) {
    if (reference.optional) return {};
    throw new MissingReference(`${kind} ${pod.metadata.namespace}/${reference.name} does not exist`);
  }
  const plain = kind === 'configmaps' ? 'utf8' : 'base64';
  return Object.fromEntries([
    ...Object.entries(found.data ?? {}).map(([key, value]) => [key, Buffer.from(value, plain)]),
    ...Object.entries(found.binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]),
  ]);
}

async function source(
  pod: Pod,
  container: Container,
  from: EnvSource,
  context: DownwardApiContext,
  client: ApiClient,
): Promise<string | undefined> {
  if (from.fieldRef) return fieldValue(pod, from.fieldRef.fieldPath, context);
  if (from.resourceFieldRef)
    return resourceValue(container, from.resourceFieldRef.resource, from.resourceFieldRef.divisor);
  const reference = from.configMapKeyRef ?? from.secretKeyRef;
  if (!reference) return undefined;
  const data = await values(pod, from.configMapKeyRef ? 'configmaps' : 'secrets', reference, client);
  const value = data[reference.key];
  if (value === undefined && !reference.optional)
    throw new MissingReference(`${reference.name} has no key ${reference.key}`);
  return value?.toString();
}
