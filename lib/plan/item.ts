import { planned } from '../rules/construct-errors';
import type { Planned } from './cluster-plan';

/** The props of a construct, frozen. They derive from a fleet that is valid: the construct does not check them again. */
export function item<Props extends object>(id: string, props: Props): Planned<Props> {
  return { id, props: planned(props) };
}
