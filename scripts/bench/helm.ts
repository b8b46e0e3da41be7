import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { program } from '../../lab/programs/cache';

/** Helm where the lab has built it, on a system that tells what a process used. */
export function helmProgram(): string | undefined {
  const helm = program('helm');
  return existsSync(helm) && existsSync('/proc/self/stat') ? helm : undefined;
}

/** A chart whose templates are the files of a synth, so that Helm renders the same objects. */
export function makeChart(output: string, chart: string): void {
  rmSync(chart, { recursive: true, force: true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(chart, path)), { recursive: true });
    writeFileSync(join(chart, path), text);
  };
  write('Chart.yaml', 'apiVersion: v2\nname: ring\nversion: 1.0.0\n');
  const files = readdirSync(output, { recursive: true, withFileTypes: true });
  for (const { parentPath, name } of files.filter(
    (entry) => entry.isFile() && entry.name.endsWith('.yaml'),
  )) {
    const path = join(parentPath, name);
    // Go templates in a ConfigMap's text are text here too
    const text = readFileSync(path, 'utf8').replaceAll('{{', '{{ "{{" }}');
    write(join('templates', relative(output, path)), text);
  }
}
