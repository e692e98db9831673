#!/usr/bin/env node
import { readFile } from 'node:fs/promises';

import { ConfigError, helpText, parseConfig } from './config.js';
import { createLogger } from './logger.js';
import { createOperator } from './operator.js';

/** Where Kubernetes tells a pod its namespace. */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

async function main(): Promise<void> {
  const ownNamespace = await readFile(NAMESPACE_FILE, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
  const config = parseConfig(process.argv.slice(2), process.env, ownNamespace);
  if (config === 'help') {
    process.stdout.write(helpText());
    return;
  }
  const log = createLogger(config.logLevel);
  log.info({ namespaces: config.namespaces, serverImage: config.serverImage, node: process.version }, 'starting');
  await createOperator(config, log, ownNamespace !== undefined).run();
  log.info({}, 'ended');
}

main().then(
  // Something may still be under way, a watch for instance.
  () => process.exit(0),
  (error: unknown) => {
    // What the caller can mend is said in a sentence; anything else is a defect, and its stack helps to find it.
    const mistake = mistakeOf(error);
    const text = mistake ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.stderr.write(`face-comparison-operator: ${text}\n`);
    process.exit(mistake === undefined ? 1 : 2);
  },
);

function mistakeOf(error: unknown): string | undefined {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return undefined;
  const port = 'port' in error ? String(error.port) : '';
  return `port ${port} is taken by another program; choose others with --metrics-port and --health-port`;
}
