import { readFileSync, writeFileSync } from 'node:fs';
import { LabError } from './errors';

/** Every proxy, API server and controller watches files: the kernel's default of 128 watchers is too low. */
const LIMITS: Readonly<Record<string, number>> = {
  '/proc/sys/fs/inotify/max_user_instances': 8192,
  '/proc/sys/fs/inotify/max_user_watches': 524_288,
};

/** Raises the machine's limits that a lab, or several, would hit; never lowers one. */
export function raiseLimits(): void {
  for (const [file, wanted] of Object.entries(LIMITS)) {
    const current = Number(readFileSync(file, 'utf8'));
    if (current >= wanted) continue;
    try {
      writeFileSync(file, String(wanted));
    } catch {
      throw new LabError(`${file} is ${current} and cannot be raised from here; write ${wanted} to it`);
    }
  }
}
