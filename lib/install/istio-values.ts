import { meshNetworks } from '../mesh/mesh-networks';
import type { ControlPlaneProps } from '../model/control-plane';
import type { InstallPlan } from '../plan/install';

/** What istiod of one cluster must be told, in the words of Istio's istiod chart, whatever installs it. */
export interface IstioValues {
  /** The chart's own set of defaults for clusters without an istiod. */
  readonly profile?: 'remote';
  readonly revision?: string;
  readonly compatibilityVersion?: string;
  readonly meshConfig?: object;
  readonly global: object;
  readonly istiodRemote?: object;
  readonly pilot?: IstiodValues;
}

/** Settings of istiod's own pods, which the charts take with the prefix `pilot` as without. */
export interface IstiodValues {
  readonly volumes?: readonly object[];
  readonly volumeMounts?: readonly object[];
  readonly [setting: string]: unknown;
}

/**
 * The gateway is not in it: the charts bring their own.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export function istioValues(plan: InstallPlan): IstioValues {
  const { revision, settings, remoteIstiod } = plan;
  const { compatibilityVersion } = settings;
  return {
    ...(revision ? { revision } : {}),
    ...(compatibilityVersion ? { compatibilityVersion } : {}),
    ...(remoteIstiod ? remoteValues(plan, remoteIstiod) : primaryValues(plan)),
  };
}

function remoteValues(plan: InstallPlan, remotePilotAddress: string): IstioValues {
  const { trustDomain } = plan;
  return {
    profile: 'remote',
    // the primary's istiod reads it from the remote's ConfigMap `istio`, and takes the remote's pods for ones of cluster.local
    // where it is not there (pilot/pkg/serviceregistry/kube/controller/multicluster.go)
    ...(trustDomain === 'cluster.local' ? {} : { meshConfig: { trustDomain } }),
    global: { ...identity(plan), remotePilotAddress },
    // by it the primary's istiod knows for which cluster it injects
    istiodRemote: { injectionPath: `/inject/cluster/${plan.clusterName}/net/${plan.network}` },
  };
}

function primaryValues(plan: InstallPlan): IstioValues {
  const { trustDomain, trustDomainAliases, exposesIstiod, networks, settings } = plan;
  return {
    meshConfig: {
      trustDomain,
      // a server takes nobody of a trust domain that is neither its own nor an alias of it
      ...(trustDomainAliases.length > 0 ? { trustDomainAliases } : {}),
      defaultConfig: proxyConfig(plan),
    },
    global: {
      ...identity(plan),
      ...(exposesIstiod ? { externalIstiod: true } : {}),
      meshNetworks: meshNetworks(networks),
    },
    pilot: istiodSettings(settings),
  };
}

function identity({ istioNamespace, meshId, clusterName, network }: InstallPlan): object {
  return {
    ...(istioNamespace === 'istio-system' ? {} : { istioNamespace }),
    meshID: meshId,
    multiCluster: { clusterName },
    network,
  };
}

function proxyConfig({ dnsCapture, settings }: InstallPlan): object {
  return {
    // where native sidecars are not in use, an application would dial before its proxy can answer
    ...(settings.nativeSidecars ? {} : { holdApplicationUntilProxyStarts: true }),
    // the names of remote pods are known to the mesh, not to Kubernetes' DNS
    ...(dnsCapture ? { proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } } : {}),
  };
}

function istiodSettings(props: ControlPlaneProps): IstiodValues {
  const { nativeSidecars, replicas, cpuRequest, memoryRequest, cpuLimit, memoryLimit } = props;
  const requests = given({ cpu: cpuRequest, memory: memoryRequest });
  const limits = given({ cpu: cpuLimit, memory: memoryLimit });
  return {
    env: {
      ...(nativeSidecars === undefined ? {} : { ENABLE_NATIVE_SIDECARS: String(nativeSidecars) }),
      ROOT_CA_DIR: CACERTS.mountPath,
    },
    ...given({
      autoscaleEnabled: replicas === undefined ? undefined : false,
      replicaCount: replicas,
      resources: requests || limits ? given({ requests, limits }) : undefined,
    }),
    volumes: [{ name: CACERTS.name, secret: { secretName: 'cacerts' } }],
    volumeMounts: [{ ...CACERTS, readOnly: true }],
  };
}

/**
 * Where istiod finds `cacerts`. The chart mounts the Secret at /etc/cacerts as optional: an istiod that starts before it is there signs
 * with a root of its own, which no other cluster trusts. A second volume, not optional, keeps istiod's pod in ContainerCreating until the
 * Secret exists; it must be mounted, because a kubelet does not wait for what no container mounts. And istiod reads this one: the kubelet
 * has filled the optional one before the Secret was there, and it may still be empty when the pod starts (seen in the lab).
 * (istio-discovery/templates/deployment.yaml and zzy_descope_legacy.yaml; pilot/pkg/bootstrap/istio_ca.go, LocalCertDir; 1.28 to 1.31)
 */
const CACERTS = { name: 'cacerts-required', mountPath: '/etc/cacerts-required' };

/** What was said, or undefined where nothing was. */
function given(fields: { [key: string]: unknown }): object | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
