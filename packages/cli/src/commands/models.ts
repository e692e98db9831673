import { table } from '../output/table.js';
import { UsageError } from '../program/cli-error.js';
import type { Command, CommandContext } from '../program/command.js';
import { EXIT } from '../program/exit-code.js';
import type { ServedVersion } from '../service/face-service.js';
import { openService, SERVICE_OPTIONS } from '../service/service-options.js';

export const modelsCommand: Command = {
  name: 'models',
  positionals: '',
  summary: 'the versions of the model that can be used',
  description:
    'Lists the versions that are loaded, their embedding spaces and what their similarities mean. Vectors can be\n' +
    'compared when they are of the same space, or of spaces that a version is said to be comparable with.',
  options: [{ name: 'json', help: 'the list as JSON' }, ...SERVICE_OPTIONS],
  examples: ['models', 'models --json --url https://faces.example.com'],
  exitCodes: { [EXIT.ok]: 'listed', [EXIT.error]: 'the service cannot be asked' },
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { args, out, signal } = context;
  if (args.positionals.length > 0)
    throw new UsageError(`models takes no arguments, and "${args.positionals[0] ?? ''}" came.`);
  const service = await openService(context, { concurrency: 1 });
  try {
    const versions = await service.versions(signal);
    if (args.has('json')) await out.json(versions);
    else await out.line(versionTable(versions));
    return EXIT.ok;
  } finally {
    await service.close();
  }
}

function versionTable(versions: readonly ServedVersion[]): string {
  const columns = [
    { title: 'version' },
    { title: 'answers' },
    { title: 'space' },
    { title: 'comparable with' },
    { title: 'numbers', isFigure: true },
    { title: 'threshold', isFigure: true },
    { title: 'strangers above it', isFigure: true },
    { title: 'same people above it', isFigure: true },
  ];
  return table(
    columns,
    versions.map((version) => {
      const { embeddingSpace, comparableWith, vectorLength, defaultThreshold, calibration } = version;
      const point = calibration.operatingPoints.find(({ similarity }) => similarity === defaultThreshold);
      const others = comparableWith.filter((space) => space !== embeddingSpace);
      return [
        version.version,
        answersOf(version),
        embeddingSpace,
        others.length > 0 ? others.join(' ') : '-',
        String(vectorLength),
        String(defaultThreshold),
        point === undefined ? '-' : `1 in ${Math.round(1 / point.far).toLocaleString('en')}`,
        point === undefined ? '-' : `${(point.tar * 100).toFixed(1)} %`,
      ];
    }),
  );
}

function answersOf({ isDefault, canaryWeight }: ServedVersion): string {
  if (canaryWeight !== undefined) return `${canaryWeight} % of clients`;
  return isDefault ? 'by default' : 'when named';
}
