import type { Construct } from 'constructs';
import * as k8s from '../kinds';

export interface RequiredSecretProps {
  /** The Secret's name. */
  readonly secretName: string;
  /** The Secret's namespace. */
  readonly namespace: string;
  /** In words: what the Secret must hold. */
  readonly what: string;
  /** A command that makes it, from files or values that only the operator of the cluster has. */
  readonly command: string;
  /** A command that shows whether it is right. */
  readonly check: string;
}

/**
 * The description of a Secret that is made out of band, where a reader of the YAML or of the cluster finds it: a ConfigMap
 * `<secret>-required` with what the Secret must hold and how to make it. It never contains the Secret itself.
 */
export class RequiredSecret extends k8s.ConfigMap {
  constructor(scope: Construct, id: string, props: RequiredSecretProps) {
    const { secretName, namespace, what, command, check } = props;
    super(scope, id, {
      metadata: { name: `${secretName}-required`, namespace },
      data: { what, command, check },
    });
  }
}
