import { type Cluster, clusterRules } from '../model/cluster';
import { gatewaySettingsErrors } from '../model/gateway-settings';
import { type FieldError, show } from '../rules/field-error';
import { checkProps } from '../rules/rules';

/** Everything that is wrong with the props of one cluster. */
export function clusterErrors(path: string, { props, gateway }: Cluster): FieldError[] {
  const errors = checkProps(path, props, clusterRules);
  if (errors.length > 0) return errors;
  return [...portWithoutAddress(path, props), ...gatewaySettingsErrors(`${path}.gateway`, gateway)];
}

function portWithoutAddress(path: string, { gatewayAddress, gatewayPort }: Cluster['props']): FieldError[] {
  if (gatewayPort === undefined || gatewayAddress !== undefined) return [];
  return [
    {
      path: `${path}.gatewayPort`,
      expected: 'belong to a gatewayAddress',
      actual: `${gatewayPort} without a gatewayAddress`,
      hint: 'give the address too, or leave out the port',
    },
  ];
}

/** Clusters with the name of an earlier one. */
export function sameClusterName(clusters: readonly Cluster[]): FieldError[] {
  const seen = new Map<string, number>();
  return clusters.flatMap(({ name }, index) => {
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, index);
      return [];
    }
    return {
      path: `clusters[${index}].name`,
      expected: `differ from clusters[${first}].name`,
      actual: show(name),
      hint: 'give each cluster a name of its own',
    };
  });
}
