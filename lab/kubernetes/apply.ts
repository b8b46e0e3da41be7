import type { ApiClient } from './client';

/** Makes a namespace unless it exists. */
export async function ensureNamespace(
  client: ApiClient,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  await client.apply(`/api/v1/namespaces/${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
}

/** Makes a Secret that the fleet's YAML only refers to, from plain text. */
export async function applySecret(
  client: ApiClient,
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  await client.apply(`/api/v1/namespaces/${namespace}/secrets/${name}`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  });
}
