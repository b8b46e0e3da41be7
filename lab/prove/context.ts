import type { Fleet } from '../../lib/model/fleet';
import type { CertificateAuthority } from '../control-plane/certificates';
import type { Lab } from '../lab';
import type { Say } from '../progress';
import type { Callers } from './callers';
import type { Check, Result } from './check';
import type { FleetFacts } from './facts';
import type { ProvenOffer } from './offers';

/** A fleet whose YAML runs in a lab, and what checks use to observe it. */
export interface RunningFleet {
  readonly lab: Lab;
  readonly fleet: Fleet;
  /** What the fleet means for each cluster. */
  readonly facts: FleetFacts;
  /** The folder with the YAML that was applied. */
  readonly dist: string;
  /** The offers, each with the way to dial it. */
  readonly offers: readonly ProvenOffer[];
  /** Makes the pods from which checks dial. */
  readonly callers: Callers;
  /** Writes a line of progress. */
  readonly say: Say;
  /** Runs a step of the proof and shows its title. */
  show<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Keeps what explains a failed check, and adds the folder to its result. */
  keepEvidence(check: Check, result: Result): Promise<Result>;
}

/** What every suite takes. */
export interface ProofContext extends RunningFleet {
  /** The root CA that every cluster trusts. */
  readonly root: CertificateAuthority;
}
