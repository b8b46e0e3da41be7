import { DEFAULT_ISTIO, ISTIO_VERSION, isInSail, istioRelease } from './istio-release';
import { type Problem, show } from './problem';
import { resourceProblems } from './quantity';
import * as rules from './rules';

/** How Istio gets into the clusters. */
export type InstallMethod = 'istioctl' | 'helmfile' | 'sail' | 'flux' | 'argoCd' | 'k3s';

/** What is said of Istio itself, the same whatever installs it; every setting has a default. */
export interface ControlPlaneProps {
  /**
   * Istio's version: of three numbers, 1.28 to 1.31. `istioctl install` installs its own version, which must be this one.
   * @default 1.30.3
   */
  readonly version?: string;
  /**
   * The older minor release, such as 1.28, whose defaults are kept: for a fleet that is upgraded cluster by cluster.
   * https://istio.io/latest/docs/setup/additional-setup/compatibility-versions/
   * @default - none: those of the version
   */
  readonly compatibilityVersion?: string;
  /**
   * Whether proxies answer for names that only the mesh knows. Offers are dialled by such names.
   * @default true
   */
  readonly dnsCapture?: boolean;
  /**
   * Whether proxies run as native sidecars, which start before the application and end after it. Without them,
   * `holdApplicationUntilProxyStarts` has the application wait.
   * @default - istiod decides: native where every kubelet is 1.33 or later; elsewhere the application waits
   */
  readonly nativeSidecars?: boolean;
  /**
   * How many istiods run in a cluster, where their number is fixed.
   * @default - 1 to 5, by load
   */
  readonly replicas?: number;
  /**
   * CPU request of an istiod, a Kubernetes quantity: more than 0, and at most cpuLimit.
   * @default - the chart's: 500m
   */
  readonly cpuRequest?: string;
  /**
   * Memory request of an istiod, a Kubernetes quantity: more than 0, and at most memoryLimit.
   * @default - the chart's: 2048Mi
   */
  readonly memoryRequest?: string;
  /**
   * CPU limit of an istiod, a Kubernetes quantity.
   * @default - none
   */
  readonly cpuLimit?: string;
  /**
   * Memory limit of an istiod, a Kubernetes quantity.
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

/** How Istio is installed: one description, in the method that a fleet's operators work with. */
export class ControlPlane {
  /** A file for `istioctl install -f`. */
  public static istioctl(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('istioctl', props);
  }

  /** A helmfile with Istio's charts, in the order namespaces, CRDs, operators, services; and the values for each chart. */
  public static helmfile(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('helmfile', props);
  }

  /** An Istio resource for the Sail operator. */
  public static sail(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('sail', props);
  }

  /** HelmReleases for Flux. */
  public static flux(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('flux', props);
  }

  /** An Application for Argo CD, to be applied where Argo CD runs. */
  public static argoCd(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('argoCd', props);
  }

  /** HelmCharts for the controller that k3s and RKE2 bring. */
  public static k3s(props: ControlPlaneProps = {}): ControlPlane {
    return new ControlPlane('k3s', props);
  }

  private constructor(
    public readonly method: InstallMethod,
    public readonly props: ControlPlaneProps,
  ) {}

  public get version(): string {
    return this.props?.version ?? DEFAULT_ISTIO;
  }

  public get dnsCapture(): boolean {
    return this.props?.dnsCapture ?? true;
  }

  public problems(path: string): Problem[] {
    const problems = rules.checkProps(path, this.props, controlPlaneRules);
    return problems.length > 0 ? problems : [...this.compatibilityProblems(path), ...this.sailProblems(path)];
  }

  /** What is wrong between an istiod's requests and limits, where it has any: a remote cluster has no istiod. */
  public istiodProblems(path: string): Problem[] {
    return resourceProblems(path, this.props, CHART_REQUESTS);
  }

  private compatibilityProblems(path: string): Problem[] {
    const { compatibilityVersion } = this.props;
    const known = istioRelease(this.version)?.compatibleWith ?? [];
    if (compatibilityVersion === undefined || known.includes(compatibilityVersion)) return [];
    return [
      {
        path: `${path}.compatibilityVersion`,
        must: `be an older release that ${this.version} can act as (${known.join(', ')})`,
        got: show(compatibilityVersion),
        advice: 'choose one of these, or leave it out',
      },
    ];
  }

  private sailProblems(path: string): Problem[] {
    if (this.method !== 'sail' || isInSail(this.version)) return [];
    return [
      {
        path: `${path}.version`,
        must: 'be one that the Sail operator 1.30.3 installs: up to 1.28.10, 1.29.6 or 1.30.3',
        got: show(this.version),
        advice: 'choose an older one, or another install method',
      },
    ];
  }
}

export const CONTROL_PLANE_RULE: rules.Rule = {
  ...rules.instanceOf(
    ControlPlane,
    'make it with ControlPlane.istioctl(), .helmfile(), .sail(), .flux(), .argoCd() or .k3s()',
  ),
  inside: (path, value) => (value as ControlPlane).problems(path),
};
