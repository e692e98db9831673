import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { partOf } from './reference.js';

/** Encryption keys. A deleted key is kept as pending for a week at least. */
export const keys: Rows = {
  'kms/key': {
    id: '{uuid}',
    arn: 'arn:aws:kms:{region}:{account}:key/{id}',
    latency: seconds(
      15,
      15,
      1,
      'estimate: the provider reads until tags, policy and rotation agree several times in a row',
    ),
    replaceOn: ['customerMasterKeySpec', 'keyUsage', 'multiRegion'],
    outputs: ({ id }) => ({
      keyId: id,
      keyUsage: 'ENCRYPT_DECRYPT',
      customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      isEnabled: true,
      multiRegion: false,
      rotationPeriodInDays: 365,
      policy: '{}',
    }),
  },
  'kms/alias': {
    id: '{name}',
    arn: 'arn:aws:kms:{region}:{account}:{name}',
    autoname: 'name',
    nameRule: { pattern: /^alias\/(?!aws\/)[\w/-]{1,250}$/, says: 'alias/ and then letters, digits and /_-' },
    unique: { by: ['name'], code: 'AlreadyExistsException' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix'],
    references: [partOf('targetKeyId', 'kms/key')],
    outputs: ({ inputs, region, account }) => ({
      targetKeyArn: `arn:aws:kms:${region}:${account}:key/${String(inputs['targetKeyId'])}`,
      namePrefix: '',
    }),
  },
};
