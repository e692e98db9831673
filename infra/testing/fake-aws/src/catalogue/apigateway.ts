import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { dependency, holds, names, partOf } from './reference.js';

const bad = 'BadRequestException';
const ofApi = partOf('restApi', 'apigateway/restApi');

/** REST APIs, their stages, keys and plans, and the links into a network. */
export const apigateway: Rows = {
  'apigateway/restApi': {
    id: '*10',
    arn: 'arn:aws:apigateway:{region}::/restapis/{id}',
    autoname: 'name',
    latency: seconds(2, 2, 2, 'estimate: CreateRestApi and PutRestApi answer in a second each'),
    references: [names('endpointConfiguration.vpcEndpointIds', 'ec2/vpcEndpoint')],
    outputs: ({ id, region, account }) => ({
      rootResourceId: `${id.slice(0, 9)}0`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
      createdDate: '2026-11-01T00:00:00Z',
      apiKeySource: 'HEADER',
      description: '',
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { types: 'EDGE', ipAddressType: 'ipv4', vpcEndpointIds: [] },
      policy: '',
    }),
  },
  'apigateway/restApiPolicy': {
    id: '{restApiId}',
    latency: oneCall,
    replaceOn: ['restApiId'],
    references: [partOf('restApiId', 'apigateway/restApi')],
  },
  'apigateway/response': {
    id: 'aggr-{restApiId}-{responseType}',
    latency: oneCall,
    replaceOn: ['restApiId', 'responseType'],
    references: [partOf('restApiId', 'apigateway/restApi')],
  },
  'apigateway/deployment': {
    id: '*6',
    latency: oneCall,
    replaceOn: ['restApi', 'triggers'],
    references: [ofApi],
    outputs: () => ({ createdDate: '2026-11-01T00:00:00Z' }),
  },
  'apigateway/stage': {
    id: 'ags-{restApi}-{stageName}',
    arn: 'arn:aws:apigateway:{region}::/restapis/{restApi}/stages/{stageName}',
    unique: { by: ['restApi', 'stageName'], code: 'ConflictException' },
    latency: seconds(2, 2, 1, 'estimate: the call and a read'),
    replaceOn: ['restApi', 'stageName'],
    references: [ofApi, holds('deployment', 'apigateway/deployment', bad)],
    outputs: ({ inputs, region, account }) => ({
      invokeUrl: `https://${String(inputs['restApi'])}.execute-api.${region}.amazonaws.com/${String(inputs['stageName'])}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${String(inputs['restApi'])}/${String(inputs['stageName'])}`,
      webAclArn: '',
    }),
  },
  'apigateway/methodSettings': {
    id: '{restApi}-{stageName}-{methodPath}',
    latency: oneCall,
    replaceOn: ['restApi', 'stageName', 'methodPath'],
    references: [ofApi],
  },
  'apigateway/usagePlan': {
    id: '*6',
    arn: 'arn:aws:apigateway:{region}::/usageplans/{id}',
    autoname: 'name',
    latency: oneCall,
    references: [holds('apiStages[].apiId', 'apigateway/restApi', bad)],
  },
  'apigateway/apiKey': {
    id: '*10',
    arn: 'arn:aws:apigateway:{region}::/apikeys/{id}',
    autoname: 'name',
    latency: oneCall,
    replaceOn: ['name', 'value'],
    outputs: ({ digits }) => ({
      value: `${digits}${digits}${digits}`.slice(0, 40),
      createdDate: '2026-11-01T00:00:00Z',
      lastUpdatedDate: '2026-11-01T00:00:00Z',
      enabled: true,
      customerId: '',
    }),
  },
  'apigateway/usagePlanKey': {
    id: '{keyId}',
    unique: { by: ['keyId', 'usagePlanId'], code: 'ConflictException' },
    latency: oneCall,
    replaceOn: ['keyId', 'usagePlanId', 'keyType'],
    references: [partOf('keyId', 'apigateway/apiKey'), partOf('usagePlanId', 'apigateway/usagePlan')],
    outputs: ({ inputs }) => ({ name: `key ${String(inputs['keyId'])}`, value: '' }),
  },
  'apigateway/account': {
    id: 'api-gateway-account',
    latency: seconds(2, 2, 1, 'estimate: the call, repeated until the role can be assumed'),
    references: [names('cloudwatchRoleArn', 'iam/role')],
    outputs: () => ({
      throttleSettings: [{ burstLimit: 5000, rateLimit: 10000 }],
      apiKeyVersion: '4',
      features: ['UsagePlans'],
    }),
  },
  'apigateway/domainName': {
    id: '{domainName}',
    arn: 'arn:aws:apigateway:{region}::/domainnames/{domainName}',
    unique: { by: ['domainName'], code: 'ConflictException' },
    latency: seconds(5, 5, 2, 'estimate: a regional domain name; an edge one takes up to 40 min'),
    replaceOn: ['domainName'],
    references: [names('regionalCertificateArn', 'acm/certificate'), names('certificateArn', 'acm/certificate')],
    outputs: ({ digits, region }) => ({
      regionalDomainName: `d-${digits.slice(0, 10)}.execute-api.${region}.amazonaws.com`,
      regionalZoneId: 'Z2OJLYMUO9EFXC',
      cloudfrontDomainName: '',
      cloudfrontZoneId: 'Z2FDTNDATAQYW2',
      certificateUploadDate: '',
      domainNameId: digits.slice(0, 10),
      securityPolicy: 'TLS_1_2',
    }),
  },
  'apigateway/basePathMapping': {
    id: '{domainName}/{basePath}',
    latency: oneCall,
    replaceOn: ['domainName'],
    references: [partOf('domainName', 'apigateway/domainName'), names('restApi', 'apigateway/restApi')],
  },
  'apigatewayv2/vpcLink': {
    id: '*6',
    arn: 'arn:aws:apigateway:{region}::/vpclinks/{id}',
    autoname: 'name',
    latency: seconds(
      150,
      1,
      250,
      'half of 704 s for create and delete of a version 1 link in terraform-provider-aws PR 10407 (2019), split by estimate',
    ),
    replaceOn: ['subnetIds', 'securityGroupIds'],
    references: [
      holds('subnetIds', 'ec2/subnet', dependency),
      holds('securityGroupIds', 'ec2/securityGroup', dependency),
    ],
    failsForGood: true,
    interfacesLingerSeconds: 60,
  },
};
