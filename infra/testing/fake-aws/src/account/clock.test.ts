import { VirtualClock } from './clock.js';

test('an hour passes in a moment', async () => {
  const clock = new VirtualClock(1);
  // An hour of real time would end the test.
  await clock.sleep(3600);
  expect(clock.now()).toBe(3600);
});

test('what overlaps on AWS overlaps here', async () => {
  const clock = new VirtualClock(1);
  await Promise.all([clock.sleep(500), clock.sleep(120).then(() => clock.sleep(100)), clock.sleep(10)]);
  expect(clock.now()).toBe(500);
});

test('who waits is woken in the order of time', async () => {
  const clock = new VirtualClock(1);
  const order: number[] = [];
  await Promise.all([30, 10, 20].map((seconds) => clock.sleep(seconds).then(() => order.push(seconds))));
  expect(order).toEqual([10, 20, 30]);
});

describe('on timers of the test', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('time stands still while requests come', async () => {
    const clock = new VirtualClock(50);
    let woken = false;
    void clock.sleep(10).then(() => (woken = true));
    for (let request = 0; request < 20; request += 1) {
      await jest.advanceTimersByTimeAsync(49);
      clock.stir();
      expect(woken).toBe(false);
    }
    await jest.advanceTimersByTimeAsync(51);
    expect(woken).toBe(true);
  });
});

test('who is called off waits no longer and is forgotten', async () => {
  const clock = new VirtualClock(1);
  const controller = new AbortController();
  const waiting = clock.sleep(100, controller.signal);
  controller.abort(new Error('called off'));
  await expect(waiting).rejects.toThrow('called off');
  await clock.sleep(5);
  expect(clock.now()).toBe(5);
  await expect(clock.sleep(1, controller.signal)).rejects.toThrow('called off');
});

test('time can be moved on by hand', async () => {
  const clock = new VirtualClock(10_000);
  const waiting = clock.sleep(60);
  clock.advance(60);
  await waiting;
  expect(clock.now()).toBe(60);
});
