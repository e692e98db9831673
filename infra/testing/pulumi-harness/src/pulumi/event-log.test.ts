import { changeCount, changingSteps, parseEventLog } from './event-log.js';

const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const step = (op: string, name: string, diffs: string[] = []): object => ({
  metadata: { op, urn: `urn:pulumi:dev::project::aws:s3/bucket:Bucket::${name}`, type: 'aws:s3/bucket:Bucket', diffs },
});

describe('an event log', () => {
  it('tells what was done to which resource, and why', () => {
    const log = parseEventLog(
      lines(
        { resourcePreEvent: step('same', 'first') },
        { resourcePreEvent: step('update', 'second', ['tags']) },
        { resOpFailedEvent: step('update', 'second', ['tags']) },
        { summaryEvent: { resourceChanges: { same: 1, update: 1 } } },
      ),
    );

    expect(log.steps.map(({ op }) => op)).toEqual(['same', 'update']);
    expect(changingSteps(log)).toMatchObject([{ op: 'update', diffs: ['tags'], type: 'aws:s3/bucket:Bucket' }]);
    expect(log.failed).toHaveLength(1);
    expect(changeCount(log)).toBe(1);
  });

  it('has messages without their colours, and none of those for debugging', () => {
    const log = parseEventLog(
      lines(
        { diagnosticEvent: { severity: 'error', message: '<{%fg 1%}>error: <{%reset%}>no such zone', urn: 'a' } },
        { diagnosticEvent: { severity: 'debug', message: 'password=hunter2' } },
      ),
    );

    expect(log.diagnostics).toEqual([{ severity: 'error', message: 'error: no such zone', urn: 'a' }]);
    expect(log.text).not.toContain('hunter2');
  });

  it('may end in the middle of a line', () => {
    expect(parseEventLog(`${lines({ resourcePreEvent: step('create', 'first') })}{"resource`).steps).toHaveLength(1);
  });

  it('is refused when a line in the middle is no JSON', () => {
    expect(() => parseEventLog('{"a":1}\nnot JSON\n')).toThrow('a line of the event log is no JSON: not JSON');
  });
});
