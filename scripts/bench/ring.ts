import { Cluster, Fleet, Offer, Protocol, writeFleet } from '../../lib';

/**
 * Clusters in a ring: each offers a StatefulSet of three pods to the next. The fleet that grows in step with its
 * clusters, so that what a synth does with all pairs of anything shows.
 *     node -r tsx/cjs scripts/bench/ring.ts CLUSTERS FOLDER
 */
const [count, folder] = process.argv.slice(2);

const clusters = Array.from(
  { length: Number(count) },
  (_, index) =>
    new Cluster({
      name: `cluster-${index}`,
      network: `network-${index}`,
      gatewayAddress: `gateway-${index}.example.com`,
    }),
);
const fleet = new Fleet({ meshId: 'ring', clusters });
clusters.forEach((from, index) => {
  const next = clusters[(index + 1) % clusters.length] as Cluster;
  fleet.offer(
    Offer.statefulSet({
      from,
      namespace: `shop-${index}`,
      name: 'queue',
      replicas: 3,
      port: 5672,
      protocol: Protocol.TCP,
      to: [next.namespace(`caller-${index}`)],
    }),
  );
});
writeFleet(fleet, folder);
