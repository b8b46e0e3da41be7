import { LabError } from './errors';
import { clean, knownLabs } from './lab';
import { install } from './programs/install';
import { proveCommand } from './prove/command';

/** Each command takes what follows it and gives the exit code. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  install: async () => {
    await install();
    return 0;
  },
  prove: proveCommand,
  /** Clears away what killed runs left: the labs named, or all of them. */
  clean: async (names) => {
    for (const name of names.length > 0 ? names : knownLabs()) {
      await clean(name);
      console.log(`lab '${name}' is cleared away`);
    }
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
    // An expected failure says what to do; anything else is a fault of the lab, whose trace helps to mend it.
    console.error(error instanceof LabError ? error.message : error);
    process.exit(error instanceof LabError ? 1 : 70);
  },
);
