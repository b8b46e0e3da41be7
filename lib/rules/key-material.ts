import { isOption, isReference, secretInField } from './secret-fields';

/** How key material looks. The group `value`, where there is one, is the secret itself, or a reference to it. */
interface Sign {
  readonly what: string;
  /** Every text that has the sign has one of these, in whatever case: most texts have none, and are read once. */
  readonly hints: readonly string[];
  readonly sign: RegExp;
}

const PASSWORD_HINTS = ['password', 'passwd', 'pwd'];

/**
 * Secrets never pass through this library: a manifest in Git is read by everyone. What looks like one is
 * refused wherever it stands, plain or in base64, and is not repeated in the error.
 */
const SIGNS: readonly Sign[] = [
  { what: 'a private key', hints: ['PRIVATE KEY'], sign: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/ },
  { what: 'an age key', hints: ['AGE-SECRET-KEY-1'], sign: /AGE-SECRET-KEY-1/ },
  {
    what: 'a signed token',
    hints: ['eyJ'],
    sign: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/,
  },
  {
    what: 'a kubeconfig with credentials',
    hints: ['client-key-data', 'client-certificate-data'],
    sign: /\b(client-key-data|client-certificate-data)\s*:/,
  },
  {
    what: 'a token',
    hints: ['token'],
    sign: /\btoken["']?\s*[:=]\s*["']?(?<value>[A-Za-z0-9._~+/-]{16,})/gi,
  },
  // after an equals sign, or to the end of a line: what goes on after a colon is prose
  {
    what: 'a password',
    hints: PASSWORD_HINTS,
    sign: /(password|passwd|pwd)["']?\s*=\s*["']?(?<value>[^\s"'$<{]{3,})/gi,
  },
  {
    what: 'a password',
    hints: PASSWORD_HINTS,
    sign: /(password|passwd|pwd)["']?\s*:\s*["']?(?<value>[^\s"'$<{]{3,})["',}]*$/gim,
  },
  {
    what: 'a secret key',
    hints: ['api', 'secret'],
    sign: /(api[_-]?key|secret[_-]?access[_-]?key|client[_-]?secret)["']?\s*[:=]\s*["']?(?<value>[A-Za-z0-9._~+/-]{16,})/gi,
  },
  {
    what: 'a GitHub token',
    hints: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    sign: /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/,
  },
  { what: 'an AWS access key', hints: ['AKIA', 'ASIA'], sign: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a Slack token', hints: ['xox'], sign: /\bxox[a-z]-[A-Za-z0-9-]{10,}/ },
  {
    what: 'a password in a URL',
    hints: ['://'],
    sign: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?<value>[^\s/@]+)@/gi,
  },
];

const HINTS = new RegExp(SIGNS.flatMap(({ hints }) => hints).join('|'), 'i');

const BASE64_RUN = /[A-Za-z0-9+/_-]{40,}={0,2}/g;
const SHORTEST_BASE64 = 40;

/** What kind of key material a text holds, if any. */
export function keyMaterialIn(text: string): string | undefined {
  return signOf(text) ?? base64Signs(text);
}

/** The path and kind of the first key material anywhere in a value made of plain data. */
export function findKeyMaterial(value: unknown, path = ''): FoundMaterial | undefined {
  const found = findIn(value, new Set());
  return found && { path: path + found.path, what: found.what };
}

interface FoundMaterial {
  readonly path: string;
  readonly what: string;
}

/**
 * The path begins at the value.
 * @param seen objects that were searched already, for an object may refer to itself
 */
function findIn(value: unknown, seen: Set<object>): FoundMaterial | undefined {
  if (typeof value === 'string') return found('', keyMaterialIn(value));
  if (!isPlain(value) || seen.has(value)) return undefined;
  seen.add(value);
  for (const [key, entry] of Object.entries(value)) {
    const inside =
      findIn(entry, seen) ??
      (typeof entry === 'string' ? found('', secretInField(nameOf(value, key), entry)) : undefined);
    if (inside) {
      const at = Array.isArray(value) ? `[${key}]` : `.${key}`;
      return { path: at + inside.path, what: inside.what };
    }
  }
  return undefined;
}

function found(path: string, what: string | undefined): FoundMaterial | undefined {
  return what === undefined ? undefined : { path, what };
}

/** What says what a field of an object holds: mostly its own name. */
function nameOf(value: object, key: string): string {
  const fields = value as { readonly [key: string]: unknown };
  if (Array.isArray(value)) {
    const option = fields[Number(key) - 1];
    return isOption(option) && !isOption(fields[key]) ? option : '';
  }
  // an entry of a container's env, or of a list of settings
  return key === 'value' && typeof fields.name === 'string' ? fields.name : key;
}

function signOf(text: string): string | undefined {
  if (!HINTS.test(text)) return undefined;
  return SIGNS.find(({ sign }) => hasSign(text, sign))?.what;
}

function hasSign(text: string, sign: RegExp): boolean {
  if (!sign.global) return sign.test(text);
  return [...text.matchAll(sign)].some((match) => !isElsewhere(match, text));
}

/** Whether what stands in a secret's place says where the secret is: a file, a variable, or a field of an object. */
function isElsewhere({ 0: matched, index, groups }: RegExpMatchArray, text: string): boolean {
  const value = groups?.value ?? '';
  if (isReference(value)) return true;
  // nested YAML: a field such as `secretKeyRef:` alone on the next line
  const rest = text.slice((index ?? 0) + matched.length).split('\n')[0];
  return matched.includes('\n') && /^[A-Za-z]\w*:\s*$/.test(value + rest);
}

// A Secret's data is base64 of PEM, which is base64 itself: one layer is enough to see the header.
function base64Signs(text: string): string | undefined {
  if (text.length < SHORTEST_BASE64) return undefined;
  // PEM in base64 may be wrapped at 64 or 76 columns, so the runs are read joined as well as alone.
  const joined = text.replace(/\s+/g, '');
  for (const candidate of [joined, ...(text.match(BASE64_RUN) ?? [])]) {
    for (const run of candidate.match(BASE64_RUN) ?? []) {
      const what = signOf(Buffer.from(run, 'base64').toString('latin1'));
      if (what) return `${what} in base64`;
    }
  }
  return undefined;
}

/** A list, or an object that no class made: one without a prototype, or with the prototype that ends every chain. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}
