import type { FieldError } from '../../rules/field-error';
import * as rules from '../../rules/rules';
import { isDnsLabel } from '../../rules/rules';
import { PXC_RELEASE_RULE, type PxcRelease } from './release';

/** The settings of a PerconaXtraDBCluster that are the same in every cluster of a database. */
export interface PxcSettings {
  /**
   * The number of PXC pods: 3 or 5. `allowUnsafeSize` allows others.
   * @default 3
   */
  readonly size?: number;
  /**
   * Whether `size` may be any number from 1 to 9 (`spec.unsafeFlags.pxcSize`). With 1, 2 or 4 pods the loss
   * of a pod or a connection can leave the cluster without a quorum, and so without writes.
   * @default false
   */
  readonly allowUnsafeSize?: boolean;
  /**
   * The number of HAProxy pods: 2 to 100. The operator refuses a single one.
   * @default 2
   */
  readonly haproxySize?: number;
  /**
   * The size of each PXC pod's volume: a Kubernetes quantity of more than 0.
   * @default 10Gi
   */
  readonly storage?: string;
  /**
   * The storage class of the volumes.
   * @default - the cluster's default class
   */
  readonly storageClassName?: string;
  /**
   * The CPU request of each PXC pod: a Kubernetes quantity of more than 0.
   * @default 600m
   */
  readonly cpuRequest?: string;
  /**
   * The memory request of each PXC pod: a Kubernetes quantity of more than 0.
   * @default 1G
   */
  readonly memoryRequest?: string;
  /**
   * Further lines of my.cnf. They begin with a section such as `[mysqld]`. They follow the lines that the
   * library writes, and win over them.
   * @default - `replica_net_timeout=5` alone
   */
  readonly mysqlConfiguration?: string;
  /**
   * The Secret with the passwords of MySQL's system users: root, xtrabackup, monitor, proxyadmin, operator
   * and replication. It must exist before the database starts. The password of `replication` must be the same
   * in every cluster of the database.
   * https://docs.percona.com/percona-operator-for-mysql/pxc/users.html
   * @default - the database's name and `-secrets`
   */
  readonly secretsName?: string;
  /**
   * The versions of operator, server and proxy.
   * @default PxcRelease.V1_19_MYSQL_8_4
   */
  readonly release?: PxcRelease;
}

export const pxcSettingsRules: rules.Rules<PxcSettings> = {
  size: rules.optional(rules.integer(1, 9)),
  allowUnsafeSize: rules.optional(rules.boolean),
  haproxySize: rules.optional(
    rules.integer(2, 100, 'a single proxy is refused by the operator; give at least 2'),
  ),
  storage: rules.optional(rules.quantity),
  storageClassName: rules.optional(rules.dnsName),
  cpuRequest: rules.optional(rules.quantity),
  memoryRequest: rules.optional(rules.quantity),
  mysqlConfiguration: rules.optional({
    expected: 'begin with a section such as [mysqld]',
    hint: 'write it as in my.cnf',
    holds: (value) => typeof value === 'string' && /^\s*\[\w+\]/.test(value),
  }),
  secretsName: rules.optional(rules.dnsName),
  release: rules.optional(PXC_RELEASE_RULE),
};

/** At most 22 characters: the operator adds suffixes until a Service's 63 are used up, and refuses longer names. */
export const PXC_NAME_RULE: rules.Rule = {
  ...rules.dnsLabel(22),
  hint: 'choose a shorter or simpler name; the operator takes no longer one',
  holds: (value) => isDnsLabel(value, 22),
};

export const DEFAULT_PXC_SIZE = 3;

/** The operator's own rule for a size without unsafeFlags.pxcSize: odd, from 3 to 5. */
export function sizeErrors(path: string, settings: PxcSettings): FieldError[] {
  const { size = DEFAULT_PXC_SIZE, allowUnsafeSize = false } = settings ?? {};
  // what is no size at all has been said already
  if (allowUnsafeSize || size === 3 || size === 5 || !pxcSettingsRules.size.holds(size)) return [];
  return [
    {
      path: `${path}.size`,
      expected: 'be 3 or 5',
      actual: String(size),
      hint: 'take one of them, or set allowUnsafeSize: true if you can do without a quorum or with slower writes',
    },
  ];
}
