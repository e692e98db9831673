import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort, startProcess, type ManagedProcess } from '../service/managed-server.js';
import { canMeasureProcesses, measureTree } from '../service/processes.js';
import type { Accelerator } from './contenders.js';

const PEER_DIR = 'packages/e2e/peer';
const REQUIRED_MODULES = ['fastapi', 'uvicorn', 'numpy', 'cv2', 'onnxruntime'];

/** How the peer is run: processes, and threads of each. */
export interface PeerSetting {
  readonly workers: number;
  readonly threads: number;
}

/** A Python that can run the peer (packages/e2e/peer). */
export interface PeerProgram {
  readonly python: string;
  /** As in `Python 3.11.7, onnxruntime 1.30.0, OpenCV 5.0.0`. */
  readonly version: string;
  readonly manifestPath: string;
  readonly accelerator: Accelerator;
}

/** The peer, or why there is none. */
export type PeerSearch =
  { readonly kind: 'found'; readonly program: PeerProgram } | { readonly kind: 'missing'; readonly reason: string };

/**
 * Looks whether the Python peer can be run on this model. A missing Python or module is no failure: the comparison is then
 * left out, by name.
 */
export async function findPeer(python: string, manifestPath: string, accelerator: Accelerator): Promise<PeerSearch> {
  const missing = (reason: string): PeerSearch => ({ kind: 'missing', reason });
  const run = async (...args: string[]): Promise<string> => (await promisify(execFile)(python, args)).stdout.trim();
  let modules: string;
  try {
    const probe = `import importlib.util as u, sys; print(' '.join(m for m in sys.argv[1:] if u.find_spec(m) is None))`;
    modules = await run('-c', probe, ...REQUIRED_MODULES);
  } catch (error) {
    return missing(`${python} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (modules !== '') {
    return missing(
      `${python} lacks ${modules}; install them with: ${python} -m pip install -r ${PEER_DIR}/requirements.txt`,
    );
  }
  const providers = await run('-c', "import onnxruntime; print(' '.join(onnxruntime.get_available_providers()))");
  if (accelerator === 'nvidia' && !providers.includes('CUDAExecutionProvider')) {
    return missing(`the onnxruntime of ${python} has ${providers} and no CUDAExecutionProvider`);
  }
  const version = await run(
    '-c',
    "import sys, onnxruntime, cv2; print(f'Python {sys.version.split()[0]}, onnxruntime {onnxruntime.__version__}, OpenCV {cv2.__version__}')",
  );
  return { kind: 'found', program: { python, version, manifestPath, accelerator } };
}

/** Starts the peer on a free port. */
export async function startPeer(program: PeerProgram, { workers, threads }: PeerSetting): Promise<ManagedProcess> {
  const port = await findFreePort();
  const started = await startProcess({
    name: 'the Python peer',
    command: program.python,
    args: [
      `${PEER_DIR}/peer_server.py`,
      ...['--manifest', program.manifestPath],
      ...['--accelerator', program.accelerator],
      ...['--port', String(port)],
      ...['--workers', String(workers)],
      ...['--threads', String(threads)],
    ],
    // Every library's own pool, so that workers times threads is all there is.
    env: { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads), PYTHONUNBUFFERED: '1' },
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/ping',
    readyTimeoutMs: 600_000,
  });
  await othersAreReady(started.pid);
  return started;
}

const LOADING_DEADLINE_MS = 300_000;

/** The first worker answers while others still load their networks; once they have, none needs the CPU any more. */
async function othersAreReady(pid: number): Promise<void> {
  if (!canMeasureProcesses()) return;
  const deadlineMs = performance.now() + LOADING_DEADLINE_MS;
  for (let beforeMs = -Infinity; performance.now() < deadlineMs;) {
    const { cpuMs } = measureTree(pid);
    if (cpuMs - beforeMs < 20) return;
    beforeMs = cpuMs;
    await sleep(500);
  }
}
