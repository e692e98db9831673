import { readFile } from 'node:fs/promises';
import { numbersAt, objectAt, parseObject, stringAt, stringsAt, type JsonObject } from './json.js';

/** What the engine decided to do with one resource. */
export interface Step {
  /** `create`, `update`, `delete`, `same`, `replace`, ... */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** The properties for which it is updated or replaced. */
  readonly diffs: readonly string[];
}

/** A message to the user. */
export interface Diagnostic {
  readonly severity: string;
  readonly urn: string;
  readonly message: string;
}

/** What one preview, update, refresh or destroy did, as its event log tells. */
export interface EventLog {
  /** The file's text without messages of severity debug: in those the SDK itself writes secrets, and shows them with --debug alone. */
  readonly text: string;
  /** Each resource that a step was begun for, in order. */
  readonly steps: readonly Step[];
  /** Those whose step failed. */
  readonly failed: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
  /** How many resources were created, updated, deleted, ... or left the same; empty when the run was cut off. */
  readonly changes: Readonly<Record<string, number>>;
}

/** Reads an event log, which the CLI writes with `--event-log FILE`: one event a line. A missing file is an empty log. */
export async function readEventLog(file: string): Promise<EventLog> {
  return parseEventLog(await readFile(file, 'utf8').catch(() => ''));
}

/** @throws Error when a line is no JSON object; the last line may be cut off, as it is when the CLI was killed */
export function parseEventLog(text: string): EventLog {
  const steps: Step[] = [];
  const failed: Step[] = [];
  const diagnostics: Diagnostic[] = [];
  let changes: Readonly<Record<string, number>> = {};
  const shown: string[] = [];
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  for (const line of complete.split('\n')) {
    if (line === '') continue;
    const event = parseObject(line, 'a line of the event log');
    const begun = objectAt(event, 'resourcePreEvent');
    if (begun) steps.push(stepOf(begun));
    const failure = objectAt(event, 'resOpFailedEvent');
    if (failure) failed.push(stepOf(failure));
    const diagnostic = objectAt(event, 'diagnosticEvent');
    if (diagnostic && stringAt(diagnostic, 'severity') === 'debug') continue;
    shown.push(line);
    if (diagnostic) {
      diagnostics.push({
        severity: stringAt(diagnostic, 'severity'),
        urn: stringAt(diagnostic, 'urn'),
        message: withoutColours(stringAt(diagnostic, 'message')),
      });
    }
    const summary = objectAt(event, 'summaryEvent');
    if (summary) changes = numbersAt(summary, 'resourceChanges');
  }
  return { text: shown.join('\n'), steps, failed, diagnostics, changes };
}

/** The steps that change something, without those that the engine calls the same or only looks at. */
export function changingSteps(log: EventLog): Step[] {
  return log.steps.filter(({ op }) => !['same', 'read', 'refresh', 'read-discard', 'discard'].includes(op));
}

/** How many resources a run changes: all of the summary but what stays the same. */
export function changeCount(log: EventLog): number {
  return Object.entries(log.changes)
    .filter(([op]) => op !== 'same' && op !== 'read')
    .reduce((sum, [, count]) => sum + count, 0);
}

function stepOf(event: JsonObject): Step {
  const metadata = objectAt(event, 'metadata') ?? {};
  return {
    op: stringAt(metadata, 'op'),
    urn: stringAt(metadata, 'urn'),
    type: stringAt(metadata, 'type'),
    diffs: stringsAt(metadata, 'diffs'),
  };
}

/** The engine marks colours as `<{%fg 1%}>`. */
function withoutColours(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, '');
}
