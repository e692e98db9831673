import Type, { type Static } from 'typebox';
import Value from 'typebox/value';

const Span = Type.Object({
  name: Type.String(),
  startSeconds: Type.Number(),
  endSeconds: Type.Number(),
  isCritical: Type.Boolean(),
});

const Timeline = Type.Object({
  program: Type.Enum(['platform', 'service']),
  command: Type.Enum(['up', 'destroy']),
  seconds: Type.Number(),
  spans: Type.Array(Span),
});

const Outcome = Type.Object({
  name: Type.String(),
  what: Type.String(),
  outcome: Type.Enum(['passed', 'failed', 'skipped']),
  note: Type.Optional(Type.String()),
});

const EngineResults = Type.Object({
  timelines: Type.Array(Timeline),
  scenarios: Type.Array(Outcome),
});

/** How long the resources of a program take, laid out as their dependencies allow. */
export type Timeline = Static<typeof Timeline>;

/** What infra/testing/pulumi-harness writes with `--json`. */
export type EngineResults = Static<typeof EngineResults>;

/**
 * Parses what infra/testing/pulumi-harness wrote.
 * @throws Error naming the first place that is not as expected
 */
export function parseEngineResults(text: string): EngineResults {
  const value: unknown = JSON.parse(text);
  if (Value.Check(EngineResults, value)) return value;
  const [first] = Value.Errors(EngineResults, value);
  throw new Error(
    `not the results of infra/testing/pulumi-harness: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
  );
}
