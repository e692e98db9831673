#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { BundleError } from '@face-comparison/bundle';
import { ConfigError, helpText, parseConfig } from './config.js';
import { createLogger } from './logger.js';
import { startServer } from './server.js';

/** Where the default model lies in the repository and in the image, seen from packages/server/dist. */
const DEFAULT_MODEL = fileURLToPath(new URL('../../../models/default/manifest.json', import.meta.url));

async function main(): Promise<void> {
  const config = parseConfig(process.argv.slice(2), process.env, DEFAULT_MODEL);
  if (config === 'help') {
    process.stdout.write(helpText());
    return;
  }
  const logger = createLogger(config.logLevel);
  let giveUp: (error: Error) => void = () => undefined;
  const unusable = new Promise<Error>((resolve) => (giveUp = resolve));
  const server = await startServer(config, logger, giveUp);
  void unusable.then(async (error) => {
    await server.stop();
    fail(error.message, 1);
  });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(130); // asked twice: do not wait
    stopping = true;
    logger.info({ signal }, 'finishing requests, then ending');
    void server.stop().then(() => {
      logger.info('ended');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  logger.info(
    { host: config.host, port: server.port, metricsPort: server.metricsPort, lanes: config.lanes, pid: process.pid },
    'listening',
  );
  // A parent that started this process as a child of Node's, such as `npm start`, learns the ports.
  process.send?.({ host: config.host, port: server.port, metricsPort: server.metricsPort });
}

main().catch((error: unknown) => {
  // What the caller can mend is said in a sentence; anything else is a defect, and its stack helps to find it.
  if (error instanceof ConfigError || error instanceof BundleError) fail(error.message, 2);
  fail(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
});

function fail(message: string, status: number): never {
  process.stderr.write(`face-comparison-server: ${message}\n`);
  process.exit(status);
}
