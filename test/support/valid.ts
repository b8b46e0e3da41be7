import { type Fleet, InvalidInputError, validate } from '../../lib';

/** Throws what FleetManifests would throw for a fleet. */
export function requireValid(fleet: Fleet): void {
  InvalidInputError.throwIfAny(validate(fleet));
}
