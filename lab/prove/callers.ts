import { ensureNamespace } from '../kubernetes/apply';
import type { PodRef } from '../kubernetes/pod-ref';
import type { Lab } from '../lab';

/** The pod of a client. */
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

/** The namespace of unauthorized clients, which the lab makes in every cluster: no offer names it. */
export const UNAUTHORIZED = 'eastwest-unauthorized';
/** An account that no offer names, in a namespace of which an offer names another account. */
export const UNAUTHORIZED_ACCOUNT = 'eastwest-unauthorized';

/** An annotation for callers without a proxy. */
export const NO_PROXY: Readonly<Record<string, string>> = { 'sidecar.istio.io/inject': 'false' };
/**
 * A namespace of clients inside a cluster that has no entries of its own. An entry for UNAUTHORIZED holds in all clusters of an istiod, so
 * that clients there dial by the offer's SNI in the offering cluster too.
 */
export const LOCAL_CLIENTS = 'eastwest-local-clients';

/** A fleet of four clusters keeps two cores busy while pods start. */
const START_TIMEOUT = 180_000;

/** Makes the pods from which checks dial, each once. */
export class Callers {
  private readonly made = new Map<string, Promise<PodRef>>();

  constructor(
    private readonly lab: Lab,
    private readonly namespaceLabels: Readonly<Record<string, string>>,
  ) {}

  /** A ready pod. Its namespace and account are made where they do not exist. */
  get(options: CallerOptions): Promise<PodRef> {
    const pod = `client-${options.account ?? 'default'}${options.suffix ? `-${options.suffix}` : ''}`;
    const key = `${options.cluster}/${options.namespace}/${pod}`;
    const made = this.made.get(key) ?? this.make(options, pod);
    this.made.set(key, made);
    return made;
  }

  private async make(options: CallerOptions, pod: string): Promise<PodRef> {
    const { cluster: name, namespace, account = 'default', annotations, labels } = options;
    const cluster = this.lab.cluster(name);
    if (!(await cluster.client.find(`/api/v1/namespaces/${namespace}`)))
      await ensureNamespace(cluster.client, namespace, this.namespaceLabels);
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
        containers: [{ name: 'client', image: 'curlimages/curl', command: ['sleep', 'infinity'] }],
      },
    });
    await cluster.pods.waitPodReady(namespace, pod, START_TIMEOUT);
    return { cluster: name, namespace, pod };
  }
}
