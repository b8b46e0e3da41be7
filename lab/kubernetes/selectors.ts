import type { KubeObject, LabelSelector } from './objects';

/** Whether a selector selects an object; an empty one selects all. */
export function selects(selector: LabelSelector, { metadata }: KubeObject): boolean {
  const labels = metadata.labels ?? {};
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      const isIn = value !== undefined && values.includes(value);
      return { In: isIn, NotIn: !isIn, Exists: value !== undefined, DoesNotExist: value === undefined }[
        operator
      ];
    })
  );
}
