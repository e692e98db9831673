import { EXIT } from './exit-code.js';
import { InterruptedError } from './cli-error.js';

/** A signal that aborts on Ctrl-C or SIGTERM. The second one ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (controller.signal.aborted) process.exit(interruptedCode(signal));
    controller.abort(new InterruptedError(signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
  return controller.signal;
}

/** The exit code of a program that a signal ended, as shells have it. */
export function interruptedCode(signal: 'SIGINT' | 'SIGTERM'): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
