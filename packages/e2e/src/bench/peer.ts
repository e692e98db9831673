import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFreePort, startProcess, type ManagedProcess } from '../service/managed-server.js';

const PEER_DIR = 'packages/e2e/peer';
const REQUIRED_MODULES = ['fastapi', 'uvicorn', 'numpy', 'cv2', 'onnxruntime'];

/** The peer, or why there is none. */
export type PeerStart =
  | { readonly kind: 'started'; readonly process: ManagedProcess; readonly version: string }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Starts the Python peer (packages/e2e/peer) on the same weights, with as many workers as the server has lanes, one
 * thread each. A missing Python or module is no failure: the comparison is then left out, by name.
 */
export async function startPeer(python: string, manifestPath: string, workers: number): Promise<PeerStart> {
  const probe = `import importlib.util as u, sys; print(' '.join(m for m in sys.argv[1:] if u.find_spec(m) is None))`;
  let missing: string;
  try {
    missing = (await promisify(execFile)(python, ['-c', probe, ...REQUIRED_MODULES])).stdout.trim();
  } catch (error) {
    return {
      kind: 'missing',
      reason: `${python} cannot be run: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (missing !== '') {
    return {
      kind: 'missing',
      reason: `${python} lacks ${missing}; install them with: ${python} -m pip install -r ${PEER_DIR}/requirements.txt`,
    };
  }
  const { stdout: version } = await promisify(execFile)(python, [
    '-c',
    "import sys, onnxruntime, cv2; print(f'Python {sys.version.split()[0]}, onnxruntime {onnxruntime.__version__}, OpenCV {cv2.__version__}')",
  ]);
  const port = await findFreePort();
  const process = await startProcess({
    name: 'the Python peer',
    command: python,
    args: [
      `${PEER_DIR}/peer_server.py`,
      ...['--manifest', manifestPath],
      ...['--port', String(port)],
      ...['--workers', String(workers)],
    ],
    // Every library's own pool, so that two workers are two threads.
    env: { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONUNBUFFERED: '1' },
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/ping',
    readyTimeoutMs: 120_000,
  });
  return { kind: 'started', process, version: version.trim() };
}
