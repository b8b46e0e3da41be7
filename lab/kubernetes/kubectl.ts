import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError } from '../errors';
import { inside } from '../network/namespaces';
import { program } from '../programs/cache';
import { attempt, type Outcome, run } from '../shell';

export interface KubectlOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
}

/** Conflicts are an error: no other field manager shares the fields of a fleet's YAML. */
const APPLY = ['apply', '--server-side', '--field-manager=eastwest'];

/** kubectl on a cluster's node, with the administrator's kubeconfig. */
export class Kubectl {
  constructor(
    private readonly cluster: string,
    private readonly node: string,
    private readonly kubeconfig: string,
  ) {}

  /** A PATH on which the lab's kubectl comes first. */
  get path(): string {
    return `${dirname(program('kubectl'))}:${process.env.PATH ?? ''}`;
  }

  run(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
    return run(this.command(args), options);
  }

  /** For commands that may fail. */
  attempt(args: readonly string[], options: KubectlOptions = {}): Promise<Outcome> {
    return attempt(this.command(args), options);
  }

  /** Applies a file, or a folder's files in the order of their names: the order in which a user applies them. */
  apply(path: string): Promise<string> {
    return this.run([...APPLY, '-f', path]);
  }

  /** Applies YAML or JSON text. */
  applyText(input: string): Promise<string> {
    return this.run([...APPLY, '-f', '-'], { input });
  }

  /** Applies each file of a folder by itself, in order, so that a refusal names its file. */
  async applyFolder(folder: string, only = /./): Promise<void> {
    const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file) && only.test(file));
    if (files.length === 0) throw new LabError(`${folder} has no YAML; run npm run synth first`);
    for (const file of files.sort()) {
      const { code, stderr } = await this.attempt([...APPLY, '-f', join(folder, file)]);
      if (code !== 0)
        throw new LabError(
          `${this.cluster}: the API server refuses ${join(folder, file)}:\n${stderr.trim()}`,
        );
    }
  }

  private command(args: readonly string[]): string[] {
    return [...inside(this.node), program('kubectl'), '--kubeconfig', this.kubeconfig, ...args];
  }
}
