// Which texts Kubernetes takes for names and labels.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/

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
