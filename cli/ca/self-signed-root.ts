import { kubectl, type Target } from '../kubectl';
import { shellWord } from '../shell';
import { parsedCertificatesIn } from './certificate';
import { applyCommand, restartIstiodCommand } from './distribute';

/**
 * The Secret in which istiod keeps its self-signed root. istiod makes this root where no Secret `cacerts` exists when it starts
 * (istio/istio, security/pkg/pki/ca/ca.go, CASecret).
 */
const SELF_SIGNED_SECRET = 'istio-ca-secret';

/** The self-signed root of a cluster's istiod. */
export interface SelfSignedRoot {
  readonly cluster: string;
  readonly context: string;
  readonly namespace: string;
  readonly fingerprint: string;
}

/** Reads the certificate alone, because the Secret holds the root's key too. */
export function selfSignedRootOf(cluster: string, target: Target, namespace: string): SelfSignedRoot[] {
  const secret = ['get', 'secret', SELF_SIGNED_SECRET, '--namespace', namespace, '--ignore-not-found'];
  const encoded = kubectl(target, [...secret, '--output', 'jsonpath={.data.ca-cert\\.pem}']).trim();
  const [root] = parsedCertificatesIn(Buffer.from(encoded, 'base64').toString('utf8'));
  if (!root) return [];
  return [{ cluster, context: target.context, namespace, fingerprint: root.fingerprint256 }];
}

/** The text where proxies trust such a root. */
export function inUseText({ cluster, context, namespace }: SelfSignedRoot, folder: string): string[] {
  return [
    `${cluster}: istiod issues certificates under a self-signed root, which it keeps in the Secret ${namespace}/${SELF_SIGNED_SECRET}.`,
    'It started before the Secret cacerts existed. Proxies of the other clusters do not trust this root. Run these commands in this order:',
    '',
    '# 1. create cacerts',
    applyCommand(folder, cluster, context, namespace),
    '# 2. restart istiod, so that it issues certificates under cacerts',
    restartIstiodCommand(context, namespace),
    '# 3. delete the self-signed root',
    deleteCommand(context, namespace),
    '# 4. restart the pods whose proxies are listed above, and run this check again',
    '',
  ];
}

/** The text where no proxy trusts such a root any more. */
export function unusedText({ cluster, context, namespace }: SelfSignedRoot): string[] {
  return [
    `${cluster}: the Secret ${namespace}/${SELF_SIGNED_SECRET} holds an old self-signed root of istiod. No proxy trusts it. Delete it:`,
    deleteCommand(context, namespace),
    '',
  ];
}

function deleteCommand(context: string, namespace: string): string {
  return `kubectl --context ${shellWord(context)} --namespace ${namespace} delete secret ${SELF_SIGNED_SECRET}`;
}
