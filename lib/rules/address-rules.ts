import { BlockList, isIP } from 'node:net';
import { show } from './field-error';
import { isDnsName } from './kubernetes-names';
import type { Rule, Words } from './rule';

type Subnet = readonly [address: string, bits: number, family: 'ipv4' | 'ipv6'];

/**
 * Addresses that lead back to whoever dials them, or to nobody.
 * https://www.iana.org/assignments/iana-ipv4-special-registry/
 */
const UNDIALLABLE: readonly { readonly what: string; readonly addresses: BlockList }[] = [
  { what: 'an unspecified address', addresses: blocks(['0.0.0.0', 8, 'ipv4'], ['::', 128, 'ipv6']) },
  { what: 'a loopback address', addresses: blocks(['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6']) },
  { what: 'a link-local address', addresses: blocks(['169.254.0.0', 16, 'ipv4'], ['fe80::', 10, 'ipv6']) },
  { what: 'a multicast address', addresses: blocks(['224.0.0.0', 4, 'ipv4'], ['ff00::', 8, 'ipv6']) },
  { what: 'a broadcast address', addresses: blocks(['255.255.255.255', 32, 'ipv4']) },
];

function blocks(...subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, bits, family] of subnets) list.addSubnet(address, bits, family);
  return list;
}

/** Why no other machine can dial an address or a name; undefined where one can. */
export function undiallable(value: string): string | undefined {
  if (/(^|\.)localhost$/i.test(value)) return 'a name of the machine that dials';
  // a zone, as in fe80::1%eth0, belongs to link-local addresses
  const [address = ''] = value.split('%');
  const family = isIP(address);
  if (family === 0) return undefined;
  return UNDIALLABLE.find(({ addresses }) => addresses.check(address, family === 6 ? 'ipv6' : 'ipv4'))?.what;
}

/** An IP address or a DNS name that others can dial. */
export function isAddress(value: unknown): value is string {
  if (typeof value !== 'string' || undiallable(value) !== undefined) return false;
  return isIP(value) > 0 || (isDnsName(value) && !looksLikeIp(value));
}

// "10.0.0.300" is a valid DNS name, and never what was meant.
function looksLikeIp(value: string): boolean {
  return /^[0-9.]+$/.test(value);
}

function explainUndiallable(host: unknown, actual: unknown): Words | undefined {
  const what = typeof host === 'string' ? undiallable(host) : undefined;
  return what === undefined
    ? undefined
    : { expected: 'be an address that other machines can dial', actual: `${show(actual)}, ${what}` };
}

export const address: Rule = {
  expected: 'be an IP address or a DNS name, without port or scheme',
  hint: 'give the address under which the other clusters reach it',
  holds: isAddress,
  explain: (value) => explainUndiallable(value, value),
};

/** A virtual address, which names resolve to. */
export const ipAddress: Rule = {
  expected: 'be an IP address',
  hint: 'give one such as 240.0.0.10',
  holds: (value) => typeof value === 'string' && isIP(value) > 0 && undiallable(value) === undefined,
  explain: (value) => explainUndiallable(value, value),
};

/** Host and port of an https URL that says nothing else. */
function apiServerParts(value: unknown): { host?: string; port: number } {
  const url = typeof value === 'string' ? value : '';
  const [, host, port = '443'] = /^https:\/\/([^:/\s]+)(?::(\d+))?$/.exec(url) ?? [];
  return { host, port: Number(port) };
}

/** Where a Kubernetes API server is reached. */
export const apiServer: Rule = {
  expected: "be an https URL of an address alone, such as 'https://api.cluster-a.example.com:6443'",
  hint: 'give the address under which the other clusters reach the Kubernetes API',
  holds: (value) => {
    const { host, port } = apiServerParts(value);
    return isAddress(host) && port > 0 && port < 65536;
  },
  explain: (value) => explainUndiallable(apiServerParts(value).host, value),
};

export const cidr: Rule = {
  expected: "be an address range such as '10.0.0.0/8'",
  hint: 'write it as address, slash, prefix length',
  holds: (value) => {
    const [range, bits, ...rest] = typeof value === 'string' ? value.split('/') : [];
    const longest = { 0: -1, 4: 32, 6: 128 }[isIP(range ?? '') as 0 | 4 | 6];
    return rest.length === 0 && /^[0-9]{1,3}$/.test(bits ?? '') && Number(bits) <= longest;
  },
};
