import 'reflect-metadata';
import { LabError } from './errors';
import { install } from './programs/install';

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  install: async () => {
    await install();
    return 0;
  },
};

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (!command)
    throw new LabError(`no such command: '${name}'; there are: ${Object.keys(COMMANDS).join(', ')}`);
  return command(args);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof LabError ? error.message : error);
    process.exit(error instanceof LabError ? 1 : 70);
  },
);
