import { existsSync, readFileSync, statSync } from 'node:fs';
import { CliError, fieldErrors, refuse } from '../errors';
import type { StoredRoot } from './ca-directory';
import { certificatesIn } from './certificate';
import { keyErrors, rootErrors } from './certificate-errors';
import type { KeyPair } from './key-pair';

/** The root of --root-cert and --root-key; undefined where neither is given and `ca` makes one. */
export function givenRoot(rootCert: string | undefined, rootKey: string | undefined): KeyPair | undefined {
  if (rootCert === undefined && rootKey === undefined) return undefined;
  if (rootCert === undefined || rootKey === undefined)
    throw fieldErrors({
      path: '--root-cert, --root-key',
      expected: 'be given together',
      actual: rootCert === undefined ? '--root-key alone' : '--root-cert alone',
      hint: 'give both to use a root of your own, or neither to make a new root',
    });
  const certificate = readFile('--root-cert', rootCert);
  const key = readFile('--root-key', rootKey);
  refuse(rootErrors(rootCert, certificate));
  refuse(keyErrors(rootKey, key, certificatesIn(certificate)[0]));
  return { certificate, key };
}

/** A root of the directory with its key, which --root-key gives where the directory does not hold it. */
export function rootWithKey(
  folder: string,
  { certificate, key: stored }: StoredRoot,
  rootKey: string | undefined,
): KeyPair {
  refuse(rootErrors(`${folder}/root-cert.pem`, certificate));
  const key = rootKey === undefined ? stored : readFile('--root-key', rootKey);
  if (key === undefined)
    throw new CliError(
      `${folder}/root-key.pem: must exist, got nothing; give the key of this root with --root-key`,
    );
  refuse(keyErrors(rootKey ?? `${folder}/root-key.pem`, key, certificatesIn(certificate)[0]));
  return { certificate, key };
}

function readFile(option: string, file: string): string {
  const isThere = existsSync(file);
  if (isThere && !statSync(file).isDirectory()) return readFileSync(file, 'utf8');
  throw fieldErrors({
    path: option,
    expected: 'be a file',
    actual: `'${file}', which ${isThere ? 'is a folder' : 'does not exist'}`,
    hint: 'correct the path',
  });
}
