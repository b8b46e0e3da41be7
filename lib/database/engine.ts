import type { FieldError } from '../rules/field-error';
import type { Rule, Rules } from '../rules/rules';
import type { MemberNetworkPolicy, MemberPlan, OperatorNetworkPolicyPlan } from './member-plan';

/**
 * What the mesh must know of a database engine: how its pods are called, where they listen, and how a member of a database is
 * written. An engine is a folder beside this file, a line in engines.ts, and its props in member-plan.ts and member-constructs.ts.
 */
export interface DatabaseEngine<Settings extends object> {
  /** The rule for a database's name. */
  readonly nameRule: Rule;
  /** The rule for the name of a replication channel. */
  readonly channelRule: Rule;
  /** The rules for the settings that are the same in every member. */
  readonly settingsRules: Rules<Settings>;
  /** What is wrong between settings that each hold for themselves. */
  settingsErrors(path: string, settings: Settings): FieldError[];
  /** The number of database pods of each member. */
  size(settings: Settings): number;
  /** The rule for that number. */
  readonly sizeRule: Rule;
  /** The port that clients and replicas dial. */
  readonly port: { readonly number: number; readonly name: string };
  /** The pods of a database of this name, and who they are to the mesh. */
  workload(name: string): DatabaseWorkload;
  /** The Secret with the passwords of a database of this name. */
  secretName(name: string, settings: Settings): string;
  /** Ports beside `port` that only the database's own pods and its operator may dial, by the pods that have them. */
  administrativePorts(name: string): readonly PortsOfPods[];
  /** The operator that runs a database with these settings; undefined where none does. */
  operator(settings: Settings): DatabaseOperator | undefined;
  /** What is written for a member of a database. */
  member(facts: MemberFacts<Settings>): MemberPlan;
  /** The NetworkPolicies of a member's pods in a default-deny namespace. */
  memberNetworkPolicy(facts: MemberNetworkFacts): MemberNetworkPolicy;
  /** The NetworkPolicy of the operator in a default-deny namespace; undefined where none is needed. */
  operatorNetworkPolicy(namespace: string): OperatorNetworkPolicyPlan | undefined;
}

/** The pods of a database, which are the same in every member. */
export interface DatabaseWorkload {
  /** The StatefulSet and its headless Service. */
  readonly statefulSet: string;
  readonly serviceAccount: string;
  /** Labels that select the database's pods, and no others. */
  readonly podLabels: { [key: string]: string };
  /** Every label that the engine puts on these pods. */
  readonly givenLabels: { [key: string]: string };
}

/** Ports of some of a database's pods. */
export interface PortsOfPods {
  /** What the pods belong to: policies are called after it. */
  readonly of: string;
  readonly podLabels: { [key: string]: string };
  readonly ports: readonly number[];
}

/** An operator as Helm installs it. */
export interface DatabaseOperator {
  readonly repository: { readonly name: string; readonly url: string };
  readonly release: string;
  readonly chart: string;
  readonly version: string;
}

/** What a member of a database is written from. */
export interface MemberFacts<Settings> {
  readonly name: string;
  readonly namespace: string;
  readonly clusterName: string;
  readonly settings: Settings;
  /** How the member takes part in replication. */
  readonly replication: Replication;
  /** Whether callers dial a Service for each pod, which the member then must have. */
  readonly servicePerPod: boolean;
}

/** What the NetworkPolicies of a member's pods are written from. */
export interface MemberNetworkFacts {
  readonly name: string;
  readonly namespace: string;
  /** Further namespaces of the cluster whose pods may connect. */
  readonly clientNamespaces: readonly string[];
  /** The operator's namespace, where it is not the member's own. */
  readonly operatorNamespace?: string;
}

/** The part of a member in replication: none without replicas, otherwise it is dialled or it dials. */
export type Replication =
  | { readonly role: 'alone' }
  | { readonly role: 'source'; readonly channel: string }
  | {
      readonly role: 'replica';
      readonly channel: string;
      readonly sources: readonly { readonly host: string; readonly port: number }[];
    };
