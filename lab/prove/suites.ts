import type { Suite } from './suite';
import { accountPermissions } from './suites/account-permissions';
import { adminPorts } from './suites/admin-ports';
import { allowedCallers } from './suites/allowed-callers';
import { certificateRenewal } from './suites/certificate-renewal';
import { databaseNetworkPolicies } from './suites/database-network-policies';
import { differentRoots } from './suites/different-roots';
import { galera } from './suites/galera';
import { gatewayChains } from './suites/gateway-chains';
import { gatewayMatrix } from './suites/gateway-matrix';
import { ingressGateways } from './suites/ingress-gateways';
import { installMethods } from './suites/install-methods';
import { interClusterConnections } from './suites/inter-cluster-connections';
import { localCallers } from './suites/local-callers';
import { noNetworkPolicies } from './suites/no-network-policies';
import { noSidecar } from './suites/no-sidecar';
import { followedOfferMutations, offerMutations } from './suites/offer-mutations';
import { otherPorts } from './suites/other-ports';
import { otherPortsPolicy } from './suites/other-ports-policy';
import { promotion } from './suites/promotion';
import { refusedCallers } from './suites/refused-callers';
import { registryOnlyNamespaces } from './suites/registry-only-namespaces';
import { remoteInjection } from './suites/remote-injection';
import { replication } from './suites/replication';
import { secondApply } from './suites/second-apply';
import { secretReaderRole } from './suites/secret-reader-role';

/** The suites of a proof. Those of one phase run in this order. */
export const SUITES: readonly Suite[] = [
  installMethods,
  secondApply,
  accountPermissions,
  allowedCallers,
  ingressGateways,
  refusedCallers,
  otherPorts,
  localCallers,
  gatewayChains,
  databaseNetworkPolicies,
  registryOnlyNamespaces,
  // counts the connections of those above, and must not count those of mutations and of the matrix
  interClusterConnections,

  gatewayMatrix,

  replication,
  galera,
  offerMutations,

  followedOfferMutations,
  otherPortsPolicy,
  certificateRenewal,
  secretReaderRole,
  noNetworkPolicies,
  adminPorts,
  noSidecar,
  remoteInjection,
  differentRoots,
  // leaves the old source paused
  promotion,
];
