import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { holds } from './reference.js';

const conflict = 'DeleteConflict';
const name = { pattern: /^[\w+=,.@-]{1,64}$/, says: '1 to 64 letters, digits and _+=,.@-' };

/** Identities. A role with a policy on it cannot go. */
export const iam: Rows = {
  'iam/role': {
    id: '{name}',
    arn: 'arn:aws:iam::{account}:role{path}{name}',
    autoname: 'name',
    nameRule: name,
    unique: { by: ['name'], code: 'EntityAlreadyExists' },
    latency: seconds(2, 1, 1, 'estimate: the call, and a read that sees it'),
    replaceOn: ['name', 'namePrefix', 'path'],
    outputs: ({ digits }) => ({
      uniqueId: `AROA${digits.toUpperCase()}`,
      createDate: '2026-11-01T00:00:00Z',
      path: '/',
      description: '',
      maxSessionDuration: 3600,
      forceDetachPolicies: false,
      managedPolicyArns: [],
      inlinePolicies: [],
      namePrefix: '',
    }),
  },
  'iam/policy': {
    id: '{arn}',
    arn: 'arn:aws:iam::{account}:policy{path}{name}',
    autoname: 'name',
    nameRule: { pattern: /^[\w+=,.@-]{1,128}$/, says: '1 to 128 letters, digits and _+=,.@-' },
    unique: { by: ['name'], code: 'EntityAlreadyExists' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix', 'path', 'description'],
    outputs: ({ digits }) => ({ policyId: `ANPA${digits.toUpperCase()}`, attachmentCount: 0, path: '/' }),
  },
  'iam/rolePolicy': {
    id: '{role}:{name}',
    autoname: 'name',
    nameRule: { pattern: /^[\w+=,.@-]{1,128}$/, says: '1 to 128 letters, digits and _+=,.@-' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix', 'role'],
    references: [holds('role', 'iam/role', conflict)],
  },
  'iam/rolePolicyAttachment': {
    id: '{role}/{policyArn}',
    latency: oneCall,
    replaceOn: ['role', 'policyArn'],
    references: [holds('role', 'iam/role', conflict), holds('policyArn', 'iam/policy', conflict)],
  },
  'iam/instanceProfile': {
    id: '{name}',
    arn: 'arn:aws:iam::{account}:instance-profile/{name}',
    autoname: 'name',
    nameRule: { pattern: /^[\w+=,.@-]{1,128}$/, says: '1 to 128 letters, digits and _+=,.@-' },
    unique: { by: ['name'], code: 'EntityAlreadyExists' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix', 'path'],
    references: [holds('role', 'iam/role', conflict)],
    outputs: ({ digits }) => ({ uniqueId: `AIPA${digits.toUpperCase()}` }),
  },
  'iam/openIdConnectProvider': {
    id: '{arn}',
    arn: 'arn:aws:iam::{account}:oidc-provider/{url}',
    latency: oneCall,
    replaceOn: ['url'],
  },
};
