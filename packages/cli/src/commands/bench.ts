import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FaceComparisonError } from '@face-comparison/client';
import { readPhoto } from '../inputs/read-photo.js';
import { table } from '../output/table.js';
import { CliError, UsageError } from '../program/cli-error.js';
import type { Command, CommandContext } from '../program/command.js';
import { EXIT } from '../program/exit-code.js';
import { forEach } from '../program/for-each.js';
import { chooseVersion } from '../service/choose-version.js';
import {
  CONNECTION_OPTIONS,
  CONCURRENCY_OPTION,
  DETAIL_OPTION,
  detailOf,
  openRemote,
  urlOf,
  VERSION_OPTION,
} from '../service/service-options.js';

/** A photo with three faces, as it lies in the repository. */
const SAMPLE = fileURLToPath(new URL('../../../../models/default/golden/photos/sample1.jpg', import.meta.url));

const DEFAULT_SECONDS = 10;
/** Calls before the clock runs, a caller: connections are made and code is compiled. */
const WARM_UP_CALLS = 2;

export const benchCommand: Command = {
  name: 'bench',
  positionals: '[URL]',
  summary: 'throughput and latency of a running service',
  description:
    'Sends one photo again and again, so many calls at a time, and says how many a second were answered and how long\n' +
    'they took. Calls that fail are counted and not tried again. It is for a first impression: it runs on one thread.',
  options: [
    { name: 'photo', value: 'FILE', help: 'the photo to send (a sample photo of the repository, with three faces)' },
    { name: 'seconds', value: 'N', help: `how long (${DEFAULT_SECONDS})` },
    { name: 'requests', value: 'N', help: 'stop after so many calls' },
    { name: 'json', help: 'the figures as JSON' },
    { name: 'no-vectors', help: 'find faces only' },
    DETAIL_OPTION,
    VERSION_OPTION,
    CONCURRENCY_OPTION,
    ...CONNECTION_OPTIONS,
  ],
  examples: ['bench http://127.0.0.1:8080', 'bench --concurrency 8 --seconds 30 --photo crowd.jpg'],
  exitCodes: {
    [EXIT.ok]: 'every call was answered',
    [EXIT.no]: 'some calls failed',
    [EXIT.error]: 'it could not be measured',
  },
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { args, out, messages, signal } = context;
  const [url = urlOf(context), ...more] = args.positionals;
  if (more.length > 0) throw new UsageError(`bench takes one URL, and ${args.positionals.length} came.`);
  if (args.positionals.length > 0 && args.text('url') !== undefined) {
    throw new UsageError('The service is named twice, as an argument and with --url; which one is it?');
  }
  const durationMs = (args.number('seconds', { min: 0.1, max: 86_400 }) ?? DEFAULT_SECONDS) * 1000;
  const most = args.number('requests', { min: 1, max: 1e9, integer: true }) ?? Infinity;
  const concurrency = args.number('concurrency', { min: 1, max: 256, integer: true }) ?? 4;
  const detail = detailOf(args);
  const { photo } = await readPhoto(args.text('photo') ?? (await samplePhoto()));
  const service = await openRemote(context, { url: url.replace(/\/+$/, ''), retries: 0 });
  const { version } = chooseVersion(service, await service.versions(signal), args.text('model-version'));
  const vectors = !args.has('no-vectors');
  const call = { modelVersion: version, vectors, landmarks: false, quality: false, detail, signal };
  messages.note(`Asking ${service.name}, ${concurrency} at a time ...`);

  const latenciesMs: number[] = [];
  const failures = new Map<string, number>();
  let faces = 0;
  for (let i = 0; i < WARM_UP_CALLS; i++) faces = (await service.analyze(photo, call)).faces.length;
  let asked = 0;
  const startedMs = performance.now();
  await forEach(Array.from({ length: concurrency }), { concurrency, signal }, async (_, stop) => {
    while (performance.now() - startedMs < durationMs && asked < most) {
      asked++;
      const askedMs = performance.now();
      try {
        await service.analyze(photo, { ...call, signal: stop });
        latenciesMs.push(performance.now() - askedMs);
      } catch (error) {
        if (!(error instanceof FaceComparisonError)) throw error;
        failures.set(error.code, (failures.get(error.code) ?? 0) + 1);
      }
    }
  });
  const elapsedS = (performance.now() - startedMs) / 1000;
  if (latenciesMs.length === 0) {
    throw new CliError(`No call was answered: ${[...failures].map(([code, n]) => `${n} x ${code}`).join(', ')}.`);
  }

  latenciesMs.sort((a, b) => a - b);
  const figures = {
    modelVersion: version,
    facesOfPhoto: faces,
    concurrency,
    seconds: round(elapsedS),
    answered: latenciesMs.length,
    failed: Object.fromEntries(failures),
    requestsPerSecond: round(latenciesMs.length / elapsedS),
    latencyMs: {
      p50: round(quantile(latenciesMs, 0.5)),
      p90: round(quantile(latenciesMs, 0.9)),
      p99: round(quantile(latenciesMs, 0.99)),
      max: round(latenciesMs.at(-1) ?? 0),
    },
  };
  if (args.has('json')) await out.json(figures);
  else {
    const { latencyMs, requestsPerSecond, answered } = figures;
    const failed = [...failures].map(([code, count]) => `${count} ${code}`).join(', ');
    await out.line(
      table(
        ['requests/s', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'answered', 'failed'].map((title) => ({
          title,
          isFigure: true,
        })),
        [
          [requestsPerSecond, latencyMs.p50, latencyMs.p90, latencyMs.p99, latencyMs.max, answered, failed || '0'].map(
            String,
          ),
        ],
      ),
    );
  }
  return failures.size > 0 ? EXIT.no : EXIT.ok;
}

/** The value below which a share of the sorted values lies (nearest rank). */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

async function samplePhoto(): Promise<string> {
  try {
    await access(SAMPLE);
    return SAMPLE;
  } catch (cause) {
    throw new UsageError('--photo FILE is missing: there is no sample photo here.', { cause });
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
