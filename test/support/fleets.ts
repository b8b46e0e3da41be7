import { Cluster, Fleet, type FleetProps, Offer, Protocol, type StatefulSetOfferProps } from '../../lib';

/** Two clusters, of which the first can offer. */
export function twoClusters(): { a: Cluster; b: Cluster } {
  return {
    a: new Cluster({ name: 'cluster-a', network: 'network1', gatewayAddress: '203.0.113.10' }),
    b: new Cluster({ name: 'cluster-b', network: 'network2' }),
  };
}

export function fleetOf(clusters: Cluster[], more: Partial<FleetProps> = {}): Fleet {
  return new Fleet({ meshId: 'mesh1', clusters, ...more });
}

/** A web server of three pods, offered by `a` to a namespace of `b`, unless a test says otherwise. */
export function hello(a: Cluster, b: Cluster, more: Partial<StatefulSetOfferProps> = {}): Offer {
  return Offer.statefulSet({
    from: a,
    namespace: 'demo',
    name: 'hello',
    replicas: 3,
    port: 8080,
    protocol: Protocol.HTTP,
    to: [b.namespace('demo-dr')],
    ...more,
  });
}
