import { type Command, Option } from 'commander';
import { SECRET_STORE_KINDS } from '../../lib/model/ca-source';
import { dnsLabel, dnsName } from '../../lib/rules/rules';
import { checkedBy, daysOf } from '../option-values';
import type { DistributionOptions } from './distribute';
import { KEY_KINDS, type KeyKind } from './key-pair';
import { INTERMEDIATE_DAYS, ROOT_DAYS } from './validity';

/** The options of every command that issues intermediate CAs. */
export interface IntermediateOptions extends DistributionOptions {
  readonly keyKind: KeyKind;
  /** @default - INTERMEDIATE_DAYS, or less where the root ends earlier */
  readonly days?: number;
  readonly trustDomain: string;
  readonly rootKey?: string;
}

/** The options of every command that can make a root. */
export interface RootOptions {
  readonly rootDays: number;
  readonly rootCert?: string;
}

export function addIntermediateOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--key-kind <kind>', 'the kind of new keys: ECDSA P-256 or RSA 3072')
        .choices(KEY_KINDS)
        .default('ecdsa'),
    )
    .option(
      '--days <days>',
      `the validity of an intermediate CA, at most that of its root (default: ${INTERMEDIATE_DAYS})`,
      daysOf('--days'),
    )
    .option(
      '--trust-domain <domain>',
      'the trust domain of the fleet',
      checkedBy('--trust-domain', dnsName),
      'cluster.local',
    )
    .option('--root-key <file>', "the root's private key, where the folder does not hold it")
    .addOption(istioNamespaceOption())
    .option(
      '--secret-store <name>',
      'print ExternalSecrets that read cacerts from this store, instead of kubectl commands',
    )
    .addOption(
      new Option('--secret-store-kind <kind>', 'the kind of this store')
        .choices(SECRET_STORE_KINDS)
        .default('ClusterSecretStore'),
    )
    .option(
      '--remote-key <key>',
      "the entry of the store, with {cluster} for the cluster's name",
      'istio/{cluster}/cacerts',
    );
}

export function addRootOptions(command: Command, rootCertDescription: string): Command {
  return command
    .addOption(
      new Option('--root-days <days>', 'the validity of a new root')
        .argParser(daysOf('--root-days'))
        .default(ROOT_DAYS)
        .conflicts('rootCert'),
    )
    .option('--root-cert <file>', rootCertDescription);
}

export function istioNamespaceOption(): Option {
  return new Option('--istio-namespace <name>', 'the namespace of istiod')
    .argParser(checkedBy('--istio-namespace', dnsLabel()))
    .default('istio-system');
}
