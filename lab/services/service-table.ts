import { isIPv4 } from 'node:net';
import type { EndpointSlice, Service } from '../kubernetes/objects';
import type { Forward } from '../network/node-rules';

/** A cluster's Services as its node and its name server need them. */
export interface ServiceTable {
  readonly forwards: readonly Forward[];
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** Where others reach a Service from outside its cluster: a load balancer's address, or one that is mapped to it. */
export interface OuterAddress {
  readonly address: string;
  /** The ports of the address, by the Service's ports. @default - the Service's */
  readonly ports?: Readonly<Record<number, number>>;
}

/** The outer address of a Service, if it has one. */
export type OuterAddressOf = (service: Service) => OuterAddress | undefined;

/** Derives forwards and names from Services and their endpoints, as kube-proxy and CoreDNS do. */
export function serviceTable(
  services: Iterable<Service>,
  slices: Iterable<EndpointSlice>,
  outerAddressOf: OuterAddressOf,
): ServiceTable {
  const byService = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (!service || slice.addressType !== 'IPv4') continue;
    const key = `${slice.metadata.namespace}/${service}`;
    byService.set(key, [...(byService.get(key) ?? []), slice]);
  }
  const forwards: Forward[] = [];
  const names: Record<string, readonly string[]> = {};
  for (const service of services) {
    const own = byService.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? [];
    Object.assign(names, namesOf(service, own));
    forwards.push(...forwardsOf(service, own, outerAddressOf(service)));
  }
  return { forwards, names };
}

function namesOf(service: Service, slices: readonly EndpointSlice[]): Record<string, readonly string[]> {
  const host = `${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`;
  const { clusterIP } = service.spec;
  if (clusterIP && clusterIP !== 'None') return { [host]: [clusterIP] };
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []).filter(isReady);
  const names: Record<string, readonly string[]> = {
    [host]: endpoints.flatMap(({ addresses }) => addresses),
  };
  for (const { hostname, addresses } of endpoints) if (hostname) names[`${hostname}.${host}`] = addresses;
  return names;
}

function forwardsOf(service: Service, slices: readonly EndpointSlice[], outer?: OuterAddress): Forward[] {
  const { clusterIP, ports = [], loadBalancerSourceRanges: ranges } = service.spec;
  const from = ranges?.filter((range) => isIPv4(range.split('/')[0] ?? ''));
  return ports.flatMap((port) => {
    const protocol = port.protocol === 'UDP' ? ('UDP' as const) : ('TCP' as const);
    const targets = slices.flatMap((slice) => {
      const target = slice.ports?.find((one) => (one.name ?? '') === (port.name ?? ''))?.port;
      if (target === undefined) return [];
      return (slice.endpoints ?? [])
        .filter(isReady)
        .flatMap(({ addresses }) => addresses.map((address) => ({ address, port: target })));
    });
    const forwards: Forward[] = [];
    if (clusterIP && clusterIP !== 'None')
      forwards.push({ address: clusterIP, protocol, port: port.port, targets });
    if (outer) {
      const outerPort = outer.ports?.[port.port] ?? port.port;
      forwards.push({
        address: outer.address,
        protocol,
        port: outerPort,
        targets,
        ...(from ? { from } : {}),
      });
    }
    if (port.nodePort) forwards.push({ protocol, port: port.nodePort, targets });
    return forwards;
  });
}

function isReady(endpoint: { readonly conditions?: { readonly ready?: boolean } }): boolean {
  return endpoint.conditions?.ready !== false;
}
