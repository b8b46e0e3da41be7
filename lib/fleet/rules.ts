import { isIP } from 'node:net';
import { findKeyMaterial } from './key-material';
import { type Problem, show } from './problem';

/** What one prop may be. Plain JavaScript callers get the same words as the compiler gives others. */
export interface Rule {
  /** Continues "must". */
  readonly must: string;
  /** What to do when it does not hold. */
  readonly advice: string;
  readonly optional?: boolean;
  holds(value: unknown): boolean;
  /** What is wrong further inside a value that holds as a whole. */
  inside?(path: string, value: unknown): Problem[];
}

/** A rule for each prop: a prop without one does not compile. */
export type Rules<Props> = { readonly [K in keyof Required<Props>]: Rule };

/** Checks props against their rules; names unknown props, missing ones and key material. */
export function checkProps<Props extends object>(path: string, props: Props, rules: Rules<Props>): Problem[] {
  const names = Object.keys(rules);
  if (typeof props !== 'object' || props === null || Array.isArray(props)) {
    const must = `be an object with the props ${names.join(', ')}`;
    return [{ path, must, got: show(props), advice: 'pass the props as one object' }];
  }
  const given = Object.keys(props).filter((name) => props[name as keyof Props] !== undefined);
  const unknown = given.filter((name) => !names.includes(name));
  return [
    ...unknown.flatMap((name) => unknownProp(`${path}.${name}`, name, props[name as keyof Props], names)),
    ...(Object.entries(rules) as [string, Rule][]).flatMap(([name, rule]) =>
      checkValue(`${path}.${name}`, props[name as keyof Props], rule),
    ),
  ];
}

function unknownProp(path: string, name: string, value: unknown, names: readonly string[]): Problem[] {
  const key = keyProblems(path, value);
  if (key.length > 0) return key;
  const must = `be one of the known props (${names.join(', ')})`;
  return [{ path, must, got: `'${name}'`, advice: 'correct its spelling or leave it out' }];
}

/** Checks one value against one rule. */
export function checkValue(path: string, value: unknown, rule: Rule): Problem[] {
  if (value === undefined && rule.optional) return [];
  const key = keyProblems(path, value);
  if (key.length > 0) return key;
  if (value !== undefined && rule.holds(value)) return rule.inside?.(path, value) ?? [];
  return [{ path, must: rule.must, got: show(value), advice: rule.advice }];
}

function keyProblems(path: string, value: unknown): Problem[] {
  const found = findKeyMaterial(value, path);
  if (!found) return [];
  return [
    {
      path: found.path,
      must: 'hold no key material',
      got: `${found.what} (not shown)`,
      advice: 'take it out of the code, treat it as leaked, and refer to a Secret by its name',
    },
  ];
}

/** The same rule for a prop that may be left out. */
export function optional(rule: Rule): Rule {
  return { ...rule, optional: true };
}

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** RFC 1123 label, as Kubernetes asks of namespaces, Services and pods. */
export function isDnsLabel(value: unknown, longest = 63): value is string {
  return typeof value === 'string' && value.length <= longest && DNS_LABEL.test(value);
}

/** RFC 1123 subdomain: labels joined by dots, 253 characters at most. */
export function isDnsName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= 253 && value.split('.').every((label) => isDnsLabel(label))
  );
}

/** A Kubernetes label's value: at most 63 characters, may be empty. */
export function isLabelValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 63 && LABEL_VALUE.test(value);
}

/** A Kubernetes label's or annotation's key: an optional DNS prefix, a slash, a name. */
export function isLabelKey(value: string): boolean {
  const parts = value.split('/');
  const name = parts.pop() ?? '';
  return LABEL_NAME.test(name) && (parts.length === 0 || (parts.length === 1 && isDnsName(parts[0])));
}

/** An IP address or a DNS name that others can dial. */
export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && (isIP(value) > 0 || (isDnsName(value) && !looksLikeIp(value)));
}

// "10.0.0.300" is a valid DNS name, and never what was meant.
function looksLikeIp(value: string): boolean {
  return /^[0-9.]+$/.test(value);
}

export function dnsLabel(longest = 63): Rule {
  return {
    must: `be a DNS label of at most ${longest} characters (a-z, 0-9, '-', beginning and ending with a letter or digit)`,
    advice: 'choose such a name',
    holds: (value) => isDnsLabel(value, longest),
  };
}

export const dnsName: Rule = {
  must: "be a DNS name of at most 253 characters (labels of a-z, 0-9 and '-', joined by dots)",
  advice: 'choose such a name',
  holds: isDnsName,
};

/** A name that no Kubernetes Service or pod can have. */
export const aliasName: Rule = {
  must: 'be a DNS name outside cluster.local',
  advice: "choose one that no Service has, such as 'cluster-a.global'",
  holds: (value) => isDnsName(value) && !`.${value}`.endsWith('.cluster.local'),
};

/** Where a Kubernetes API server is reached. */
export const apiServer: Rule = {
  must: "be an https URL of an address alone, such as 'https://api.cluster-a.example.com:6443'",
  advice: 'give the address under which the other clusters reach the Kubernetes API',
  holds: (value) => {
    const [, host = '', port = '443'] = /^https:\/\/([^:/\s]+)(?::(\d+))?$/.exec(String(value)) ?? [];
    return typeof value === 'string' && isAddress(host) && Number(port) > 0 && Number(port) < 65536;
  },
};

/** Kubernetes' default range (`--service-node-port-range`). */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const;

export const nodePort: Rule = integer(
  NODE_PORTS.first,
  NODE_PORTS.last,
  "stay in Kubernetes' default range for node ports",
);

export const ipAddress: Rule = {
  must: 'be an IP address',
  advice: 'give one such as 240.0.0.10',
  holds: (value) => typeof value === 'string' && isIP(value) > 0,
};

export const address: Rule = {
  must: 'be an IP address or a DNS name, without port or scheme',
  advice: 'give the address under which the other clusters reach it',
  holds: isAddress,
};

export const cidr: Rule = {
  must: "be an address range such as '10.0.0.0/8'",
  advice: 'write it as address, slash, prefix length',
  holds: (value) => {
    const [range, bits, ...rest] = typeof value === 'string' ? value.split('/') : [];
    const longest = { 0: -1, 4: 32, 6: 128 }[isIP(range ?? '') as 0 | 4 | 6];
    return rest.length === 0 && /^[0-9]{1,3}$/.test(bits ?? '') && Number(bits) <= longest;
  },
};

export const portNumber: Rule = integer(1, 65535, 'give a port number');

export const labelValue: Rule = {
  must: 'be a label value of 1 to 63 characters (letters, digits, -, _ and .)',
  advice: 'choose such a value',
  holds: (value) => isLabelValue(value) && value !== '',
};

export const labels: Rule = {
  must: 'be an object of label keys and label values',
  advice: 'use keys such as app.kubernetes.io/name and values of at most 63 characters',
  holds: (value) =>
    isRecord(value) && Object.entries(value).every(([key, entry]) => isLabelKey(key) && isLabelValue(entry)),
};

export const annotations: Rule = {
  must: 'be an object of annotation keys and strings',
  advice: 'write numbers and booleans as strings',
  holds: (value) =>
    isRecord(value) &&
    Object.entries(value).every(([key, text]) => isLabelKey(key) && typeof text === 'string'),
};

export const text: Rule = {
  must: 'be a string that is not empty',
  advice: 'give such a string',
  holds: (value) => typeof value === 'string' && value !== '',
};

export const boolean: Rule = {
  must: 'be true or false',
  advice: 'give one of them',
  holds: (value) => typeof value === 'boolean',
};

const QUANTITY = /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

export const quantity: Rule = {
  must: "be a Kubernetes quantity such as '10Gi' or '500m'",
  advice: 'give it as a string with its unit',
  holds: (value) => typeof value === 'string' && QUANTITY.test(value),
};

export function integer(least: number, most: number, advice = 'give such a number'): Rule {
  return {
    must: `be a whole number from ${least} to ${most}`,
    advice,
    holds: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

export function oneOf(values: readonly string[]): Rule {
  return {
    must: `be one of ${values.map((value) => `'${value}'`).join(', ')}`,
    advice: 'choose one of them',
    holds: (value) => typeof value === 'string' && values.includes(value),
  };
}

/** A value made by one of our own classes. */
export function instanceOf(type: { readonly name: string; prototype: unknown }, how: string): Rule {
  const ofType = type as unknown as new () => unknown;
  return {
    must: `be ${/^[AEIOU]/.test(type.name) ? 'an' : 'a'} ${type.name}`,
    advice: how,
    holds: (value) => value instanceof ofType,
  };
}

export function listOf(rule: Rule, least = 0): Rule {
  return {
    must: `be a list of ${least > 0 ? `at least ${least}` : 'any number of'} values that each ${rule.must}`,
    advice: rule.advice,
    holds: (value) => Array.isArray(value) && value.length >= least,
    inside: (path, value) =>
      (value as unknown[]).flatMap((entry, index) => checkValue(`${path}[${index}]`, entry, rule)),
  };
}

export function objectWith<Props extends object>(rules: Rules<Props>): Rule {
  return {
    must: `be an object with the props ${Object.keys(rules).join(', ')}`,
    advice: 'pass them as one object',
    holds: isRecord,
    inside: (path, value) => checkProps(path, value as Props, rules),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
