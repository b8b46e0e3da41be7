import { Construct } from 'constructs';
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
 * A Secret that is made out of band, said in the output where a reader of the YAML or of the cluster finds it: a
 * ConfigMap `<secret>-required` with what it must hold and how to make it. Never the Secret itself.
 */
export class RequiredSecret extends Construct {
  constructor(scope: Construct, id: string, props: RequiredSecretProps) {
    super(scope, id);
    const { secretName, namespace, what, command, check } = props;
    new k8s.ConfigMap(this, 'Resource', {
      metadata: { name: `${secretName}-required`, namespace },
      data: { what, command, check },
    });
  }
}
