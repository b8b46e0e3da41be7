// Which fields hold a secret by their names: `MYSQL_PASSWORD` of a ConfigMap, `DB_PASSWORD` of a container, `--token` of a command.

/** A name that ends so holds the secret itself. `passwordFile`, `tokenUrl` and the like say where it is, or how it must be. */
const PASSWORD = /(password|passwd|pwd|passphrase)\d*$/;
const TOKEN = /token\d*$/;
const KEY = /(apikey|secretaccesskey|clientsecret)\d*$/;

/** A shorter text is the name of a token rather than the token. */
const SHORTEST_TOKEN = 16;
const SHORTEST_SECRET = 3;

/** What a password field says where it holds no password. */
const WORDS = [
  ...['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'none'],
  ...['required', 'optional', 'enabled', 'disabled'],
];

/** An absolute path of two names or more. The first is in lower case: a generated password hardly ever looks like that. */
const FILE_PATH = /^\/[a-z][a-z_-]+(\/[\w.-]+)+\/?$/;

/** A variable as Kubernetes and shells write it. */
const VARIABLE = /^\$(\([\w.-]+\)|\{[\w.-]+\})$/;

/** What a template fills in. */
const PLACEHOLDER = /^(<[^<>]*>|\{\{.*\}\})$/s;

/** Whether a text says where a secret is: a file, or a variable. */
export function isReference(text: string): boolean {
  return FILE_PATH.test(text) || VARIABLE.test(text);
}

/** What kind of secret a field of this name and content holds, if any. */
export function secretInField(name: string, value: string): string | undefined {
  const what = kindOf(name);
  if (what === undefined) return undefined;
  const shortest = what === 'a token' ? SHORTEST_TOKEN : SHORTEST_SECRET;
  const text = value.trim();
  if (text.length < shortest || WORDS.includes(text.toLowerCase())) return undefined;
  return isReference(text) || PLACEHOLDER.test(text) ? undefined : what;
}

/** Whether an argument is an option whose value stands in the next argument. */
export function isOption(argument: unknown): argument is string {
  return typeof argument === 'string' && /^--?[A-Za-z][\w.-]*$/.test(argument);
}

function kindOf(name: string): string | undefined {
  // DB_PASSWORD, db-password, dbPassword and example.com/db.password are one name
  const plain = name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
  if (PASSWORD.test(plain)) return 'a password';
  if (TOKEN.test(plain)) return 'a token';
  return KEY.test(plain) ? 'a secret key' : undefined;
}
