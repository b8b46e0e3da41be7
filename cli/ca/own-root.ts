import { kubectl, type Target } from '../kubectl';
import { applyCommand } from './carry';
import { certificatesIn } from './chain';

/**
 * Where an istiod keeps the root that it made itself, because it found no Secret `cacerts` as it started
 * (security/pkg/pki/ca/ca.go, CASecret).
 */
const OWN_ROOT_SECRET = 'istio-ca-secret';

/** The root that a cluster's istiod made itself. */
export interface OwnRoot {
  readonly cluster: string;
  readonly context: string;
  readonly namespace: string;
  readonly fingerprint: string;
}

/** Asks for the certificate alone: the Secret has the root's key too. */
export function ownRootOf(cluster: string, target: Target, namespace: string): OwnRoot[] {
  const which = ['get', 'secret', OWN_ROOT_SECRET, '--namespace', namespace, '--ignore-not-found'];
  const certificate = kubectl(target, [...which, '--output', 'jsonpath={.data.ca-cert\\.pem}']).trim();
  if (certificate === '') return [];
  const [root] = certificatesIn(Buffer.from(certificate, 'base64').toString('utf8'));
  if (!root) return [];
  return [{ cluster, context: target.context, namespace, fingerprint: root.fingerprint256 }];
}

/** What is wrong where proxies trust such a root, and what to do. */
export function ownRootText({ cluster, context, namespace }: OwnRoot, folder: string): string[] {
  const kubectlThere = `kubectl --context ${context} --namespace ${namespace}`;
  return [
    `${cluster}: istiod signs with a root of its own, which it keeps in the Secret ${namespace}/${OWN_ROOT_SECRET}. It started before`,
    'the Secret cacerts was there. No cluster with another istiod trusts its proxies. To mend it, in this order:',
    '',
    '# make cacerts',
    applyCommand(folder, cluster, namespace),
    '# restart istiod, which then signs with cacerts',
    `${kubectlThere} rollout restart deployment --selector app=istiod`,
    '# delete the root that it made',
    `${kubectlThere} delete secret ${OWN_ROOT_SECRET}`,
    '# restart the pods whose proxies are listed above, and run this check again',
    '',
  ];
}

/** Where no proxy trusts such a root any more. */
export function leftOverText({ cluster, context, namespace }: OwnRoot): string[] {
  return [
    `${cluster}: no proxy trusts the root in the Secret ${namespace}/${OWN_ROOT_SECRET}, which istiod made itself at some time. Delete it:`,
    `kubectl --context ${context} --namespace ${namespace} delete secret ${OWN_ROOT_SECRET}`,
    '',
  ];
}
