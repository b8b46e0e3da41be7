import type { Container, Pod } from '../kubernetes/objects';

/** The part of a container's process that its pod's status reports. */
interface Ran {
  readonly exitCode: number | undefined;
}

/** A pod's status as a kubelet writes it. */
export function podStatus(
  pod: Pod,
  address: string,
  nodeAddress: string,
  processes: ReadonlyMap<string, Ran>,
  ready: ReadonlySet<string>,
): object {
  const { containers, initContainers = [] } = pod.spec;
  const sidecars = initContainers.filter((container) => container.restartPolicy === 'Always');
  const allReady = [...containers, ...sidecars].every((container) => ready.has(container.name));
  const phase = phaseOf(pod, containers, processes);
  const now = new Date().toISOString();
  const condition = (type: string, value: boolean) => ({
    type,
    status: value ? 'True' : 'False',
    lastTransitionTime: now,
  });
  const initialized = containers.every((container) => processes.has(container.name));
  return {
    phase,
    hostIP: nodeAddress,
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: now,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', initialized),
      condition('ContainersReady', allReady && phase === 'Running'),
      condition('Ready', allReady && phase === 'Running'),
    ],
    initContainerStatuses: initContainers.map((container) => containerStatus(container, processes, ready)),
    containerStatuses: containers.map((container) => containerStatus(container, processes, ready)),
  };
}

function phaseOf(pod: Pod, containers: readonly Container[], processes: ReadonlyMap<string, Ran>): string {
  const codes = containers.map((container) => processes.get(container.name)?.exitCode);
  if (!containers.every((container) => processes.has(container.name))) return 'Pending';
  if ((pod.spec.restartPolicy ?? 'Always') === 'Always' || codes.includes(undefined)) return 'Running';
  return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
}

function containerStatus(
  container: Container,
  processes: ReadonlyMap<string, Ran>,
  ready: ReadonlySet<string>,
): object {
  const process_ = processes.get(container.name);
  const running = process_ !== undefined && process_.exitCode === undefined;
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: container.image ?? '',
    restartCount: 0,
    started: running,
    ready: ready.has(container.name) && running,
    state: running
      ? { running: { startedAt: new Date().toISOString() } }
      : process_
        ? {
            terminated: {
              exitCode: process_.exitCode,
              reason: process_.exitCode === 0 ? 'Completed' : 'Error',
            },
          }
        : { waiting: { reason: 'PodInitializing' } },
  };
}
