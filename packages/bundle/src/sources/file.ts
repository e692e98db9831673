import { readFile, stat } from 'node:fs/promises';

import { BundleError, rootReason, systemCode } from '../bundle-error.js';
import { sha256OfFile } from '../digest.js';
import { throwIfAborted } from '../transfer.js';

/** @throws BundleError */
export async function readLocal(path: string, maxBytes: number): Promise<Buffer> {
  const size = await sizeOf(path);
  if (size > maxBytes) {
    throw new BundleError('file_too_large', `${path} has ${size} bytes, more than the ${maxBytes} that it may have`);
  }
  return readFile(path).catch((cause: unknown) => {
    throw explain(path, cause);
  });
}

/**
 * Checks that a file on this machine is the one that is meant. It is used where it is; symbolic links are followed, as
 * mounted Kubernetes volumes are made of them.
 *
 * @param onDone is told how many of its bytes have been read.
 * @throws BundleError
 */
export async function verifyLocal(
  path: string,
  { sha256, size }: { readonly sha256: string; readonly size: number },
  onDone: (doneBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const actualSize = await sizeOf(path);
  if (actualSize !== size) {
    throw new BundleError('file_digest_mismatch', `${path} has ${actualSize} bytes, the manifest says ${size}`);
  }
  let doneBytes = 0;
  const digest = await sha256OfFile(path, signal, (count) => onDone((doneBytes += count))).catch((cause: unknown) => {
    throwIfAborted(signal, path);
    throw explain(path, cause);
  });
  if (digest !== sha256) {
    throw new BundleError('file_digest_mismatch', `${path} has sha256 ${digest}, the manifest says ${sha256}`);
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw explain(path, cause);
  });
  if (!found.isFile()) {
    throw new BundleError('source_not_found', `${path} is not a file`);
  }
  return found.size;
}

function explain(path: string, cause: unknown): BundleError {
  const message = `cannot read ${path}: ${rootReason(cause)}`;
  switch (systemCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new BundleError('source_not_found', message, { cause });
    case 'EACCES':
    case 'EPERM':
      return new BundleError('source_forbidden', message, { cause });
    default:
      return new BundleError('source_unreachable', message, { cause });
  }
}
