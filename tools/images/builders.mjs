/** Building images with Docker or buildah: the same calls, so that the rest need not know which of them is there. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { root } from '../build.mjs';

/** The base of all images, unless another is asked for; pin it by digest for releases. */
export const OFFICIAL_BASE = 'docker.io/library/node:24-bookworm-slim';

/** Docker where it is there, else buildah. */
export function findBuilder({ standIn }) {
  if (!standIn && runs('docker', ['buildx', 'version'])) return new Docker();
  if (runs('buildah', ['--version'])) return new Buildah({ standIn });
  throw new Error(
    'neither docker (with buildx) nor buildah is there (apt-get install -y --no-install-recommends buildah)',
  );
}

class Docker {
  name = 'docker';

  baseImage() {
    return OFFICIAL_BASE;
  }

  async build({ label, context, file, tag, buildArgs, noCache }) {
    const args = ['build', '--progress', 'plain', '--network', 'host', '--file', file, '--tag', tag];
    // BuildKit takes what it writes into the image for the date of its making from this argument.
    const epoch = { SOURCE_DATE_EPOCH: '0' };
    await withSecrets((secrets) =>
      runBuild(label, 'docker', [
        ...args,
        ...(noCache ? ['--no-cache'] : []),
        ...buildArgsOf({ ...buildArgs, ...epoch }),
        ...secrets,
        context,
      ]),
    );
  }

  /** Digest of the image's configuration, and with it of all that is in it; undefined when there is no such image. */
  idOf(tag) {
    return tryOutput('docker', ['image', 'inspect', '--format', '{{.Id}}', tag]);
  }

  bytesOf(tag) {
    return Number(tryOutput('docker', ['image', 'inspect', '--format', '{{.Size}}', tag]));
  }

  save(tag, tar) {
    execFileSync('docker', ['save', '--output', tar, tag]);
  }

  /** Logs in to a registry; the password goes by standard input. */
  login(registry, password) {
    logIn('docker', registry, password);
  }

  /** Pushes an image under another name; returns the digest by which the registry knows it. */
  push(tag, image) {
    execFileSync('docker', ['tag', tag, image], { stdio: 'inherit' });
    execFileSync('docker', ['push', '--quiet', image], { stdio: ['ignore', 'ignore', 'inherit'] });
    const digests = JSON.parse(
      tryOutput('docker', ['image', 'inspect', '--format', '{{json .RepoDigests}}', image]) ?? '[]',
    );
    return checkedDigest(
      digests.find((name) => name.startsWith(`${image.replace(/:[^:/]*$/, '')}@`)),
      image,
    );
  }

  nextStep(tag) {
    return `docker run --rm --publish 8080:8080 ${tag}, or docker push ${tag}`;
  }
}

class Buildah {
  name = 'buildah';
  #env = process.env;
  #storage = [];
  #standIn;

  /** @param standIn to build on a stand-in for the base image, in a store of its own: where no registry can be reached */
  constructor({ standIn }) {
    this.#standIn = standIn;
    if (!standIn) return;
    const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'face-comparison-cluster');
    const store = process.env.FACE_COMPARISON_CLUSTER_CACHE ?? cache;
    this.#env = { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'overlay', ...process.env };
    this.#storage = ['--root', join(store, 'images'), '--runroot', join(store, 'images-run')];
  }

  baseImage() {
    if (!this.#standIn) return OFFICIAL_BASE;
    return execFileSync(join(root, 'packages/e2e/cluster/base-image.sh'), {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  }

  async build({ label, context, file, tag, buildArgs, noCache }) {
    const args = [...this.#storage, 'bud', '--format', 'oci', '--network', 'host', '--timestamp', '0'];
    await withSecrets((secrets) =>
      runBuild(
        label,
        'buildah',
        [
          ...args,
          ...(this.#standIn ? ['--pull-never'] : []),
          ...(noCache ? ['--no-cache'] : ['--layers']),
          ...buildArgsOf(buildArgs),
          ...secrets,
          ...['--file', file, '--tag', tag, context],
        ],
        this.#env,
      ),
    );
  }

  idOf(tag) {
    return this.#inspect('{{.FromImageID}}', tag);
  }

  bytesOf(tag) {
    const images = tryOutput('buildah', [...this.#storage, 'images', '--json', tag], this.#env);
    return images === undefined ? NaN : parseSize(JSON.parse(images)[0]?.size ?? '');
  }

  save(tag, tar) {
    // It appends to a file that is there.
    rmSync(tar, { force: true });
    const args = [...this.#storage, 'push', '--quiet', tag, `docker-archive:${tar}:${tag}`];
    execFileSync('buildah', args, { env: this.#env, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  login(registry, password) {
    logIn('buildah', registry, password);
  }

  push(tag, image) {
    const file = join(mkdtempSync(join(tmpdir(), 'face-comparison-push-')), 'digest');
    const args = [...this.#storage, 'push', '--quiet', '--digestfile', file, tag, `docker://${image}`];
    execFileSync('buildah', args, { env: this.#env, stdio: ['ignore', 'ignore', 'inherit'] });
    return checkedDigest(readFileSync(file, 'utf8').trim(), image);
  }

  nextStep(tag) {
    return ['buildah', ...this.#storage, 'push', tag, 'docker://REGISTRY/NAME:TAG'].join(' ');
  }

  #inspect(format, tag) {
    return tryOutput('buildah', [...this.#storage, 'inspect', '--type', 'image', '--format', format, tag], this.#env);
  }
}

/** `397 MB` in bytes, as buildah prints it. */
function parseSize(text) {
  const [, number, unit] = /^([\d.]+) ?([kMG]?)B$/.exec(text) ?? [];
  return Math.round(Number(number) * { '': 1, k: 1e3, M: 1e6, G: 1e9 }[unit ?? '']);
}

function buildArgsOf(buildArgs) {
  return Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
}

/**
 * Gives a build this machine's way to the npm registry: its settings, and the certificates that it trusts besides the
 * usual ones. As secrets they are there while a step runs, and never in a layer.
 */
async function withSecrets(build) {
  const folder = mkdtempSync(join(tmpdir(), 'images-'));
  try {
    const secrets = [];
    const own = join(homedir(), '.npmrc');
    const settings = existsSync(own) ? [readFileSync(own, 'utf8')] : [];
    const certificates = process.env.NODE_EXTRA_CA_CERTS ?? '';
    if (existsSync(certificates)) {
      settings.push('cafile=/run/secrets/certificates');
      secrets.push('--secret', `id=certificates,src=${certificates}`);
    }
    if (settings.length > 0) {
      writeFileSync(join(folder, 'npmrc'), `${settings.join('\n')}\n`, { mode: 0o600 });
      secrets.push('--secret', `id=npmrc,src=${join(folder, 'npmrc')}`);
    }
    await build(secrets);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a build, tells which step it is at, and shows all that it printed when it fails. */
function runBuild(label, command, args, env = process.env) {
  const isTerminal = process.stderr.isTTY === true;
  const started = performance.now();
  let toldAt = started;
  let printed = '';
  let step = '';
  const tell = () => {
    const now = performance.now();
    if (now - toldAt < (isTerminal ? 200 : 10_000)) return;
    toldAt = now;
    const line = `${label}: ${((now - started) / 1000).toFixed(0)} s, ${step}`.slice(0, 110);
    process.stderr.write(isTerminal ? `\r\u001b[2K${line}` : `${line}\n`);
  };
  const timer = setInterval(tell, 200);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        step = [...text.matchAll(/^(?:(?:\[\d+\/\d+\] )?STEP |#\d+ \[)(.*)$/gm)].at(-1)?.[1] ?? step;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`${printed}\n${command} ${args.join(' ')} ended with status ${code}; what is above says why`));
    });
  }).finally(() => {
    clearInterval(timer);
    if (isTerminal) process.stderr.write('\r\u001b[2K');
  });
}

function logIn(command, registry, password) {
  const { status, stderr } = spawnSync(command, ['login', '--username', 'AWS', '--password-stdin', registry], {
    input: password,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} login ${registry} failed: ${stderr.trim()}`);
}

function checkedDigest(text, image) {
  const [digest] = /sha256:[0-9a-f]{64}$/.exec(text ?? '') ?? [];
  if (digest === undefined) throw new Error(`${image} was pushed, but its digest is not known: got "${text}"`);
  return digest;
}

function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function tryOutput(command, args, env = process.env) {
  const { status, stdout } = spawnSync(command, args, { env, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
