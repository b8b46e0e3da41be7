/** Names a pod of a lab. */
export interface PodRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
}
