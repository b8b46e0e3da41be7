import { Construct } from 'constructs';
import * as lib from '../../lib';
import { CaSource, RemoteSecretSource, ReplicationChannel } from '../../lib';

type Props = { [name: string]: unknown };
type ConstructClass = new (scope: Construct, id: string, props: never) => Construct;

/** Every construct that the library exports, by its name. */
export const CONSTRUCTS = Object.fromEntries(
  Object.entries(lib).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Construct,
  ),
) as unknown as { [name: string]: ConstructClass };

const remote = { port: 80, protocol: 'http', portName: 'http', idleTimeoutSeconds: 1 };
const podLabels = { app: 'web' };

/** All settings of a gateway that is scaled. */
export const GATEWAY_SETTINGS = {
  ...{ cpuRequest: '1', memoryRequest: '1Gi', cpuLimit: '1', memoryLimit: '1Gi' },
  ...{ serviceType: 'LoadBalancer', serviceAnnotations: { x: 'y' }, loadBalancerClass: 'x' },
  ...{ loadBalancerSourceRanges: ['10.0.0.0/8'], externalTrafficPolicy: 'Local' },
  ...{ minReplicas: 2, maxReplicas: 3 },
};

/** Props that each of them takes. */
export const SOUND_PROPS: { readonly [name: string]: Props } = {
  AddressPool: { addresses: ['203.0.113.0/24'], name: 'x', namespace: 'x' },
  CrossClusterServiceEntry: {
    ...{ ...remote, host: 'a.b', endpoints: [{ address: '203.0.113.1', port: 1 }], mutualTls: true },
    ...{ serverIdentity: 'spiffe://x/ns/y/sa/z', sourceSni: 'outbound_.80_._.a.b', address: '240.0.0.1' },
    ...{ name: 'x', namespace: 'x' },
  },
  CrossNetworkGateway: { network: 'n', hosts: ['a.b'], name: 'x', namespace: 'x' },
  DefaultDeny: { name: 'x', namespace: 'x' },
  DiscoveredServiceRule: {
    ...{ host: 'a.b', name: 'x', subsets: ['x'], exportTo: ['.'], idleTimeoutSeconds: 1, namespace: 'x' },
  },
  EastWestGateway: {
    ...{ ...GATEWAY_SETTINGS, network: 'n', hosts: ['a.b'], exposesIstiod: true },
    ...{ name: 'x', namespace: 'x', revision: 'x' },
  },
  GatewayNetworkPolicy: { name: 'x', namespace: 'x', exposesIstiod: true, sourceRanges: ['10.0.0.0/8'] },
  IngressGateway: {
    ...{ ...GATEWAY_SETTINGS, httpNodePort: 30080, httpsNodePort: 30443 },
    ...{ name: 'x', namespace: 'x', revision: 'x' },
  },
  IngressRoute: {
    ...{ gateway: { selector: { istio: 'x' } }, host: 'a.b', service: 'a.b', port: 80, tlsSecretName: 'x' },
    ...{ name: 'x', namespace: 'x' },
  },
  IstiodGateway: { network: 'n', revision: 'x', namespace: 'x' },
  MeshNetworks: { clusters: [{ name: 'a', network: 'a' }], revision: 'x', namespace: 'x' },
  NamespaceSidecar: { hosts: ['x/y.z'], name: 'x', namespace: 'x' },
  NodePortService: {
    ...{ port: 80, protocol: 'http', portName: 'x', name: 'x', podLabels, nodePort: 30080, namespace: 'x' },
  },
  OfferedNetworkPolicy: {
    ...{ name: 'x', namespace: 'x', podLabels, port: 80, fromEverywhere: false },
    ...{ gatewayNamespace: 'x', gatewayName: 'x', localNamespaces: ['x'] },
  },
  OfferedServiceEntry: {
    ...{ ...remote, name: 'x', host: 'a.b', podLabels, namespace: 'x', gatewayNamespace: 'x' },
  },
  OfferedWorkloadPolicy: {
    ...{ name: 'x', namespace: 'x', podLabels, port: 80, snis: ['a.b'], principals: ['x/ns/y/sa/z'] },
    ...{ serviceHosts: ['a.b'], localPrincipals: ['x/ns/y/sa/z'] },
  },
  OperatorNetworkPolicy: { namespace: 'x' },
  PartitionedServiceHost: {
    ...{ port: 80, protocol: 'http', portName: 'x', host: 'a.global', service: 'a.b', clusterName: 'x' },
    ...{ name: 'x', namespace: 'x' },
  },
  PxcNetworkPolicy: { name: 'db', namespace: 'x', clientNamespaces: ['x'], operatorNamespace: 'x' },
  PxcReplicaSet: {
    ...{ name: 'db', namespace: 'x', channels: [ReplicationChannel.source('x')], servicePerPod: true },
    clusterName: 'x',
  },
  RemoteSecret: {
    ...{ clusterName: 'x', apiServer: 'https://x.example', readerName: 'y', namespace: 'x' },
    source: RemoteSecretSource.outOfBand(),
  },
  RemoteSecretToken: { account: 'x', namespace: 'x' },
  SharedCaSecret: { clusterName: 'x', source: CaSource.outOfBand(), namespace: 'x' },
  WorkloadPortPolicy: {
    ...{ name: 'x', namespace: 'x', podLabels, ports: [80], principals: ['x/ns/y/sa/z'] },
  },
};
