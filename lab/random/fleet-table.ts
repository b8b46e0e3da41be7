import { table } from 'table';
import type { Fleet } from '../../lib';
import type { FleetSpec, NamespaceSpec, OfferSpec, PathSpec } from './fleet-spec';

/** A fleet for a reader, before it is proven. */
export function fleetTable(spec: FleetSpec, fleet: Fleet): string {
  const whole = Object.entries(spec)
    .filter(([name]) => !['clusters', 'offers', 'databases'].includes(name))
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const clusters = spec.clusters.map(({ name, network, ...more }, index) => [
    name,
    network,
    (fleet.clusters[index]?.controlPlane ?? fleet.controlPlane).method,
    Object.entries(more)
      .map(([prop, value]) => `${prop} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join('\n'),
  ]);
  const offers = [...spec.offers.map(offerRow), ...spec.databases.map(databaseRow)];
  return [
    whole.join(', '),
    table([['cluster', 'network', 'Istio by', 'more'], ...clusters], WIDE),
    ...(offers.length > 0 ? [table([['what', 'where', 'path and names', 'callers'], ...offers])] : []),
  ].join('\n');
}

const WIDE = { columns: { 3: { width: 90 } } };

function offerRow(offer: OfferSpec): string[] {
  const { props, kind } = offer;
  const size = offer.kind === 'statefulSet' ? offer.props.replicas : offer.pods;
  const names = offer.kind === 'statefulSet' ? (offer.props.naming?.kind ?? 'podHostname') : '';
  const via = offer.kind === 'service' ? 'discovery' : pathText(offer.props.via);
  return [
    `${kind} ${props.name}\n${size} × ${props.protocol} on ${props.port}`,
    `${props.from}/${props.namespace}`,
    [via, names].filter(Boolean).join('\n'),
    props.to.map(placeText).join('\n'),
  ];
}

function databaseRow({
  name,
  size = 3,
  source,
  replicas,
  via,
  naming,
  host,
}: FleetSpec['databases'][number]) {
  return [
    `database ${name}\n${size} pods`,
    placeText(source),
    `${pathText(via)}\n${host ?? naming?.kind ?? 'podHostname'}`,
    replicas.map(placeText).join('\n'),
  ];
}

function placeText({ cluster, namespace, account }: NamespaceSpec): string {
  return `${cluster}/${namespace}${account ? ` as ${account}` : ''}`;
}

function pathText(via: PathSpec | undefined): string {
  if (!via) return 'byNetwork';
  return via.kind === 'nodePort' && via.props?.mutualTls === false ? 'nodePort without TLS' : via.kind;
}
