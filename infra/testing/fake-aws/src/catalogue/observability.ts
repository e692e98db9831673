import type { Rows } from './kind.js';
import { oneCall } from './latency.js';
import { names, partOf } from './reference.js';

/** Logs, alarms, dashboards and where alarms are told. */
export const observability: Rows = {
  'cloudwatch/logGroup': {
    id: '{name}',
    arn: 'arn:aws:logs:{region}:{account}:log-group:{name}',
    autoname: 'name',
    nameRule: { pattern: /^[\w./#-]{1,512}$/, says: '1 to 512 letters, digits and _./#-' },
    unique: { by: ['name'], code: 'ResourceAlreadyExistsException' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix'],
    references: [names('kmsKeyId', 'kms/key')],
    outputs: () => ({
      logGroupClass: 'STANDARD',
      retentionInDays: 0,
      skipDestroy: false,
      namePrefix: '',
      deletionProtectionEnabled: false,
    }),
  },
  'cloudwatch/logMetricFilter': {
    id: '{name}',
    autoname: 'name',
    latency: oneCall,
    replaceOn: ['name', 'logGroupName'],
    references: [partOf('logGroupName', 'cloudwatch/logGroup')],
  },
  'cloudwatch/logResourcePolicy': { id: '{policyName}', latency: oneCall, replaceOn: ['policyName'] },
  'cloudwatch/metricAlarm': {
    id: '{name}',
    arn: 'arn:aws:cloudwatch:{region}:{account}:alarm:{name}',
    autoname: 'name',
    latency: oneCall,
    replaceOn: ['name'],
    outputs: () => ({ evaluateLowSampleCountPercentiles: '' }),
  },
  'cloudwatch/compositeAlarm': {
    id: '{alarmName}',
    arn: 'arn:aws:cloudwatch:{region}:{account}:alarm:{alarmName}',
    latency: oneCall,
    replaceOn: ['alarmName'],
  },
  'cloudwatch/dashboard': {
    id: '{dashboardName}',
    latency: oneCall,
    replaceOn: ['dashboardName'],
    outputs: ({ inputs, account }) => ({
      dashboardArn: `arn:aws:cloudwatch::${account}:dashboard/${String(inputs['dashboardName'])}`,
    }),
  },
  'sns/topic': {
    id: '{arn}',
    arn: 'arn:aws:sns:{region}:{account}:{name}',
    autoname: 'name',
    latency: oneCall,
    replaceOn: ['name', 'namePrefix', 'fifoTopic'],
    outputs: ({ account }) => ({ owner: account, beginningArchiveTime: '', policy: '{}' }),
  },
  'sns/topicSubscription': {
    id: '{topic}:{digits}',
    latency: oneCall,
    replaceOn: ['topic', 'protocol', 'endpoint'],
    references: [partOf('topic', 'sns/topic')],
    outputs: ({ account, id }) => ({
      ownerId: account,
      arn: id,
      pendingConfirmation: true,
      confirmationWasAuthenticated: false,
    }),
  },
};
