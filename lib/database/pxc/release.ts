import * as rules from '../../rules/rules';

/** The operator version and the images of a PxcRelease. */
export interface PxcReleaseProps {
  /**
   * The operator version whose rules the resource follows (`spec.crVersion`), as three numbers such as
   * `1.19.0`.
   */
  readonly crVersion: string;
  /** The image of Percona XtraDB Cluster. */
  readonly pxcImage: string;
  /** The image of HAProxy. */
  readonly haproxyImage: string;
  /** The image of the log collector. */
  readonly logCollectorImage: string;
}

/**
 * The versions of Percona's operator, server and proxy that belong together.
 * https://docs.percona.com/percona-operator-for-mysql/pxc/versions.html
 */
export class PxcRelease {
  /**
   * The images of operator 1.19.0 with MySQL 8.4. Operator 1.20.0 accepts resources of this release too; the
   * lab runs operator 1.20.0.
   */
  public static readonly V1_19_MYSQL_8_4 = new PxcRelease({
    crVersion: '1.19.0',
    pxcImage: 'docker.io/percona/percona-xtradb-cluster:8.4.7-7.1',
    haproxyImage: 'docker.io/percona/haproxy:2.8.17',
    logCollectorImage: 'docker.io/percona/fluentbit:4.0.1-1',
  });

  /** The images of operator 1.19.0 with MySQL 8.0. */
  public static readonly V1_19_MYSQL_8_0 = new PxcRelease({
    crVersion: '1.19.0',
    pxcImage: 'docker.io/percona/percona-xtradb-cluster:8.0.44-35.1',
    haproxyImage: 'docker.io/percona/haproxy:2.8.17',
    logCollectorImage: 'docker.io/percona/fluentbit:4.0.1-1',
  });

  /** Makes a release with other images, such as those of a mirror, or another operator version. */
  public static of(props: PxcReleaseProps): PxcRelease {
    return new PxcRelease(props);
  }

  private constructor(
    /** The operator version and the images. */
    public readonly props: PxcReleaseProps,
  ) {
    Object.freeze(this);
  }
}

const releaseRules: rules.Rules<PxcReleaseProps> = {
  crVersion: {
    expected: "be an operator version of three numbers, such as '1.19.0'",
    hint: 'give the version of the operator that runs in the cluster',
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
