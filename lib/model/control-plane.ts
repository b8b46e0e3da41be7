import { type FieldError, show } from '../rules/field-error';
import { given } from '../rules/given';
import { resourceErrors } from '../rules/quantity';
import * as rules from '../rules/rules';
import { DEFAULT_ISTIO, ISTIO_VERSION, isInSail, istioRelease } from '../well-known/istio-release';

/**
 * The tool that installs Istio in a cluster. Each has a factory of its own in ControlPlane, and files of its
 * own in the output's folder `install`.
 */
export type InstallMethod = 'istioctl' | 'helmfile' | 'sail' | 'flux' | 'argoCd' | 'k3s';

/** The settings of Istio that are the same for every install method. Each has a default. */
export interface ControlPlaneProps {
  /**
   * Istio's version, as three numbers: 1.28 to 1.31. `istioctl install` installs the version of the istioctl
   * program, which must be this one. `ControlPlane.sail()` takes up to 1.28.10, 1.29.6 or 1.30.3.
   * @default 1.30.3
   */
  readonly version?: string;
  /**
   * An older minor release, such as 1.28, whose defaults istiod keeps. It is for a fleet that is upgraded
   * cluster by cluster. The version of Istio must know the older release.
   * https://istio.io/latest/docs/setup/additional-setup/compatibility-versions/
   * @default - none: the defaults of the version
   */
  readonly compatibilityVersion?: string;
  /**
   * Whether proxies answer DNS queries for hosts that only the mesh knows, such as those of ServiceEntries.
   * It must be true in a cluster that dials offers by such hosts.
   * https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/
   * @default true
   */
  readonly dnsCapture?: boolean;
  /**
   * Whether proxies run as native sidecar containers, which start before the application and end after it.
   * With false, `holdApplicationUntilProxyStarts` delays the application until its proxy is ready.
   * @default - istiod decides: native where every kubelet is 1.33 or later; elsewhere the application waits
   */
  readonly nativeSidecars?: boolean;
  /**
   * A fixed number of istiod replicas in a cluster: 1 to 100.
   * @default - 1 to 5, scaled by load
   */
  readonly replicas?: number;
  /**
   * The CPU request of an istiod: a Kubernetes quantity of more than 0, and at most `cpuLimit`.
   * @default - the chart's: 500m
   */
  readonly cpuRequest?: string;
  /**
   * The memory request of an istiod: a Kubernetes quantity of more than 0, and at most `memoryLimit`.
   * @default - the chart's: 2048Mi
   */
  readonly memoryRequest?: string;
  /**
   * The CPU limit of an istiod: a Kubernetes quantity.
   * @default - none
   */
  readonly cpuLimit?: string;
  /**
   * The memory limit of an istiod: a Kubernetes quantity.
   * @default - none
   */
  readonly memoryLimit?: string;
}

/** What Istio's istiod chart asks for, where nothing is said; it sets no limits. */
const CHART_REQUESTS = { cpuRequest: '500m', memoryRequest: '2048Mi' };

const controlPlaneRules: rules.Rules<ControlPlaneProps> = {
  version: rules.optional(ISTIO_VERSION),
  compatibilityVersion: rules.optional(rules.text),
  dnsCapture: rules.optional(rules.boolean),
  nativeSidecars: rules.optional(rules.boolean),
  replicas: rules.optional(rules.integer(1, 100)),
  cpuRequest: rules.optional(rules.quantity),
  memoryRequest: rules.optional(rules.quantity),
  cpuLimit: rules.optional(rules.quantity),
  memoryLimit: rules.optional(rules.quantity),
};

/**
 * How Istio is installed: an install method and the settings of Istio. The output's folder `install` has the
 * files for the method.
 */
export class ControlPlane {
  /** Writes an IstioOperator file for `istioctl install -f`. */
  public static istioctl(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('istioctl', props);
  }

  /**
   * Writes a helmfile with Istio's charts and a values file for each chart. It installs namespaces, CRDs,
   * operators and services in this order.
   */
  public static helmfile(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('helmfile', props);
  }

  /** Writes an Istio resource for the Sail operator. */
  public static sail(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('sail', props);
  }

  /** Writes HelmReleases for Flux. */
  public static flux(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('flux', props);
  }

  /** Writes an Application for Argo CD. Apply it in the cluster in which Argo CD runs. */
  public static argoCd(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('argoCd', props);
  }

  /** Writes HelmCharts for the Helm controller of k3s and RKE2. */
  public static k3s(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('k3s', props);
  }

  /** Istio's version: ControlPlaneProps.version, or 1.30.3. */
  public readonly version: string;
  /** Whether proxies answer DNS queries for mesh hosts: ControlPlaneProps.dnsCapture, or true. */
  public readonly dnsCapture: boolean;

  private constructor(
    /** The install method: the name of the factory that made the value. */
    public readonly method: InstallMethod,
    /** The settings, as they were given. */
    public readonly props: ControlPlaneProps,
  ) {
    const { version, dnsCapture } = given(props);
    this.version = version ?? DEFAULT_ISTIO;
    this.dnsCapture = dnsCapture ?? true;
    Object.freeze(this);
  }
}

export const CONTROL_PLANE_RULE: rules.Rule = {
  ...rules.instanceOf(
    ControlPlane,
    'make it with ControlPlane.istioctl(), .helmfile(), .sail(), .flux(), .argoCd() or .k3s()',
  ),
  inside: (path, value) => controlPlaneErrors(path, value as ControlPlane),
};

/** What is wrong with the settings, and between them and the install method. */
export function controlPlaneErrors(path: string, { method, version, props }: ControlPlane): FieldError[] {
  const errors = rules.checkProps(path, props, controlPlaneRules);
  if (errors.length > 0) return errors;
  return [
    ...wrongCompatibility(path, version, props),
    ...(method === 'sail' ? notInSail(path, version) : []),
  ];
}

function wrongCompatibility(
  path: string,
  version: string,
  { compatibilityVersion }: ControlPlaneProps,
): FieldError[] {
  const known = istioRelease(version)?.compatibleWith ?? [];
  if (compatibilityVersion === undefined || known.includes(compatibilityVersion)) return [];
  return [
    {
      path: `${path}.compatibilityVersion`,
      expected: `be an older release that ${version} can act as (${known.join(', ')})`,
      actual: show(compatibilityVersion),
      hint: 'choose one of these, or leave it out',
    },
  ];
}

function notInSail(path: string, version: string): FieldError[] {
  if (isInSail(version)) return [];
  return [
    {
      path: `${path}.version`,
      expected: 'be one that the Sail operator 1.30.3 installs: up to 1.28.10, 1.29.6 or 1.30.3',
      actual: show(version),
      hint: 'choose an older one, or another install method',
    },
  ];
}

/** What is wrong between an istiod's requests and limits. It does not count in a remote cluster, which has no istiod. */
export function istiodErrors(path: string, { props }: ControlPlane): FieldError[] {
  return resourceErrors(path, props, CHART_REQUESTS);
}
