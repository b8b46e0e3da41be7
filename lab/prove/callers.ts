import type { Fleet } from '../../lib/model/fleet';
import type { Lab } from '../lab';
import type { Place } from './probe';

/** A pod to ask from. */
export interface CallerOptions {
  readonly cluster: string;
  readonly namespace: string;
  /** The service account that it runs as; made where it does not exist. @default default */
  readonly account?: string;
  /** A part of the pod's name, to tell callers of one account apart. */
  readonly suffix?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The namespaces that the prover makes, in every cluster; nobody offers anything to them. */
export const STRANGERS = 'eastwest-strangers';

/**
 * As STRANGERS, but without entries of its own. An entry for STRANGERS counts in all clusters of an istiod, so that callers there dial
 * by the offer's SNI in the offering cluster too.
 */
export const LOCALS = 'eastwest-locals';

/** A fleet of four clusters keeps two cores busy while pods start. */
const STARTS = 180_000;

/** Makes the pods from which the prover asks, each once. */
export class Callers {
  private readonly made = new Map<string, Promise<Place>>();

  constructor(
    private readonly lab: Lab,
    private readonly fleet: Fleet,
  ) {}

  /** A ready pod with a sidecar, in a namespace that exists or is made. */
  get(options: CallerOptions): Promise<Place> {
    const pod = `probe-${options.account ?? 'default'}${options.suffix ? `-${options.suffix}` : ''}`;
    const key = `${options.cluster}/${options.namespace}/${pod}`;
    const made = this.made.get(key) ?? this.make(options, pod);
    this.made.set(key, made);
    return made;
  }

  private async make(options: CallerOptions, pod: string): Promise<Place> {
    const { cluster: name, namespace, account = 'default', annotations, labels } = options;
    const cluster = this.lab.cluster(name);
    // strangers', or a client's that the fleet names and somebody else makes
    if (!(await cluster.client.find(`/api/v1/namespaces/${namespace}`)))
      await cluster.ensureNamespace(namespace, this.fleet.injectionLabels);
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}`;
    if (!(await cluster.client.find(path))) {
      await cluster.client.apply(path, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: account, namespace },
      });
    }
    await cluster.client.apply(`/api/v1/namespaces/${namespace}/pods/${pod}`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod, namespace, annotations, labels },
      spec: {
        serviceAccountName: account,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'probe', image: 'curlimages/curl', command: ['sleep', 'infinity'] }],
      },
    });
    await cluster.waitPodReady(namespace, pod, STARTS);
    return { cluster: name, namespace, pod };
  }
}
