import type { ApiClient } from '../kubernetes/client';
import type { ClusterAddresses } from '../network/addresses';
import type { Network } from '../network/network';
import type { PodImagePrograms } from './images';

/** What all pods of a cluster share. */
export interface NodeContext {
  readonly lab: string;
  readonly cluster: string;
  readonly nodeName: string;
  readonly addresses: ClusterAddresses;
  readonly network: Network;
  readonly client: ApiClient;
  readonly podImages: PodImagePrograms;
  /** The folder for pods' files and logs. */
  readonly folder: string;
  readonly onEvent: (message: string) => void;
}
