#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/main.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`face-comparison: Node ${process.versions.node} is too old; 22.19 or later is needed.`);
  process.exitCode = 2;
} else if (!existsSync(fileURLToPath(program))) {
  console.error(
    'face-comparison: the command is not built yet. Run "npm ci && npm run build" at the root of the repository first.',
  );
  process.exitCode = 2;
} else {
  await import(program.href);
}
