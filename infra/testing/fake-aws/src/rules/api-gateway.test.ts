import { Account, apiDocument, link, network, restApi, role } from '../../test/account.js';

async function ready() {
  const account = new Account();
  const net = await network(account);
  return { account, ...net, ...(await link(account, net)) };
}

describe('the document of a REST API', () => {
  const importing = async (change: Readonly<Record<string, unknown>>) => {
    const { account, ...parts } = await ready();
    return account.create('apigateway/restApi', 'faces', { name: 'faces', body: apiDocument(parts, change) });
  };

  test('is imported when it is OpenAPI 3.0', async () => {
    expect((await importing({})).state).toBe('active');
  });

  test('is refused as OpenAPI 3.1', async () => {
    await expect(importing({ openapi: '3.1.0' })).rejects.toThrow("Unsupported OpenAPI version '3.1.0'");
  });

  test('is refused with a method that leads nowhere', async () => {
    await expect(importing({ paths: { '/compare': { post: {} } } })).rejects.toThrow(
      'No integration defined for method: POST /compare',
    );
  });

  test.each([
    ['connectionId', "VPC link 'no-such' does not exist"],
    ['integrationTarget', "integrationTarget 'no-such' is not a load balancer"],
  ])('is refused with a %s that does not exist', async (key, message) => {
    const { account, ...parts } = await ready();
    const body = apiDocument(parts).replace(new RegExp(`"${key}":"[^"]+"`), `"${key}":"no-such"`);
    await expect(account.create('apigateway/restApi', 'faces', { name: 'faces', body })).rejects.toThrow(message);
    const api = await account.create('apigateway/restApi', 'faces', { name: 'faces', body: apiDocument(parts) });
    await expect(account.update(api, { body })).rejects.toThrow(message);
  });

  test('is refused when it is not JSON', async () => {
    const account = new Account();
    await expect(
      account.create('apigateway/restApi', 'faces', { name: 'faces', body: 'openapi: 3.0.1' }),
    ).rejects.toThrow('not a JSON object');
  });
});

describe('stages', () => {
  test('keep their deployment', async () => {
    const { account, ...parts } = await ready();
    const { deployment, stage } = await restApi(account, parts);
    await expect(account.delete(deployment)).rejects.toThrow('BadRequestException');
    await account.delete(stage, deployment);
  });

  test('keep the link that their API leads through', async () => {
    const { account, ...parts } = await ready();
    const { stage } = await restApi(account, parts);
    await expect(account.delete(parts.link)).rejects.toThrow(
      'is referenced in [POST:/compare:live] in format of [Method:Resource:Stage]',
    );
    await account.delete(stage, parts.link);
  });

  test('go with their API', async () => {
    const { account, ...parts } = await ready();
    const { api } = await restApi(account, parts);
    await account.delete(api);
    expect(account.world.leftovers().filter(({ row }) => row.startsWith('apigateway/'))).toEqual([]);
  });

  test('write access logs once the account has a role for that, into a group that exists', async () => {
    const { account, ...parts } = await ready();
    const { api, deployment } = await restApi(account, parts);
    const group = await account.create('cloudwatch/logGroup', 'access', { name: 'access' });
    const open = (destinationArn: string) =>
      account.create('apigateway/stage', 'logged', {
        restApi: api.id,
        deployment: deployment.id,
        stageName: 'logged',
        accessLogSettings: { destinationArn, format: '$context.requestId' },
      });
    await expect(open(group.arn)).rejects.toThrow(
      'CloudWatch Logs role ARN must be set in account settings to enable logging',
    );
    const logs = await role(account, 'logs', 'apigateway.amazonaws.com', ['AmazonAPIGatewayPushToCloudWatchLogs']);
    await account.create('apigateway/account', 'account', { cloudwatchRoleArn: logs.role.arn });
    await expect(open(`${group.arn}-other`)).rejects.toThrow('existing log group');
    expect((await open(group.arn)).state).toBe('active');
  });

  test('have to exist for settings and plans', async () => {
    const { account, ...parts } = await ready();
    const { api } = await restApi(account, parts);
    const plan = (stage: string) =>
      account.create('apigateway/usagePlan', 'p', { name: 'p', apiStages: [{ apiId: api.id, stage }] });
    await expect(plan('other')).rejects.toThrow('Invalid stage identifier');
    await plan('live');
    const settings = { restApi: api.id, methodPath: '*/*', settings: { throttlingRateLimit: 10 } };
    await expect(account.create('apigateway/methodSettings', 's', { ...settings, stageName: 'other' })).rejects.toThrow(
      'Invalid stage identifier',
    );
    await account.create('apigateway/methodSettings', 's', { ...settings, stageName: 'live' });
  });

  test('log executions only with the role of the account', async () => {
    const { account, ...parts } = await ready();
    const { api } = await restApi(account, parts);
    const inputs = { restApi: api.id, stageName: 'live', methodPath: '*/*', settings: { loggingLevel: 'INFO' } };
    await expect(account.create('apigateway/methodSettings', 's', inputs)).rejects.toThrow('CloudWatch Logs role ARN');
  });
});

test('an API without methods cannot be deployed', async () => {
  const account = new Account();
  const api = await account.create('apigateway/restApi', 'empty', { name: 'empty' });
  await expect(account.create('apigateway/deployment', 'd', { restApi: api.id })).rejects.toThrow(
    "doesn't contain any methods",
  );
});

describe('keys', () => {
  test('have 20 to 128 characters, each value once', async () => {
    const account = new Account();
    const make = (value: string) => account.create('apigateway/apiKey', 'k', { name: 'k', value });
    await expect(make('too-short')).rejects.toThrow('at least 20 and at most 128');
    await make('a-value-of-twenty-letters');
    await expect(make('a-value-of-twenty-letters')).rejects.toThrow('API Key already exists');
  });
});

describe('the logging role of the account', () => {
  test('needs the policy for it', async () => {
    const account = new Account();
    const { role: bare } = await role(account, 'logs', 'apigateway.amazonaws.com', []);
    const inputs = { cloudwatchRoleArn: bare.arn };
    await expect(account.create('apigateway/account', 'account', inputs)).rejects.toThrow(
      'does not have required permissions',
    );
  });

  test('is one setting: whoever sets it last wins', async () => {
    const account = new Account();
    const logs = await role(account, 'logs', 'apigateway.amazonaws.com', ['AmazonAPIGatewayPushToCloudWatchLogs']);
    await account.create('apigateway/account', 'one', { cloudwatchRoleArn: logs.role.arn });
    await account.create('apigateway/account', 'two', { cloudwatchRoleArn: '' });
    expect(account.world.entities.of('apigateway/account')).toHaveLength(1);
  });
});

describe('a link', () => {
  test('keeps its subnets and security groups while it goes, and its interfaces a minute longer', async () => {
    const { account, ...parts } = await ready();
    const seconds = await account.seconds(async () => {
      await account.delete(parts.link, parts.group);
    });
    expect(seconds).toBeGreaterThanOrEqual(310);
  });
});

test('a domain waits for its certificate', async () => {
  const account = new Account();
  const certificate = await account.create('acm/certificate', 'c', { domainName: 'faces.example.com' });
  const inputs = { domainName: 'faces.example.com', regionalCertificateArn: certificate.arn };
  await expect(account.create('apigateway/domainName', 'd', inputs)).rejects.toThrow('is not issued yet');
  await account.create('acm/certificateValidation', 'v', { certificateArn: certificate.arn });
  await account.create('apigateway/domainName', 'd', inputs);
});
