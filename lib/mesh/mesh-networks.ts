import { Construct } from 'constructs';
import { dump } from 'js-yaml';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import { type FieldError, show } from '../rules/field-error';
import * as rules from '../rules/rules';
import { ISTIO_NAMESPACE } from '../well-known/istio-namespace';

/** A cluster as an entry of istiod's network map. A Cluster of a fleet is one. */
export interface NetworkMember {
  /** The cluster's name in Istio. */
  readonly name: string;
  /** The network of the cluster's pods. */
  readonly network: string;
  /**
   * The address of the network's gateway: an IP address, or a DNS name where istiod resolves names
   * (RESOLVE_HOSTNAME_GATEWAYS, which is the default).
   * @default - none: the cluster has no gateway
   */
  readonly gatewayAddress?: string;
  /**
   * The port at `gatewayAddress`.
   * @default 15443
   */
  readonly gatewayPort?: number;
}

/** The props of MeshNetworks. */
export interface MeshNetworksProps {
  /** Every cluster of the mesh: at least one, and each once. */
  readonly clusters: readonly NetworkMember[];
  /**
   * The Istio revision whose ConfigMap is written.
   * @default - the default revision: ConfigMap `istio`
   */
  readonly revision?: string;
  /**
   * The namespace of istiod. The default is not the chart's namespace, so that all constructs that are beside
   * istiod agree on it, whichever chart they are in.
   * @default istio-system
   */
  readonly namespace?: string;
}

const memberRules: rules.Rules<NetworkMember> = {
  name: rules.dnsLabel(),
  network: rules.labelValue,
  gatewayAddress: rules.optional(rules.address),
  gatewayPort: rules.optional(rules.portNumber),
};

const MEMBER: rules.Rule = {
  expected: 'be a Cluster, or an object with name, network, gatewayAddress and gatewayPort',
  hint: "pass the fleet's clusters",
  holds: (value) => rules.objectWith(memberRules).holds(value),
  inside: (path, value) => rules.checkProps(path, memberOf(value as NetworkMember), memberRules),
};

/** What counts of a member: of a Cluster four of its fields, of plain data all that was written. */
function memberOf(value: NetworkMember): NetworkMember {
  if ([Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  const { name, network, gatewayAddress, gatewayPort } = value;
  return { name, network, gatewayAddress, gatewayPort };
}

/** A cluster's name is how istiod knows which endpoints are in a network: each belongs to one. */
function sameMember(path: string, { clusters }: MeshNetworksProps): FieldError[] {
  return clusters.flatMap(({ name }, index) => {
    const first = clusters.findIndex((other) => other.name === name);
    if (first === index) return [];
    return {
      path: `${path}.clusters[${index}].name`,
      expected: `differ from clusters[${first}].name`,
      actual: show(name),
      hint: 'give each cluster a name of its own',
    };
  });
}

function propsErrors(path: string, props: MeshNetworksProps): FieldError[] {
  const errors = rules.checkProps(path, props, propsRules);
  return errors.length > 0 ? errors : sameMember(path, props);
}

const propsRules: rules.Rules<MeshNetworksProps> = {
  clusters: rules.listOf(MEMBER, 1),
  revision: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * One network of Istio's `meshNetworks`.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#Network
 */
export interface MeshNetwork {
  /** The clusters of the network. */
  readonly endpoints: readonly {
    /** The cluster's name in Istio. */
    readonly fromRegistry: string;
  }[];
  /** The gateways of the network; left out where it has none. */
  readonly gateways?: readonly {
    /** An IP address or a DNS name. */
    readonly address: string;
    /** The port at the address. */
    readonly port: number;
  }[];
}

/**
 * Which clusters are on which network and where each network is entered, as istiod wants it (`meshNetworks`).
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshNetworks
 */
export function meshNetworks(clusters: readonly NetworkMember[]): { [network: string]: MeshNetwork } {
  const names = [...new Set(clusters.map(({ network }) => network))].sort();
  return Object.fromEntries(names.map((network) => [network, oneNetwork(clusters, network)]));
}

function oneNetwork(clusters: readonly NetworkMember[], network: string): MeshNetwork {
  const members = clusters.filter((cluster) => cluster.network === network);
  const gateways = members.flatMap(({ gatewayAddress, gatewayPort = 15443 }) =>
    gatewayAddress === undefined ? [] : [{ address: gatewayAddress, port: gatewayPort }],
  );
  return {
    endpoints: members.map(({ name }) => ({ fromRegistry: name })),
    ...(gateways.length > 0 ? { gateways } : {}),
  };
}

/**
 * Istio's network map, `meshNetworks`: the clusters of each network, and the addresses of its gateways. The
 * construct writes the ConfigMap that istiod reads. Istio's istiod chart writes the same ConfigMap: those who
 * install with it use `helmValues` instead.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshNetworks
 */
export class MeshNetworks extends Construct {
  /**
   * The network map as values of Istio's istiod chart (`global.meshNetworks`), to be merged into the others.
   */
  public readonly helmValues: { [key: string]: unknown };
  /** The name of the ConfigMap. */
  public readonly name: string;
  /** The namespace of istiod. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: MeshNetworksProps) {
    super(scope, id);
    const { clusters, revision, namespace = ISTIO_NAMESPACE } = soundProps(props, propsRules);
    this.name = revision ? `istio-${revision}` : 'istio';
    this.namespace = namespace;
    const isWrong = hasErrors(this, props, (path) => propsErrors(path, props));
    const networks = isWrong ? {} : meshNetworks(clusters);
    this.helmValues = { global: { meshNetworks: networks } };
    if (isWrong) return;

    new k8s.ConfigMap(this, 'Resource', {
      metadata: { name: this.name, namespace },
      data: { meshNetworks: dump({ networks }) },
    });
  }
}
