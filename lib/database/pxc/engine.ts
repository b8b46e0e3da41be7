import { planned } from '../../rules/construct-errors';
import type { DatabaseEngine, Replication } from '../engine';
import * as names from './names';
import { PxcRelease } from './release';
import { ReplicationChannel } from './replication-channel';
import { DEFAULT_PXC_SIZE, PXC_NAME_RULE, type PxcSettings, pxcSettingsRules, sizeErrors } from './settings';

/** Percona XtraDB Cluster, which Percona's operator runs. */
export const PXC: DatabaseEngine<PxcSettings> = {
  nameRule: PXC_NAME_RULE,
  channelRule: names.CHANNEL_NAME_RULE,
  settingsRules: pxcSettingsRules,
  settingsErrors: sizeErrors,
  size: ({ size }) => size ?? DEFAULT_PXC_SIZE,
  sizeRule: pxcSettingsRules.size,
  port: { number: names.PORTS.mysql, name: 'tcp-mysql' },
  workload: (name) => ({
    statefulSet: names.statefulSet(name),
    serviceAccount: names.serviceAccount(name),
    podLabels: names.podLabels(name),
    givenLabels: {
      ...names.podLabels(name),
      'app.kubernetes.io/managed-by': 'percona-xtradb-cluster-operator',
      'app.kubernetes.io/part-of': 'percona-xtradb-cluster',
    },
  }),
  secretName: (name, { secretsName }) => secretsName ?? names.secrets(name),
  administrativePorts: (name) => {
    const { mysqlx, admin } = names.PORTS;
    return [
      { of: names.statefulSet(name), podLabels: names.podLabels(name), ports: [mysqlx, admin] },
      { of: names.haproxy(name), podLabels: names.haproxyPodLabels(name), ports: [admin] },
    ];
  },
  operator: ({ release = PxcRelease.V1_19_MYSQL_8_4 }) => ({
    repository: { name: 'percona', url: 'https://percona.github.io/percona-helm-charts/' },
    release: 'pxc-operator',
    chart: 'percona/pxc-operator',
    version: release.props.crVersion,
  }),
  member: ({ name, namespace, clusterName, settings, replication, servicePerPod }) => ({
    engine: 'pxc',
    props: planned({
      ...settings,
      ...{ name, namespace, clusterName, servicePerPod },
      channels: channels(replication),
    }),
  }),
  memberNetworkPolicy: (facts) => ({ engine: 'pxc', props: planned({ ...facts }) }),
  operatorNetworkPolicy: (namespace) => ({ engine: 'pxc', props: planned({ namespace }) }),
};

function channels(replication: Replication): ReplicationChannel[] {
  if (replication.role === 'alone') return [];
  if (replication.role === 'source') return [ReplicationChannel.source(replication.channel)];
  return [ReplicationChannel.replica({ name: replication.channel, sources: replication.sources })];
}
