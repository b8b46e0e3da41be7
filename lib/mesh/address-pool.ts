import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { ADDRESS_RANGE } from '../rules/address-range';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';

/** The props of AddressPool. */
export interface AddressPoolProps {
  /**
   * The addresses that MetalLB gives out: ranges such as `10.89.1.200-10.89.1.220`, or CIDRs. At least one.
   * No other cluster may give out the same.
   */
  readonly addresses: readonly string[];
  /**
   * The name of the IPAddressPool and the L2Advertisement: a DNS name.
   * @default eastwest
   */
  readonly name?: string;
  /**
   * MetalLB's namespace.
   * @default metallb-system
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<AddressPoolProps> = {
  addresses: rules.listOf(ADDRESS_RANGE, 1),
  name: rules.optional(rules.dnsName),
  namespace: rules.optional(rules.dnsLabel()),
};

/**
 * The addresses that MetalLB gives to Services of type LoadBalancer and announces on the local network: an
 * IPAddressPool and an L2Advertisement.
 * https://metallb.universe.tf/configuration/
 */
export class AddressPool extends Construct {
  /** The name of the IPAddressPool and the L2Advertisement. */
  public readonly name: string;
  /** MetalLB's namespace. */
  public readonly namespace: string;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: AddressPoolProps) {
    super(scope, id);
    const { addresses, name = 'eastwest', namespace = 'metallb-system' } = soundProps(props, propsRules);
    this.name = name;
    this.namespace = namespace;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    const metadata = { name, namespace };
    new k8s.IPAddressPool(this, 'Resource', { metadata, spec: { addresses: [...addresses] } });
    new k8s.L2Advertisement(this, 'Advertisement', { metadata, spec: { ipAddressPools: [name] } });
  }
}
