import { answerHealth } from './health.js';

const groups = {
  healthz: {
    ping: () => undefined,
    slow: () => Promise.reject(new Error('too slow')),
    thrower: () => {
      throw new Error('broken');
    },
  },
  readyz: { ping: () => undefined },
};
const ask = (path: string, query = '') => answerHealth(groups, path, new URLSearchParams(query));

describe('health', () => {
  it('names each check and why it failed', async () => {
    expect(await ask('/healthz')).toEqual({
      status: 500,
      body: '[+]ping ok\n[-]slow failed: too slow\n[-]thrower failed: broken\nhealthz check failed\n',
    });
    expect(await ask('/readyz')).toEqual({ status: 200, body: '[+]ping ok\nreadyz check passed\n' });
  });

  it('answers one check by its name, and leaves some out', async () => {
    expect(await ask('/healthz/ping')).toMatchObject({ status: 200 });
    expect(await ask('/healthz/slow')).toMatchObject({ status: 500 });
    expect(await ask('/healthz', 'exclude=slow&exclude=thrower')).toMatchObject({ status: 200 });
  });

  it.each(['/', '/healthz/none', '/healthz/ping/x', '/other', '/constructor', '/toString'])(
    'has nothing at %s',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 404 });
    },
  );
});
