import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PodImagePrograms } from '../kubelet/images';

/** Compiles the programs that run inside pods: a pod has Node, but not this checkout's packages. */
export function compilePodImages(
  folder: string,
): PodImagePrograms & { readonly dns: string; readonly dial: string } {
  return {
    http: compile('http', folder),
    dns: compile('dns', folder),
    dial: compile('dial', folder),
    mysql: join(__dirname, 'mysql.sh'),
    galera: join(__dirname, 'galera.sh'),
  };
}

function compile(name: string, folder: string): string {
  // Loaded here and not above: only a lab that starts needs the compiler.
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript') as typeof import('typescript');
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
  const { outputText } = transpileModule(readFileSync(join(__dirname, `${name}.ts`), 'utf8'), {
    compilerOptions,
  });
  const file = join(folder, `${name}.js`);
  writeFileSync(file, outputText);
  return file;
}
