import { readFile } from 'node:fs/promises';
import Type, { type TSchema, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ControlPlaneReport } from '../../control-plane/report.js';
import type { ScenarioRun } from '../run-record.js';

const RunsSchema = Type.Array(
  Type.Object({
    name: Type.String({ minLength: 1 }),
    what: Type.String(),
    startedMs: Type.Number(),
    endedMs: Type.Number(),
    marks: Type.Array(Type.Object({ atMs: Type.Number(), label: Type.String() })),
    records: Type.Array(
      Type.Object({
        n: Type.Integer(),
        route: Type.Enum(['service', 'pin', 'pod']),
        who: Type.String(),
        sentMs: Type.Number(),
        receivedMs: Type.Number(),
        status: Type.Integer(),
        code: Type.Optional(Type.String()),
        version: Type.Optional(Type.String()),
        space: Type.Optional(Type.String()),
      }),
    ),
    figures: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
    error: Type.Optional(Type.String()),
  }),
);

const ControlPlaneSchema = Type.Object({
  machine: Type.Object({
    cpu: Type.String(),
    cores: Type.Number(),
    memoryGiB: Type.Number(),
    os: Type.String(),
    node: Type.String(),
    simd: Type.Array(Type.String()),
    date: Type.String(),
  }),
  results: Type.Array(
    Type.Object({
      name: Type.String(),
      what: Type.String(),
      tookMs: Type.Number(),
      figures: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Array(Type.String())]),
        ),
      ),
      error: Type.Optional(Type.String()),
    }),
  ),
});

/** What `rollouts/main.js --json FILE` wrote. @throws Error naming the file and the field that is none */
export async function readRuns(file: string): Promise<ScenarioRun[]> {
  return read(file, RunsSchema);
}

/** What `control-plane/main.js PART --json FILE` wrote. @throws Error naming the file and the field that is none */
export async function readControlPlane(file: string): Promise<ControlPlaneReport> {
  return read(file, ControlPlaneSchema);
}

async function read<Schema extends TSchema>(file: string, schema: Schema): Promise<Static<Schema>> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  const validator = Compile(schema);
  if (validator.Check(value)) return value;
  const [error] = validator.Errors(value);
  throw new Error(`${file}: ${error?.instancePath ?? ''} ${error?.message ?? 'is not what was expected'}`);
}
