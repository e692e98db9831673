import { machineLine, type Machine } from '../service/machine.js';
import { markdownTable } from '../terminal/table.js';
import type { PhotoSpec } from '../bench/photos.js';
import type { OperatorShare } from './operators.js';
import type { ModelProfile, PhotoProfile } from './profile-model.js';
import { STAGES, type Stage } from './stages.js';

/** e.g. `640x480, 1 face`. */
export function photoName({ widthPx, heightPx, faces }: PhotoSpec): string {
  return `${widthPx}x${heightPx}, ${faces} ${faces === 1 ? 'face' : 'faces'}`;
}

/** The page, without its heading and figures. */
export function formatProfile(machine: Machine, models: readonly ModelProfile[]): string {
  const requests = models[0]?.photos.map(({ photo, budget }) => `${budget.requests} of ${photoName(photo)}`) ?? [];
  return [
    [
      `- ${machineLine(machine)}`,
      `- One lane, one request at a time (${requests.join('; ')}), JPEG as base64 in JSON; milliseconds of the client's waiting / of CPU time, medians.`,
    ].join('\n'),
    ...models.flatMap(({ model, photos }) => [
      `## ${model}`,
      budgetTable(photos),
      `Operators of onnxruntime, in milliseconds of a request:`,
      operatorTable(photos),
    ]),
  ].join('\n\n');
}

function budgetTable(photos: readonly PhotoProfile[]): string {
  const rows = STAGES.filter((stage) => photos.some(({ budget }) => budget.stages.has(stage))).flatMap((stage) => [
    [stage, ...photos.map(({ budget }) => cell(budget.stages.get(stage)))],
    ...headRows(stage, photos),
  ]);
  const sums = photos.map(({ budget }) => {
    const costs = [...budget.stages.values()];
    return {
      wallMs: costs.reduce((sum, { wallMs }) => sum + wallMs, 0),
      cpuMs: costs.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    };
  });
  const each = (text: (photo: PhotoProfile, i: number) => string): string[] => photos.map(text);
  return markdownTable(
    ['stage, waiting / CPU ms', ...photos.map(({ photo }) => photoName(photo))],
    [
      ...rows,
      ['**sum**', ...sums.map(cell)],
      ['measured whole', ...each(({ budget }) => cell(budget.total))],
      [
        'not accounted for',
        ...each(({ budget: { total } }, i) =>
          cell({ wallMs: total.wallMs - (sums[i]?.wallMs ?? 0), cpuMs: total.cpuMs - (sums[i]?.cpuMs ?? 0) }),
        ),
      ],
      ['mean CPU, with what does not come with each request', ...each(({ budget }) => `- / ${ms(budget.meanCpuMs)}`)],
      ...['queue', 'decode', 'detect', 'embed'].map((metric) => [
        `Server-Timing: ${metric}`,
        ...each(({ serverTiming }) => `${ms(serverTiming[metric] ?? 0)} / -`),
      ]),
    ],
  );
}

/** A run of all heads in one graph, divided by the operators of each. */
function headRows(stage: Stage, photos: readonly PhotoProfile[]): string[][] {
  const shares = photos.map(({ operators }) => operators.get(stage) ?? []);
  const heads = [...new Set(shares.flat().flatMap(({ head }) => head ?? []))];
  return heads.map((head) => [
    `- ${head}`,
    ...photos.map(({ budget }, i) => {
      const share = (shares[i] ?? []).filter((one) => one.head === head).reduce((sum, one) => sum + one.share, 0);
      const { wallMs, cpuMs } = budget.stages.get(stage) ?? { wallMs: 0, cpuMs: 0 };
      return cell({ wallMs: share * wallMs, cpuMs: share * cpuMs });
    }),
  ]);
}

/** Operators that take less than this of a request of one face are left out. */
const MIN_OPERATOR_MS = 0.1;

function operatorTable(photos: readonly PhotoProfile[]): string {
  const key = (stage: Stage, { head, operator }: OperatorShare): string =>
    `${stage.split(':')[0] ?? ''}${head === undefined ? '' : `, ${head}`}: ${operator}`;
  const columns = photos.map(({ budget, operators }) => {
    const column = new Map<string, number>();
    for (const [stage, shares] of operators) {
      for (const one of shares) column.set(key(stage, one), one.share * (budget.stages.get(stage)?.wallMs ?? 0));
    }
    return column;
  });
  const first = columns[0] ?? new Map<string, number>();
  const names = [...first].filter(([, value]) => value >= MIN_OPERATOR_MS).sort(([, a], [, b]) => b - a);
  return markdownTable(
    ['operator', ...photos.map(({ photo }) => photoName(photo))],
    names.map(([name]) => [name, ...columns.map((column) => ms(column.get(name) ?? 0))]),
  );
}

function cell(cost: { readonly wallMs: number; readonly cpuMs: number } | undefined): string {
  return cost === undefined ? '-' : `${ms(cost.wallMs)} / ${ms(cost.cpuMs)}`;
}

function ms(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
