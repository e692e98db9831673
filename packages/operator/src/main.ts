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
  await createOperator(config, log).run();
  log.info({}, 'ended');
}

main().then(
  // Something may still be under way, a watch for instance.
  () => process.exit(0),
  (error: unknown) => {
    // What the caller can mend is said in a sentence; anything else is a defect, and its stack helps to find it.
    const isMistake = error instanceof ConfigError;
    const text = error instanceof Error ? (isMistake ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`face-comparison-operator: ${text}\n`);
    process.exit(isMistake ? 2 : 1);
  },
);
