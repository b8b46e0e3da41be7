import { isDnsLabel, isDnsName } from './kubernetes-names';
import type { Rule } from './rule';

// Istio writes one identity in two ways: AuthorizationPolicies without a scheme, certificates as a SPIFFE URI.
// https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source

const SCHEME = 'spiffe://';

/** How an AuthorizationPolicy names an account, or with `*` every account of a namespace. */
export function principalOf(trustDomain: string, namespace: string, account = '*'): string {
  return `${trustDomain}/ns/${namespace}/sa/${account}`;
}

/** The identity that a workload's certificate has. */
export function spiffeIdentity(trustDomain: string, namespace: string, account: string): string {
  return `${SCHEME}${principalOf(trustDomain, namespace, account)}`;
}

/** What each part of `<trust-domain>/ns/<namespace>/sa/<account>` is: whole, and as the letters of a part. */
const PARTS: readonly { isWhole(text: string): boolean; readonly letters: RegExp }[] = [
  { isWhole: (text) => /^[a-z0-9._-]+$/.test(text), letters: /^[a-z0-9._-]*$/ },
  { isWhole: (text) => text === 'ns', letters: /^n?s?$/ },
  { isWhole: (text) => isDnsLabel(text), letters: /^[a-z0-9-]*$/ },
  { isWhole: (text) => text === 'sa', letters: /^s?a?$/ },
  { isWhole: (text) => isDnsName(text), letters: /^[a-z0-9.-]*$/ },
];

function isIdentity(text: string): boolean {
  const parts = text.split('/');
  return parts.length === PARTS.length && parts.every((part, index) => PARTS[index]?.isWhole(part));
}

/** Whether a text is how an identity begins; of its last part a piece is enough. */
function isBeginning(text: string): boolean {
  const parts = text.split('/');
  const last = parts.pop() ?? '';
  return (
    parts.every((part, index) => PARTS[index]?.isWhole(part)) && !!PARTS[parts.length]?.letters.test(last)
  );
}

/** Whether a text is how an identity ends; of its first part a piece is enough. */
function isEnd(text: string): boolean {
  const [first = '', ...parts] = text.split('/');
  const ofParts = PARTS.slice(PARTS.length - parts.length - 1);
  return (
    parts.length < PARTS.length &&
    parts.every((part, index) => ofParts[index + 1]?.isWhole(part)) &&
    !!ofParts[0]?.letters.test(first)
  );
}

/** Istio matches a principal as a whole, by its beginning (`…*`), by its end (`*…`), or any (`*`). */
function isPrincipal(text: string): boolean {
  if (text === '*') return true;
  if (text.endsWith('*')) return isBeginning(text.slice(0, -1));
  return text.startsWith('*') ? isEnd(text.slice(1)) : isIdentity(text);
}

/** Whom an AuthorizationPolicy names. */
export const principal: Rule = {
  expected: "be a principal such as 'cluster.local/ns/demo/sa/web', or one with * at its beginning or end",
  hint: 'write <trust-domain>/ns/<namespace>/sa/<account>; the account * means every account',
  holds: (value) => typeof value === 'string' && isPrincipal(value),
  explain: (value) =>
    typeof value === 'string' && value.startsWith(SCHEME)
      ? { hint: 'leave out spiffe://: a principal with it matches nobody, and the policy denies everybody' }
      : undefined,
};

/** What a server proves by its certificate. */
export const serverIdentity: Rule = {
  expected: "be a SPIFFE identity such as 'spiffe://cluster.local/ns/demo/sa/default'",
  hint: 'give the trust domain, namespace and service account of the server',
  holds: (value) =>
    typeof value === 'string' && value.startsWith(SCHEME) && isIdentity(value.slice(SCHEME.length)),
  explain: (value) =>
    typeof value === 'string' && isIdentity(value) ? { hint: 'write spiffe:// before it' } : undefined,
};
