import type { ProbeEvent } from './recording.js';
import { matchRuns, operatorShares, readOperatorProfile } from './operators.js';

const run = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur, args: {} });
const kernel = (name: string, operator: string, ts: number, dur: number) => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  ts,
  dur,
  args: { op_name: operator },
});

/** As onnxruntime writes it: a run comes after its operators. */
const PROFILE = JSON.stringify([
  { cat: 'Session', name: 'session_initialization', ts: 0, dur: 50, args: {} },
  kernel('a/1', 'Conv', 101, 60),
  kernel('Reorder_7', 'ReorderOutput', 165, 10),
  kernel('b/1', 'Conv', 180, 20),
  run(100, 100),
  kernel('a/1', 'Conv', 301, 40),
  run(300, 100),
]);

it('reads runs with their operators', () => {
  expect(readOperatorProfile(PROFILE).map(({ durationUs, operators }) => [durationUs, operators.length])).toEqual([
    [100, 3],
    [100, 1],
  ]);
  expect(readOperatorProfile(PROFILE)[0]?.operators[1]).toEqual({
    node: 'Reorder_7',
    operator: 'ReorderOutput',
    durationUs: 10,
  });
  expect(() => readOperatorProfile('{"traceEvents":[]}')).toThrow('expected a profile of onnxruntime');
});

it('gives operators their shares of the runs, and what onnxruntime put in the head before it', () => {
  const shares = operatorShares(readOperatorProfile(PROFILE), ['a', 'b']);
  expect(shares).toEqual([
    { head: 'a', operator: 'Conv', share: 0.5 },
    { head: 'b', operator: 'Conv', share: 0.1 },
    { head: 'a', operator: 'ReorderOutput', share: 0.05 },
  ]);
  expect(operatorShares(readOperatorProfile(PROFILE), []).map(({ head, operator }) => [head, operator])).toEqual([
    [undefined, 'Conv'],
    [undefined, 'ReorderOutput'],
  ]);
});

describe('matchRuns', () => {
  const noted = (session: number): ProbeEvent => ({
    moment: 'run-start',
    run: { session, outputs: ['a'], shape: [1] },
    atUs: 0,
    cpuUs: 0,
  });
  const timed = (durationUs: number) => ({ durationUs, operators: [] });

  it('takes the last runs of each session: those before were not noted', () => {
    const found = matchRuns([[timed(1), timed(2), timed(3)], [timed(4)]], [noted(0), noted(1), noted(0)]);
    expect(found.map(({ event, run: { durationUs } }) => [event.run?.session, durationUs])).toEqual([
      [0, 2],
      [0, 3],
      [1, 4],
    ]);
  });

  it('says when a session timed too few', () => {
    expect(() => matchRuns([[timed(1)]], [noted(0), noted(0)])).toThrow(
      'session 0: expected onnxruntime to time 2 runs, it timed 1',
    );
  });
});
