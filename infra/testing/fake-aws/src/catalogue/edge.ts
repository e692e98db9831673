import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { holds, names, partOf } from './reference.js';

/** Firewall rules, DNS records and certificates in front of an API. */
export const edge: Rows = {
  'wafv2/webAcl': {
    id: '{uuid}',
    arn: 'arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}',
    autoname: 'name',
    unique: { by: ['name', 'scope'], code: 'WAFDuplicateItemException' },
    latency: seconds(3, 3, 3, 'estimate: the call and its repetition while WAF is busy'),
    replaceOn: ['name', 'namePrefix', 'scope'],
    deleteRetrySeconds: 300,
    outputs: () => ({ capacity: 700, lockToken: '', applicationIntegrationUrl: '' }),
  },
  'wafv2/webAclAssociation': {
    id: '{webAclArn},{resourceArn}',
    latency: seconds(5, 1, 5, 'estimate: repeated until WAF has seen the stage'),
    replaceOn: ['webAclArn', 'resourceArn'],
    references: [
      holds('webAclArn', 'wafv2/webAcl', 'WAFAssociatedItemException'),
      partOf('resourceArn', 'apigateway/stage'),
    ],
  },
  'wafv2/webAclLoggingConfiguration': {
    id: '{resourceArn}',
    latency: oneCall,
    replaceOn: ['resourceArn'],
    references: [partOf('resourceArn', 'wafv2/webAcl')],
  },
  'route53/zone': {
    id: 'Z*',
    arn: 'arn:aws:route53:::hostedzone/{id}',
    latency: seconds(40, 1, 40, 'estimate: waits until INSYNC'),
    replaceOn: ['name'],
    outputs: ({ id }) => ({ zoneId: id, nameServers: [], primaryNameServer: '', comment: 'Managed by Pulumi' }),
  },
  'route53/record': {
    id: '{zoneId}_{name}_{type}',
    unique: { by: ['zoneId', 'name', 'type', 'setIdentifier'], code: 'InvalidChangeBatch' },
    latency: seconds(40, 40, 40, 'estimate: Route 53 says that a change is in sync within 60 s'),
    replaceOn: ['zoneId', 'name', 'type', 'setIdentifier'],
    references: [holds('zoneId', 'route53/zone', 'HostedZoneNotEmpty')],
    outputs: ({ inputs }) => ({ fqdn: inputs['name'] }),
  },
  'acm/certificate': {
    id: '{arn}',
    arn: 'arn:aws:acm:{region}:{account}:certificate/{uuid}',
    latency: seconds(8, 1, 1, 'estimate: waits for its validation options'),
    replaceOn: ['domainName', 'validationMethod', 'subjectAlternativeNames'],
    outputs: ({ inputs, digits }) => ({
      status: 'PENDING_VALIDATION',
      validationMethod: 'DNS',
      domainValidationOptions: [
        {
          domainName: inputs['domainName'],
          resourceRecordName: `_${digits}.${String(inputs['domainName'])}.`,
          resourceRecordType: 'CNAME',
          resourceRecordValue: `_${digits}.acm-validations.aws.`,
        },
      ],
    }),
  },
  'acm/certificateValidation': {
    id: '{certificateArn}-validation',
    latency: seconds(120, 1, 1, 'estimate: DNS validation is seen to take a few minutes'),
    replaceOn: ['certificateArn', 'validationRecordFqdns'],
    references: [names('certificateArn', 'acm/certificate')],
  },
};
