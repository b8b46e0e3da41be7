import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors';
import type { ApiClient } from '../kubernetes/client';
import type { ConfigSource, DownwardSource, Pod, ProjectedSource, Volume } from '../kubernetes/objects';
import { values } from './environment';
import { type DownwardApiContext, fieldValue, resourceValue } from './fields';

/** A kubelet takes up to a minute. */
const REFRESH = 10_000;

/** Fills a pod's volumes, each a folder that its containers bind. */
export class Volumes {
  constructor(
    private readonly pod: Pod,
    private readonly context: DownwardApiContext,
    private readonly client: ApiClient,
    private readonly folder: string,
    private readonly claims: string,
  ) {}

  /** The folder of each volume by its name, made and filled. */
  async fill(): Promise<ReadonlyMap<string, string>> {
    const folders = new Map<string, string>();
    for (const volume of this.pod.spec.volumes ?? []) folders.set(volume.name, await this.fillOne(volume));
    return folders;
  }

  /** Brings what was changed in ConfigMaps and Secrets since into the volumes that are made of them, as the kubelet does. */
  async refresh(): Promise<void> {
    const changing = (this.pod.spec.volumes ?? []).filter(({ configMap, secret }) => configMap || secret);
    for (const volume of changing) await this.fillOne(volume);
  }

  /** Refreshes again and again until the signal. What cannot be read now is read the next time. */
  async refreshUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(REFRESH, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.refresh().catch(() => undefined);
    }
  }

  private async fillOne(volume: Volume): Promise<string> {
    if (volume.hostPath) return volume.hostPath.path;
    const claim = volume.persistentVolumeClaim?.claimName;
    // A claim's folder outlives the pod: a database finds its data again.
    const folder = claim ? join(this.claims, claim) : join(this.folder, volume.name);
    mkdirSync(folder, { recursive: true });
    // Containers run as users of their own, and the folders above are closed to everyone but root.
    chmodSync(folder, 0o777);
    for (const [path, content] of Object.entries(await this.files(volume)))
      write(join(folder, path), content);
    return folder;
  }

  private async files(volume: Volume): Promise<Record<string, Buffer | string>> {
    if (volume.configMap) return this.config('configmaps', volume.configMap);
    if (volume.secret) return this.config('secrets', volume.secret);
    if (volume.downwardAPI) return this.downward(volume.downwardAPI);
    const all: Record<string, Buffer | string> = {};
    for (const source of volume.projected?.sources ?? []) Object.assign(all, await this.projected(source));
    return all;
  }

  private async projected(source: ProjectedSource): Promise<Record<string, Buffer | string>> {
    if (source.configMap) return this.config('configmaps', source.configMap);
    if (source.secret) return this.config('secrets', source.secret);
    if (source.downwardAPI) return this.downward(source.downwardAPI);
    const token = source.serviceAccountToken;
    return token ? { [token.path]: await this.token(token.audience, token.expirationSeconds) } : {};
  }

  private async config(
    kind: 'configmaps' | 'secrets',
    source: ConfigSource,
  ): Promise<Record<string, Buffer>> {
    const name = source.secretName ?? source.name;
    if (!name) return {};
    const data = await values(this.pod, kind, { name, optional: source.optional }, this.client);
    if (!source.items) return data;
    const chosen: Record<string, Buffer> = {};
    for (const { key, path } of source.items) {
      const value = data[key];
      if (value) chosen[path] = value;
      else if (!source.optional) throw new LabError(`${kind} ${name} has no key ${key}`);
    }
    return chosen;
  }

  private downward(source: DownwardSource): Record<string, string> {
    const { containers } = this.pod.spec;
    const container = (name?: string) => containers.find((one) => one.name === name) ?? containers[0];
    return Object.fromEntries(
      (source.items ?? []).map(({ path, fieldRef, resourceFieldRef }) => {
        if (fieldRef) return [path, fieldValue(this.pod, fieldRef.fieldPath, this.context)];
        const chosen = container(resourceFieldRef?.containerName);
        if (!chosen || !resourceFieldRef) return [path, ''];
        return [path, resourceValue(chosen, resourceFieldRef.resource, resourceFieldRef.divisor)];
      }),
    );
  }

  private async token(audience?: string, expirationSeconds = 3600): Promise<string> {
    const { metadata, spec } = this.pod;
    const path = `/api/v1/namespaces/${metadata.namespace}/serviceaccounts/${spec.serviceAccountName ?? 'default'}/token`;
    const answer = await this.client.create<{ status: { token: string } }>(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience ? [audience] : undefined,
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid },
      },
    });
    return answer.status.token;
  }
}

/** Writes through a second name, so that a watching program never reads half a file. */
function write(file: string, content: Buffer | string): void {
  // a watching program must not take an unchanged file for a changed one
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}
