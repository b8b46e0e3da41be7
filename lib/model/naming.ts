import * as rules from '../rules/rules';
import { podHost, serviceHost } from '../well-known/dns';

/** The parts of the host name of a StatefulSet's pod. */
export interface PodAddress {
  /** The pod's name, such as `db-pxc-0`. */
  readonly pod: string;
  /** The name of the StatefulSet's headless Service. */
  readonly service: string;
  /** The pod's namespace. */
  readonly namespace: string;
}

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
  ) {}

  /**
   * Whether the host is that of a Kubernetes Service in the offering cluster. The cluster's gateway then
   * needs no ServiceEntry for it.
   */
  public get isService(): boolean {
    return this.kind === 'servicePerPod';
  }

  /**
   * Whether the host can also be the name of a pod or Service in the caller's cluster. It can for every kind
   * but `alias`.
   */
  public get canCollide(): boolean {
    return this.kind !== 'alias';
  }

  /** The host by which the offering cluster's gateway knows the pod. */
  public sourceHost(at: PodAddress): string {
    return this.isService ? serviceHost(at.pod, at.namespace) : podHost(at.pod, at.service, at.namespace);
  }

  /** The host that callers dial. */
  public consumerHost(at: PodAddress): string {
    return this.kind === 'alias' ? `${at.pod}.${this.suffix}` : this.sourceHost(at);
  }
}

export const NAMING_RULE: rules.Rule = {
  ...rules.instanceOf(Naming, 'make it with Naming.podHostname(), .servicePerPod() or .alias(suffix)'),
  inside: (path, value) => {
    const { kind, suffix } = value as Naming;
    return kind === 'alias' ? rules.checkValue(`${path}.suffix`, suffix, rules.aliasName) : [];
  },
};
