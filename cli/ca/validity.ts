import type { X509Certificate } from 'node:crypto';
import { fieldErrors } from '../errors';
import { day } from './certificate';

export const DAY = 24 * 60 * 60 * 1000;
/** The days of an intermediate CA without `--days`. */
export const INTERMEDIATE_DAYS = 730;
/** The days of a new root without `--root-days`. */
export const ROOT_DAYS = 3650;

/** Certificates store whole seconds, and time passes between a root and its intermediate CAs. */
const TOLERANCE = 60_000;

/** The days of an intermediate CA, and a note where its root ends earlier than the default. */
export interface IntermediateDays {
  readonly days: number;
  readonly note?: string;
}

/**
 * An intermediate CA never outlives its root: clients refuse it as soon as the root has expired. A number of days that the user
 * gives is refused where the root ends earlier. The default is shortened instead, and the output says so.
 */
export function intermediateDays(given: number | undefined, root: X509Certificate): IntermediateDays {
  const end = new Date(root.validTo);
  const most = Math.floor((end.getTime() - Date.now() + TOLERANCE) / DAY);
  if (given === undefined && most >= INTERMEDIATE_DAYS) return { days: INTERMEDIATE_DAYS };
  if (given === undefined)
    return {
      // the certificate ends with its root
      days: INTERMEDIATE_DAYS,
      note: `The root expires on ${day(end)}. The new intermediate CAs expire with it, not after the default of ${INTERMEDIATE_DAYS} days.`,
    };
  if (given > most)
    throw fieldErrors({
      path: '--days',
      expected:
        most < 1 ? 'be omitted, because the root ends within a day' : `be a whole number from 1 to ${most}`,
      actual: String(given),
      hint: `give fewer days, or use a root that is valid longer: this root expires on ${day(end)}, and an intermediate CA never outlives its root`,
    });
  return { days: given };
}
