import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { LocalService } from '../local/local-service.js';
import type { Arguments, OptionSpec } from '../program/arguments.js';
import { CliError, UsageError } from '../program/cli-error.js';
import type { CommandContext } from '../program/command.js';
import { RateLimit } from '../program/rate-limit.js';
import type { Detail, FaceService } from './face-service.js';
import { limitRate } from './limited-service.js';
import { RemoteService } from './remote-service.js';
import { reasonOf } from '../program/reason.js';

export const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_TIMEOUT_S = 30;
/** A lane a process; more of them than this share the memory's bandwidth and little is won. */
const MOST_LOCAL_PROCESSES = 4;
/** Enough to keep a service busy, too few to fill its queue. */
const REMOTE_CONCURRENCY = 4;

/** How a service is reached. */
export const CONNECTION_OPTIONS: readonly OptionSpec[] = [
  { name: 'url', value: 'URL', help: `where the service is (FACE_COMPARISON_URL; ${DEFAULT_URL})` },
  {
    name: 'api-key-file',
    value: 'FILE',
    help: 'a file with the key of the service (or the key in FACE_COMPARISON_API_KEY)',
  },
  {
    name: 'timeout',
    value: 'SECONDS',
    help: `how long a photo may take, with all attempts (${DEFAULT_TIMEOUT_S})`,
  },
  { name: 'model-name', value: 'NAME', help: 'name of the model of the service (default)' },
];

/** Options of commands that work with a service or without one. */
export const SERVICE_OPTIONS: readonly OptionSpec[] = [
  ...CONNECTION_OPTIONS,
  { name: 'local', help: 'compute on this machine; no service is needed' },
  {
    name: 'model',
    value: 'MANIFEST',
    multiple: true,
    help: 'with --local: the model, a path or URL of its manifest.json; several for several versions',
  },
];

export const CONCURRENCY_OPTION: OptionSpec = {
  name: 'concurrency',
  value: 'N',
  help: `photos at a time (${REMOTE_CONCURRENCY}; with --local one for each core, at most ${MOST_LOCAL_PROCESSES})`,
};

export const VERSION_OPTION: OptionSpec = {
  name: 'model-version',
  value: 'VERSION',
  help: 'use this version of the model and no other',
};

export const DETAIL_OPTION: OptionSpec = {
  name: 'detail',
  value: 'LEVEL',
  help: 'normal, or high: finds smaller faces in photos of crowds and takes several times as long',
};

/** How closely to look. */
export function detailOf(args: Arguments): Detail {
  const text = args.text('detail') ?? 'normal';
  if (text === 'normal' || text === 'high') return text;
  throw new UsageError(`--detail must be normal or high, and ${JSON.stringify(text)} came.`);
}

/** Photos at a time. */
export function concurrencyOf(args: Arguments): number {
  const own = args.has('local') ? Math.min(MOST_LOCAL_PROCESSES, availableParallelism()) : REMOTE_CONCURRENCY;
  return args.number('concurrency', { min: 1, max: 256, integer: true }) ?? own;
}

/** The URL of the service. */
export function urlOf({ args, env }: CommandContext): string {
  const url = args.text('url') ?? nonEmpty(env['FACE_COMPARISON_URL']) ?? DEFAULT_URL;
  return url.replace(/\/+$/, '');
}

/** A running service as the options name it. */
export async function openRemote(
  context: CommandContext,
  { url = urlOf(context), retries = 5 }: { readonly url?: string; readonly retries?: number } = {},
): Promise<RemoteService> {
  const { args, env } = context;
  const timeoutS = args.number('timeout', { min: 0.1, max: 3600 }) ?? DEFAULT_TIMEOUT_S;
  return new RemoteService({
    url,
    apiKey: await apiKeyOf(args.text('api-key-file'), env['FACE_COMPARISON_API_KEY']),
    timeoutMs: timeoutS * 1000,
    modelName: args.text('model-name'),
    retries,
  });
}

/** The service as the options name it: elsewhere, or on this machine. */
export async function openService(
  context: CommandContext,
  { concurrency, perSecond }: { readonly concurrency: number; readonly perSecond?: number | undefined },
): Promise<FaceService> {
  const { args, env, messages } = context;
  const models = args.texts('model');
  let service: FaceService;
  if (args.has('local')) {
    if (args.text('url') !== undefined) throw new UsageError('--local and --url exclude each other: which one is it?');
    service = await LocalService.open({ models, env, processes: concurrency, note: (text) => messages.note(text) });
  } else {
    if (models.length > 0) {
      throw new UsageError('--model names a model to compute with on this machine; it goes with --local.');
    }
    service = await openRemote(context);
  }
  return perSecond === undefined ? service : limitRate(service, new RateLimit(perSecond));
}

async function apiKeyOf(file: string | undefined, fromEnvironment: string | undefined): Promise<string | undefined> {
  if (file === undefined) return nonEmpty(fromEnvironment);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliError(`The key cannot be read from ${file}: ${reasonOf(cause)}`, {
      cause,
    });
  }
  const [key = '', ...more] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (key === '' || more.length > 0) {
    throw new CliError(`${file} must hold one line, the key, and it has ${key === '' ? 0 : more.length + 1}.`);
  }
  return key.trim();
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
