import { certificatesIn } from '../../cli/ca/certificate';
import { newRoot } from '../../cli/ca/new-certificate';
import { intermediateDays } from '../../cli/ca/validity';
import { caDirectoryForEachTest } from '../support/ca-directory';

// An intermediate CA never outlives its root. The user learns of it instead of finding it out when the certificate expires.

const { ca, refused, read } = caDirectoryForEachTest();
const expiry = (...path: string[]) => certificatesIn(read(...path))[0]?.validTo;

test('--days beyond the end of a new root is refused with the allowed range, and nothing is written', () => {
  expect(refused('init', 'east', '--days', '9999')).toMatch(
    /^--days: must be a whole number from 1 to 3650, got 9999; give fewer days, or use a root that is valid longer: this root expires on \d{4}-\d\d-\d\d, and an intermediate CA never outlives its root$/,
  );
  // exactly as long as the root
  expect(ca('init', 'east', '--days', '3650').status).toBe(0);
});

test('the default is shortened to the end of the root, and the output says so', () => {
  const { stdout } = ca('init', 'east', '--root-days', '100');
  expect(stdout).toMatch(
    /^The root expires on \d{4}-\d\d-\d\d\. The new intermediate CAs expire with it, not after the default of 730 days\.$/m,
  );
  expect(expiry('east', 'ca-cert.pem')).toBe(expiry('root', 'root-cert.pem'));
  expect(refused('issue', 'west', '--days', '101')).toMatch(
    /^--days: must be a whole number from 1 to 100, /,
  );
  const issued = ca('issue', 'west', '--days', '100');
  expect(issued.status).toBe(0);
  expect(issued.stdout).not.toContain('expire with it');
});

test('stage 2 of a rotation measures against the new root', () => {
  ca('init', 'east');
  ca('rotate', '1', '--root-days', '20');
  expect(refused('rotate', '2', '--days', '21')).toMatch(/^--days: must be a whole number from 1 to 20, /);
  expect(ca('rotate', '2').stdout).toContain('The new intermediate CAs expire with it');
  expect(expiry('east', 'ca-cert.pem')).toBe(expiry('next-root', 'root-cert.pem'));
});

test('a root that ends within a day leaves no whole day to choose', async () => {
  const now = new Date(Date.now() - 12 * 60 * 60 * 1000);
  const made = await newRoot({ name: 'root', keyKind: 'ecdsa', days: 1, trustDomain: 'cluster.local', now });
  const [root] = certificatesIn(made.certificate);
  if (!root) throw new Error('no certificate');
  expect(() => intermediateDays(1, root)).toThrow(
    /^--days: must be omitted, because the root ends within a day, got 1/,
  );
  expect(intermediateDays(undefined, root).note).toMatch(/^The root expires on/);
});
