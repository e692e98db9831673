import { apiGatewayRules } from './api-gateway.js';
import { clusterRules } from './cluster.js';
import { identityRules } from './identities.js';
import { keyRules } from './keys.js';
import { networkRules } from './network.js';
import { nodeRules } from './nodes.js';
import type { Rules } from './rule.js';
import { storageRules } from './storage.js';

/** AWS's behaviour that the catalogue cannot say, by resource type. */
export const rules: Rules = {
  ...networkRules,
  ...identityRules,
  ...clusterRules,
  ...nodeRules,
  ...apiGatewayRules,
  ...storageRules,
  ...keyRules,
};
