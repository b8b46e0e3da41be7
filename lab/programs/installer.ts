/** Says in one line what an installation is doing. */
export type Progress = (line: string) => void;

/** One thing that `npm run lab:install` puts into the cache. */
export interface Installer {
  readonly title: string;
  readonly isInstalled: boolean;
  install(progress: Progress): Promise<void>;
}
