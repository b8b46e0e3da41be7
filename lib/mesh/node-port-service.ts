import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import * as k8s from '../kinds';
import { hasErrors, soundProps } from '../rules/construct-errors';
import * as rules from '../rules/rules';
import { portName, type RemotePortProps, remotePortRules } from './connection';

/** The props of NodePortService. */
export interface NodePortServiceProps extends RemotePortProps {
  /** The name of the Service: a DNS label. */
  readonly name: string;
  /**
   * Labels that select the pods: at least one. Where they select a single pod, the node port leads to that
   * pod.
   */
  readonly podLabels: { [key: string]: string };
  /** The node port: 30000 to 32767, and in no other Service of the cluster. */
  readonly nodePort: number;
  /**
   * The namespace of the pods.
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

const propsRules: rules.Rules<NodePortServiceProps> = {
  name: rules.dnsLabel(),
  podLabels: rules.podLabels,
  nodePort: rules.nodePort,
  namespace: rules.optional(rules.dnsLabel()),
  ...remotePortRules,
};

/**
 * A Service of type NodePort that leads to one pod or to a group of pods, whichever node is dialled. Callers
 * in other clusters use a CrossClusterServiceEntry with the nodes' addresses.
 */
export class NodePortService extends Construct {
  /** The name of the Service. */
  public readonly name: string;
  /** The namespace of the Service; undefined where neither the props nor the chart have one. */
  public readonly namespace?: string;
  /** The port of every node that leads to the pods. */
  public readonly nodePort: number;

  /** Adds a validation error for everything that is wrong with `props`; cdk8s reports it at synthesis. */
  constructor(scope: Construct, id: string, props: NodePortServiceProps) {
    super(scope, id);
    const sound = soundProps(props, propsRules);
    const { name, nodePort, namespace = Chart.of(this).namespace } = sound;
    this.name = name;
    this.namespace = namespace;
    this.nodePort = nodePort;
    if (hasErrors(this, props, (path) => rules.checkProps(path, props, propsRules))) return;
    new k8s.Service(this, 'Resource', {
      metadata: { name, namespace },
      spec: {
        type: 'NodePort',
        selector: props.podLabels,
        ports: [
          {
            name: namedByProtocol(props),
            port: props.port,
            targetPort: k8s.IntOrString.fromNumber(props.port),
            nodePort,
            protocol: 'TCP',
          },
        ],
      },
    });
  }
}

/**
 * Istio takes the protocol of a Service's port from its name, and plain TCP where the name does not say one.
 * https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
function namedByProtocol(props: RemotePortProps): string {
  const name = portName(props);
  return name === props.protocol || name.startsWith(`${props.protocol}-`)
    ? name
    : `${props.protocol}-${name}`;
}
