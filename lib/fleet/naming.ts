import { podHost, serviceHost } from './dns';
import * as rules from './rules';

/** A pod of a StatefulSet, as its names are made from. */
export interface PodAddress {
  readonly pod: string;
  /** The StatefulSet's headless Service. */
  readonly service: string;
  readonly namespace: string;
}

/**
 * How consumers call a remote pod. All three were seen to carry MySQL replication; see docs/isolated-gateway.md.
 */
export class Naming {
  /**
   * The pod's own name, `db-pxc-0.db-pxc.wookie.svc.cluster.local`: nothing is exposed and SQL uses the name that
   * everyone knows. The consumer must sit in a namespace of another name, or its own pods' names hide the remote ones.
   */
  public static podHostname(): Naming {
    return new Naming('podHostname');
  }

  /**
   * A Service for each pod, `db-pxc-0.wookie.svc.cluster.local`, as Percona's operator makes them where
   * `pxc.expose` is enabled. The Services must exist in the offering cluster.
   */
  public static servicePerPod(): Naming {
    return new Naming('servicePerPod');
  }

  /**
   * A name of the consumers' choice: `<pod>.<suffix>`, for instance `db-pxc-0.cluster-a.global`. For clusters that
   * use the same namespace on both sides.
   * @param suffix a DNS name outside `cluster.local`, one for each offering cluster.
   */
  public static alias(suffix: string): Naming {
    return new Naming('alias', suffix);
  }

  private constructor(
    public readonly kind: 'podHostname' | 'servicePerPod' | 'alias',
    public readonly suffix: string = '',
  ) {}

  /** Whether the offering cluster already knows the host as a Service, so that its gateway needs no entry for it. */
  public get isService(): boolean {
    return this.kind === 'servicePerPod';
  }

  /** Whether the consumer's name could also be the name of a pod or Service of its own. */
  public get canCollide(): boolean {
    return this.kind !== 'alias';
  }

  /** The host by which the offering cluster's gateway knows the pod. */
  public sourceHost(at: PodAddress): string {
    return this.isService ? serviceHost(at.pod, at.namespace) : podHost(at.pod, at.service, at.namespace);
  }

  /** The host that consumers dial. */
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
