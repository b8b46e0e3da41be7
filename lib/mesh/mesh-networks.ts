import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { dump } from 'js-yaml';
import { InvalidInputError } from '../fleet/problem';
import * as rules from '../fleet/rules';
import * as k8s from '../kinds';

/** A cluster as istiod's network map sees it; a Cluster of a fleet is one. */
export interface NetworkMember {
  /** The cluster's name in Istio. */
  readonly name: string;
  /** The network that its pods are on. */
  readonly network: string;
  /**
   * Where that network is entered: an IP address, or a DNS name for an istiod with RESOLVE_HOSTNAME_GATEWAYS (its default).
   * @default - the network has no gateway there
   */
  readonly gatewayAddress?: string;
  /**
   * The port at that address.
   * @default 15443
   */
  readonly gatewayPort?: number;
}

export interface MeshNetworksProps {
  /** Every cluster of the mesh. */
  readonly clusters: NetworkMember[];
  /**
   * The Istio revision whose ConfigMap is written.
   * @default - the default revision: ConfigMap `istio`
   */
  readonly revision?: string;
  /**
   * The namespace of istiod.
   * @default - the chart's namespace, or istio-system
   */
  readonly namespace?: string;
}

const MEMBER: rules.Rule = {
  must: 'be a Cluster, or an object with name, network, gatewayAddress and gatewayPort',
  advice: "pass the fleet's clusters",
  holds: (value) => typeof value === 'object' && value !== null,
  inside: (path, value) => {
    const { name, network, gatewayAddress, gatewayPort } = value as NetworkMember;
    return [
      ...rules.checkValue(`${path}.name`, name, rules.dnsLabel()),
      ...rules.checkValue(`${path}.network`, network, rules.labelValue),
      ...rules.checkValue(`${path}.gatewayAddress`, gatewayAddress, rules.optional(rules.address)),
      ...rules.checkValue(`${path}.gatewayPort`, gatewayPort, rules.optional(rules.portNumber)),
    ];
  },
};

const propsRules: rules.Rules<MeshNetworksProps> = {
  clusters: rules.listOf(MEMBER, 1),
  revision: rules.optional(rules.dnsLabel()),
  namespace: rules.optional(rules.dnsLabel()),
};

/** One network of `meshNetworks`. */
export interface MeshNetwork {
  readonly endpoints: { readonly fromRegistry: string }[];
  /** Left out where the network cannot be entered. */
  readonly gateways?: { readonly address: string; readonly port: number }[];
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
 * The mesh configuration for several networks: as the ConfigMap fragment that istiod reads, and as Helm values for
 * those who install istiod with the chart, which owns the same ConfigMap (use one of the two).
 */
export class MeshNetworks extends Construct {
  /** `global.meshNetworks` and nothing else, to be merged into the values of Istio's istiod chart. */
  public readonly helmValues: { [key: string]: unknown };

  constructor(scope: Construct, id: string, props: MeshNetworksProps) {
    super(scope, id);
    InvalidInputError.throwIfAny(rules.checkProps(this.node.path, props, propsRules));
    const networks = meshNetworks(props.clusters);
    this.helmValues = { global: { meshNetworks: networks } };

    new k8s.ConfigMap(this, 'Resource', {
      metadata: {
        name: props.revision ? `istio-${props.revision}` : 'istio',
        namespace: props.namespace ?? Chart.of(this).namespace ?? 'istio-system',
      },
      data: { meshNetworks: dump({ networks }) },
    });
  }
}
