import { readFileSync } from 'node:fs';
import { namespacesOf, processesIn } from '../network/namespaces';

/** Watches how much memory a lab takes: all of its processes together, pages that they share counted once. */
export class MemoryWatch {
  private peakKiB = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly lab: string) {
    this.timer = setInterval(() => this.look(), 3000);
    this.timer.unref();
  }

  /** The most that was ever observed. */
  end(): number {
    clearInterval(this.timer);
    this.look();
    return Math.round(this.peakKiB / 1024);
  }

  private look(): void {
    const processes = [process.pid, ...processesIn(namespacesOf(this.lab))];
    this.peakKiB = Math.max(
      this.peakKiB,
      processes.reduce((sum, id) => sum + proportionalSize(id), 0),
    );
  }
}

/** The kernel's proportional set size. */
function proportionalSize(id: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It has ended.
    return 0;
  }
}
