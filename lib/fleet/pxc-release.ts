import * as rules from './rules';

/** The images and the CR version that belong together. */
export interface PxcReleaseProps {
  /** The operator version whose rules the CR follows (`spec.crVersion`), e.g. 1.19.0. */
  readonly crVersion: string;
  /** Percona XtraDB Cluster's image. */
  readonly pxcImage: string;
  /** HAProxy's image. */
  readonly haproxyImage: string;
  /** The image of the log collector. */
  readonly logCollectorImage: string;
}

/**
 * Which versions of Percona's operator, server and proxy go together. A value, so that another registry or a later
 * release is a change in one place.
 * https://docs.percona.com/percona-operator-for-mysql/pxc/versions.html
 */
export class PxcRelease {
  /** The images and rules of operator 1.19.0, with MySQL 8.4. Operator 1.20.0, which the lab runs, follows them too. */
  public static readonly V1_19_MYSQL_8_4 = new PxcRelease({
    crVersion: '1.19.0',
    pxcImage: 'docker.io/percona/percona-xtradb-cluster:8.4.7-7.1',
    haproxyImage: 'docker.io/percona/haproxy:2.8.17',
    logCollectorImage: 'docker.io/percona/fluentbit:4.0.1-1',
  });

  /** The same with MySQL 8.0. */
  public static readonly V1_19_MYSQL_8_0 = new PxcRelease({
    crVersion: '1.19.0',
    pxcImage: 'docker.io/percona/percona-xtradb-cluster:8.0.44-35.1',
    haproxyImage: 'docker.io/percona/haproxy:2.8.17',
    logCollectorImage: 'docker.io/percona/fluentbit:4.0.1-1',
  });

  /** Other images, such as those of a mirror, or another release. */
  public static of(props: PxcReleaseProps): PxcRelease {
    return new PxcRelease(props);
  }

  private constructor(public readonly props: PxcReleaseProps) {}
}

const releaseRules: rules.Rules<PxcReleaseProps> = {
  crVersion: {
    must: "be an operator version of three numbers, such as '1.19.0'",
    advice: 'give the version of the operator that runs in the cluster',
    holds: (value) => typeof value === 'string' && /^\d+\.\d+\.\d+$/.test(value),
  },
  pxcImage: rules.text,
  haproxyImage: rules.text,
  logCollectorImage: rules.text,
};

export const PXC_RELEASE_RULE: rules.Rule = {
  ...rules.instanceOf(PxcRelease, 'use PxcRelease.V1_19_MYSQL_8_4 or PxcRelease.of({ … })'),
  inside: (path, value) => rules.checkProps(path, (value as PxcRelease).props, releaseRules),
};
