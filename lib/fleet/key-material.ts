/**
 * Secrets never pass through this library: a manifest in Git is read by everyone. What looks like one is
 * refused wherever it stands, plain or in base64, and is not repeated in the error.
 */
const SIGNS: readonly { readonly what: string; readonly sign: RegExp }[] = [
  { what: 'a private key', sign: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/ },
  { what: 'an age key', sign: /AGE-SECRET-KEY-1/ },
  { what: 'a signed token', sign: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/ },
  { what: 'a kubeconfig with credentials', sign: /\b(client-key-data|client-certificate-data)\s*:/ },
  { what: 'a token', sign: /\btoken["']?\s*[:=]\s*["']?[A-Za-z0-9._~+/-]{16,}/i },
  // after an equals sign, or to the end of a line: what goes on after a colon is prose
  { what: 'a password', sign: /(password|passwd|pwd)["']?\s*=\s*["']?[^\s"'$<{]{3,}/i },
  { what: 'a password', sign: /(password|passwd|pwd)["']?\s*:\s*["']?[^\s"'$<{]{3,}["',}]*$/im },
  { what: 'a password in a URL', sign: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i },
];

const BASE64_RUN = /[A-Za-z0-9+/_-]{40,}={0,2}/g;

/** What kind of key material a text holds, if any. */
export function keyMaterialIn(text: string): string | undefined {
  return signOf(text) ?? base64Signs(text);
}

/** The path and kind of the first key material anywhere in a value made of plain data. */
export function findKeyMaterial(value: unknown, path = ''): { path: string; what: string } | undefined {
  if (typeof value === 'string') {
    const what = keyMaterialIn(value);
    return what === undefined ? undefined : { path, what };
  }
  if (!isPlain(value)) return undefined;
  for (const [key, entry] of Object.entries(value)) {
    const found = findKeyMaterial(entry, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function signOf(text: string): string | undefined {
  return SIGNS.find(({ sign }) => sign.test(text))?.what;
}

// A Secret's data is base64 of PEM, which is base64 itself: one layer is enough to see the header.
function base64Signs(text: string): string | undefined {
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

function isPlain(value: unknown): value is object {
  return Array.isArray(value) || (typeof value === 'object' && value?.constructor === Object);
}
