import type { Rule } from '../rules/rules';

/** What is known of a minor release of Istio: the one place for what differs between them. */
export interface IstioRelease {
  /** Such as 1.30. */
  readonly minor: string;
  /** Older releases whose behaviour it can keep, by `compatibilityVersion` (manifests/helm-profiles of the release). */
  readonly compatibleWith: readonly string[];
  /** The newest patch that the Sail operator 1.30.3 installs, after its CRD; none where it has no such release. */
  readonly newestInSail?: string;
}

/**
 * The releases that this library knows. Defaults that changed between them, and what that means for a fleet, are in
 * docs/istio-versions.md.
 */
export const ISTIO_RELEASES: readonly IstioRelease[] = [
  { minor: '1.28', newestInSail: '1.28.10', compatibleWith: ['1.25', '1.26', '1.27'] },
  { minor: '1.29', newestInSail: '1.29.6', compatibleWith: ['1.25', '1.26', '1.27', '1.28'] },
  { minor: '1.30', newestInSail: '1.30.3', compatibleWith: ['1.25', '1.26', '1.27', '1.28', '1.29'] },
  { minor: '1.31', compatibleWith: ['1.25', '1.26', '1.27', '1.28', '1.29', '1.30'] },
];

/** Whether the Sail operator installs a version. */
export function isInSail(version: string): boolean {
  const patch = (text: string) => Number(text.split('.')[2]);
  const { newestInSail } = istioRelease(version) ?? {};
  return newestInSail !== undefined && patch(version) <= patch(newestInSail);
}

/** What is installed unless told otherwise. */
export const DEFAULT_ISTIO = '1.30.3';

/** The release that a version is of. */
export function istioRelease(version: string): IstioRelease | undefined {
  return ISTIO_RELEASES.find(({ minor }) => version.startsWith(`${minor}.`));
}

const minors = ISTIO_RELEASES.map(({ minor }) => minor);

export const ISTIO_VERSION: Rule = {
  expected: `be an Istio version of three numbers, ${minors[0]} to ${minors.at(-1)}, such as '${DEFAULT_ISTIO}'`,
  hint: 'choose one of the releases that this library knows, or a newer version of this library',
  holds: (value) =>
    typeof value === 'string' && /^\d+\.\d+\.\d+$/.test(value) && istioRelease(value) !== undefined,
};
