import { parseArgs } from 'node:util';
import type { PhotoSpec } from '../bench/photos.js';
import { renderFlame } from '../plot/flame.js';
import { describeMachine, machineLine } from '../service/machine.js';
import { numberFlag, runProgram, type MissedGoal } from '../terminal/program.js';
import { Progress } from '../terminal/progress.js';
import { writeReportFile } from '../terminal/report-file.js';
import { LEGEND, requestTree, withoutNative } from './flame-tree.js';
import { profileModel, type ModelProfile } from './profile-model.js';
import { formatProfile, photoName } from './report.js';

const USAGE = `Takes single requests apart: a budget of their time, and flame graphs.

  npm run profile -- [--quick] [options]

  --quick              few requests, and no files: under two minutes
  --requests N         requests of a photo with one face (default 60; 8 with --quick); a fifth of them for one with many
  --report DIR         where profile.md and its figures go (default docs/benchmarks; nowhere with --quick)`;

const MODELS = [
  { name: 'default', manifestPath: 'models/default/manifest.json' },
  { name: 'default-int8', manifestPath: 'models/default-int8/manifest.json' },
] as const;

const HD = { widthPx: 1920, heightPx: 1080 } as const;
const PHOTOS: readonly PhotoSpec[] = [
  { widthPx: 640, heightPx: 480, faces: 1 },
  { ...HD, faces: 1 },
  { widthPx: 4096, heightPx: 3072, faces: 1 },
  { ...HD, faces: 20 },
];

/** What is drawn of each model. */
const DRAWN: Readonly<Record<(typeof MODELS)[number]['name'], readonly PhotoSpec[]>> = {
  default: [
    { ...HD, faces: 1 },
    { ...HD, faces: 20 },
  ],
  'default-int8': [{ ...HD, faces: 1 }],
};

const FLAME_WIDTH_PX = 1200;

async function main(): Promise<readonly MissedGoal[]> {
  const { values: flags } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      requests: { type: 'string' },
      report: { type: 'string' },
    },
  });
  const requests = numberFlag('requests', flags.requests, { min: 5, integer: true }) ?? (flags.quick ? 8 : 60);
  const reportDir = flags.report ?? (flags.quick ? undefined : 'docs/benchmarks');
  const countOf = ({ faces }: PhotoSpec): number => (faces === 1 ? requests : Math.round(requests / 5));

  const machine = describeMachine(new Date());
  const progress = new Progress({ label: 'measuring', total: MODELS.length * PHOTOS.length * 3 });
  const models: ModelProfile[] = [];
  for (const { manifestPath } of MODELS) {
    models.push(await profileModel(manifestPath, PHOTOS, countOf, () => progress.advance()));
  }
  progress.finish();
  const text = formatProfile(machine, models);
  console.log(`\n${text}`);
  if (reportDir === undefined) return [];
  await writeReportFile(reportDir, {
    name: 'profile',
    title: 'Where the time of a request goes',
    command: 'npm run profile',
    text,
    figures: Object.fromEntries(MODELS.flatMap(({ name }, i) => flamesOf(name, models[i], machineLine(machine)))),
  });
  return [];
}

function flamesOf(
  name: (typeof MODELS)[number]['name'],
  model: ModelProfile | undefined,
  machine: string,
): [string, string][] {
  return DRAWN[name].flatMap((drawn) => {
    const profile = model?.photos.find(({ photo }) => photo.widthPx === drawn.widthPx && photo.faces === drawn.faces);
    if (profile === undefined) return [];
    const { budget, samples, operators } = profile;
    const root = requestTree(budget, samples, operators);
    const rest = withoutNative(root);
    const svg = renderFlame({
      title: `A request: ${name}, ${photoName(drawn)}`,
      note: `Milliseconds that the client waits, by the median of ${budget.requests} requests; one lane, one request at a time; ${machine}`,
      unit: 'ms',
      widthPx: FLAME_WIDTH_PX,
      legend: LEGEND,
      panels: [
        { title: 'All of it', root },
        { title: 'Without libvips and onnxruntime', root: rest },
      ],
    });
    return [
      [`profile-${name}-${drawn.faces === 1 ? '1-face' : `${drawn.faces}-faces`}`, svg] satisfies [string, string],
    ];
  });
}

await runProgram(USAGE, main);
