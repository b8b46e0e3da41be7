import { isSystemNamespace, SIDECAR_PORTS, SYSTEM_NAMESPACES } from '../well-known/reserved';
import { type FieldError, show } from './field-error';
import { findKeyMaterial } from './key-material';
import { isDnsLabel, isDnsName, isLabelKey, isLabelValue } from './kubernetes-names';
import { didYouMean } from './nearest';
import type { Rule } from './rule';

export * from './address-rules';
export { instanceOf } from './instance-of';
export { isDnsLabel, isDnsName, isLabelKey, isLabelValue } from './kubernetes-names';
export { quantity } from './quantity';
export type { Rule } from './rule';

/** A rule for each prop: a prop without one does not compile. */
export type Rules<Props> = { readonly [K in keyof Required<Props>]: Rule };

/** Checks props against their rules; names unknown props, missing ones and key material. */
export function checkProps<Props extends object>(
  path: string,
  props: Props,
  rules: Rules<Props>,
): FieldError[] {
  const names = Object.keys(rules);
  if (!isRecord(props)) {
    const expected = `be an object with the props ${names.join(', ')}`;
    return [{ path, expected, actual: show(props), hint: 'pass the props as one object' }];
  }
  const given = Object.keys(props).filter((name) => props[name as keyof Props] !== undefined);
  const unknown = given.filter((name) => !names.includes(name));
  return [
    ...unknown.flatMap((name) => unknownProp(path, name, props[name as keyof Props], names)),
    ...(Object.entries(rules) as [string, Rule][]).flatMap(([name, rule]) =>
      checkValue(`${path}.${name}`, props[name as keyof Props], rule),
    ),
  ];
}

function unknownProp(path: string, name: string, value: unknown, names: readonly string[]): FieldError[] {
  // by its name too: nobody knows what it was meant for
  const key = keyErrors(path, { [name]: value });
  if (key.length > 0) return key;
  const expected = `be one of the known props (${names.join(', ')})`;
  const hint = `${didYouMean(name, names)}correct its spelling or leave it out`;
  return [{ path: `${path}.${name}`, expected, actual: `'${name}'`, hint }];
}

/** Checks one value against one rule. */
export function checkValue(path: string, value: unknown, rule: Rule): FieldError[] {
  if (value === undefined && rule.optional) return [];
  const key = keyErrors(path, value);
  if (key.length > 0) return key;
  if (value !== undefined && rule.holds(value)) return rule.inside?.(path, value) ?? [];
  const { expected, hint } = rule;
  const toLeaveOut = value === null && rule.optional ? 'leave it out, or ' : '';
  return [{ path, expected, actual: show(value), hint: toLeaveOut + hint, ...rule.explain?.(value) }];
}

function keyErrors(path: string, value: unknown): FieldError[] {
  const found = findKeyMaterial(value, path);
  if (!found) return [];
  return [
    {
      path: found.path,
      expected: 'hold no key material',
      actual: `${found.what} (not shown)`,
      hint: 'take it out of the code, treat it as leaked, and refer to a Secret by its name',
    },
  ];
}

/** The same rule for a prop that may be left out. */
export function optional(rule: Rule): Rule {
  return { ...rule, optional: true };
}

export function dnsLabel(longest = 63): Rule {
  return {
    expected: `be a DNS label of at most ${longest} characters (a-z, 0-9, '-', beginning and ending with a letter or digit)`,
    hint: 'choose such a name',
    holds: (value) => isDnsLabel(value, longest),
  };
}

export const dnsName: Rule = {
  expected: "be a DNS name of at most 253 characters (labels of a-z, 0-9 and '-', joined by dots)",
  hint: 'choose such a name',
  holds: isDnsName,
};

/** A namespace that the fleet may write and label for injection. */
export const ownNamespace: Rule = {
  ...dnsLabel(),
  holds: (value) => isDnsLabel(value) && !isSystemNamespace(value),
  explain: (value) =>
    isSystemNamespace(value)
      ? {
          expected: SYSTEM_NAMESPACES.includes(value as string)
            ? `not be a namespace that Kubernetes makes in every cluster (${SYSTEM_NAMESPACES.join(', ')})`
            : "not begin with 'kube-', which Kubernetes keeps for its own namespaces",
          hint: 'use a namespace of your own: the fleet writes its namespaces and labels them for injection',
        }
      : undefined,
};

/** Names that resolve to a Service (in part by a pod's search list), to a machine of the local network, or to the caller itself. */
const TAKEN = /(^|\.)(svc|local|localhost)$|^[0-9.]+$/;

/** A name that no Kubernetes Service, pod or machine can have. */
export const aliasName: Rule = {
  expected: 'be a DNS name that does not end in .local, .svc or localhost, and no IP address',
  hint: "choose one that no Service has, such as 'cluster-a.global'",
  holds: (value) => isDnsName(value) && !TAKEN.test(value),
};

/** Kubernetes' default range (`--service-node-port-range`). */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const;

export const nodePort: Rule = integer(
  NODE_PORTS.first,
  NODE_PORTS.last,
  "stay in Kubernetes' default range for node ports",
);

export const portNumber: Rule = integer(1, 65535, 'give a port number');

/** A port that an application beside a sidecar can listen on. */
export const podPort: Rule = {
  ...portNumber,
  holds: (value) => portNumber.holds(value) && !SIDECAR_PORTS.includes(value as number),
  explain: (value) =>
    SIDECAR_PORTS.includes(value as number)
      ? {
          expected: `not be a port that Istio's sidecar proxy uses itself (${SIDECAR_PORTS.join(', ')})`,
          hint: 'have the pods listen on another port',
        }
      : undefined,
};

export const labelValue: Rule = {
  expected: 'be a label value of 1 to 63 characters (letters, digits, -, _ and .)',
  hint: 'choose such a value',
  holds: (value) => isLabelValue(value) && value !== '',
};

/** Labels that select pods: at least one, because an empty selector selects every pod of the namespace. */
export const podLabels: Rule = {
  expected: 'be an object of label keys and label values, at least one',
  hint: 'use keys such as app.kubernetes.io/name and values of at most 63 characters',
  holds: (value) =>
    isRecord(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(([key, entry]) => isLabelKey(key) && isLabelValue(entry)),
  explain: (value) =>
    isRecord(value) && Object.keys(value).length === 0
      ? { hint: 'name a label of the pods: an empty selector selects every pod of the namespace' }
      : undefined,
};

export const annotations: Rule = {
  expected: 'be an object of annotation keys and strings',
  hint: 'write numbers and booleans as strings',
  holds: (value) =>
    isRecord(value) &&
    Object.entries(value).every(([key, text]) => isLabelKey(key) && typeof text === 'string'),
};

export const text: Rule = {
  expected: 'be a string that is not empty',
  hint: 'give such a string',
  holds: (value) => typeof value === 'string' && value.trim() !== '' && !isOfLines(value),
  explain: (value) => {
    if (isOfLines(value)) return { expected: 'be a string of one line', hint: 'leave out the line breaks' };
    return value !== '' && typeof value === 'string'
      ? { expected: 'be a string with more than white space' }
      : undefined;
  },
};

function isOfLines(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && /[\r\n\u2028\u2029]/.test(value);
}

export const boolean: Rule = {
  expected: 'be true or false',
  hint: 'give one of them',
  holds: (value) => typeof value === 'boolean',
};

export function integer(least: number, most: number, hint = 'give such a number'): Rule {
  return {
    expected: `be a whole number from ${least} to ${most}`,
    hint,
    holds: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

export function oneOf(values: readonly string[]): Rule {
  return {
    expected: `be one of ${values.map((value) => `'${value}'`).join(', ')}`,
    hint: 'choose one of them',
    holds: (value) => typeof value === 'string' && values.includes(value),
    explain: (value) =>
      typeof value === 'string' ? { hint: `${didYouMean(value, values)}choose one of them` } : undefined,
  };
}

export function listOf(rule: Rule, least = 0): Rule {
  return {
    expected: `be a list of ${least > 0 ? `at least ${least}` : 'any number of'} values that each ${rule.expected}`,
    hint: rule.hint,
    holds: (value) => Array.isArray(value) && value.length >= least,
    inside: (path, value) =>
      // Array.from reads the holes of a list too, which flatMap skips
      Array.from(value as unknown[]).flatMap((entry, index) => checkValue(`${path}[${index}]`, entry, rule)),
  };
}

export function objectWith<Props extends object>(rules: Rules<Props>): Rule {
  return {
    expected: `be an object with the props ${Object.keys(rules).join(', ')}`,
    hint: 'pass them as one object',
    holds: isRecord,
    inside: (path, value) => checkProps(path, value as Props, rules),
  };
}

/** An object whose content is in its fields: neither a list nor a Map, a Date or the like. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
