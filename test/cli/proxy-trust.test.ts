import { certificatesIn } from '../../cli/ca/certificate';
import type { KeyPair } from '../../cli/ca/key-pair';
import { newIntermediate, newRoot } from '../../cli/ca/new-certificate';
import { proxyTrust, trustMismatch } from '../../cli/ca/proxy-trust';
import { presentedChain, secretsDump } from '../support/envoy';

const OPTIONS = { keyKind: 'ecdsa', days: 30, trustDomain: 'cluster.local' } as const;

let old: KeyPair;
let next: KeyPair;
let chainOfOld: string;
let chainOfNew: string;
beforeAll(async () => {
  [old, next] = [await newRoot({ ...OPTIONS, name: 'root' }), await newRoot({ ...OPTIONS, name: 'root' })];
  const chain = async (root: KeyPair) =>
    presentedChain(await newIntermediate(root, { ...OPTIONS, name: 'east' }));
  [chainOfOld, chainOfNew] = [await chain(old), await chain(next)];
});

const one = (pair: KeyPair) => {
  const [certificate] = certificatesIn(pair.certificate);
  if (!certificate) throw new Error('no certificate');
  return certificate;
};
const mismatch = (trusted: KeyPair[], chain: string, roots: KeyPair[], issuedBy: KeyPair) =>
  trustMismatch(proxyTrust(secretsDump(trusted.map(({ certificate }) => certificate).join('\n'), chain)), {
    roots: roots.map(one),
    issuedBy: one(issuedBy),
  });

test('a proxy must trust every expected root and no other, and present a certificate under the right one', () => {
  expect(mismatch([old, next], chainOfOld, [old, next], old)).toBeUndefined();
  expect(mismatch([old], chainOfOld, [old, next], old)).toBe('does not trust every expected root yet');
  expect(mismatch([old, next], chainOfOld, [old, next], next)).toBe(
    'still presents a certificate of another root',
  );
  expect(mismatch([old, next], chainOfNew, [next], next)).toBe('still trusts another root');
  expect(mismatch([next], chainOfNew, [next], next)).toBeUndefined();
  expect(mismatch([], '', [old], old)).toBe('has no certificate yet');
});

// istiod appends the roots that it trusts. Taken as proof, they let stage 3 begin too early, and connections failed.
test('roots at the end of the chain prove nothing', () => {
  const roots = `\n${old.certificate}\n${next.certificate}`;
  expect(mismatch([old, next], chainOfOld + roots, [old, next], next)).toBe(
    'still presents a certificate of another root',
  );
  expect(mismatch([old, next], chainOfNew + roots, [old, next], next)).toBeUndefined();
});
