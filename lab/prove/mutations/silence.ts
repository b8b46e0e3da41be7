import type { PodRef } from '../../kubernetes/pod-ref';
import type { Lab } from '../../lab';
import type { Mutation } from '../mutation';

const TABLE = 'inet eastwest_silence';

/** No packet leaves or enters a pod any more, and no peer is told. */
export function silentNetwork(lab: Lab, { cluster, namespace, pod }: PodRef): Mutation {
  const nft = async (input: string) => {
    const { code, stderr } = await lab
      .cluster(cluster)
      .pods.inNetwork(namespace, pod, ['nft', '-f', '-'], { input });
    if (code !== 0) throw new Error(`${namespace}/${pod}: nft: ${stderr.trim()}`);
  };
  const chain = (hook: string, device: string) =>
    `chain ${hook} { type filter hook ${hook} priority -400; ${device} "lo" accept; drop; }\n`;
  return {
    name: 'a silent network',
    objects: [{ cluster, kind: 'Pod', namespace, name: pod }],
    apply: () => nft(`table ${TABLE} {\n${chain('input', 'iifname')}${chain('output', 'oifname')}}`),
    // added first, so that there is a table to delete
    revert: () => nft(`add table ${TABLE}\ndelete table ${TABLE}\n`),
  };
}
