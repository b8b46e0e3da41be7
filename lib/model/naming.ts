import * as rules from '../rules/rules';

/**
 * The host names by which callers dial single pods of another cluster. MySQL replication runs over each of
 * the three; docs/isolated-gateway.md compares them.
 */
export class Naming {
  /**
   * The pod's own name, such as `db-pxc-0.db-pxc.wookie.svc.cluster.local`. Callers and the pod's own cluster
   * use the same name, and no Service is added. The caller's namespace must have another name than the pod's,
   * because Kubernetes' DNS answers with the caller's own pod otherwise.
   */
  public static podHostname(): Naming {
    return new Naming('podHostname');
  }

  /**
   * The name of a Service for each pod, such as `db-pxc-0.wookie.svc.cluster.local`. Percona's operator makes
   * such Services where `pxc.expose` is enabled. They must exist in the offering cluster. The caller's
   * namespace must have another name than the pod's.
   */
  public static servicePerPod(): Naming {
    return new Naming('servicePerPod');
  }

  /**
   * A name that the callers choose: `<pod>.<suffix>`, such as `db-pxc-0.cluster-a.global`. It allows the same
   * namespace in both clusters.
   * @param suffix a DNS name that ends neither in `.local` nor in `.svc` or `localhost`, a different one for each offering cluster.
   */
  public static alias(suffix: string): Naming {
    return new Naming('alias', suffix);
  }

  private constructor(
    /** The kind of name: the name of the factory that made the value. */
    public readonly kind: 'podHostname' | 'servicePerPod' | 'alias',
    /** The suffix of an alias; empty for the other kinds. */
    public readonly suffix: string = '',
  ) {
    Object.freeze(this);
  }
}

export const NAMING_RULE: rules.Rule = {
  ...rules.instanceOf(Naming, 'make it with Naming.podHostname(), .servicePerPod() or .alias(suffix)'),
  inside: (path, value) => {
    const { kind, suffix } = value as Naming;
    return kind === 'alias' ? rules.checkValue(`${path}.suffix`, suffix, rules.aliasName) : [];
  },
};
