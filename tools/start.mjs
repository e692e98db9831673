/** `npm start [-- options of the server]`: builds what has changed, starts the service, and says what to try. */
import { spawn } from 'node:child_process';
import { build, requireNode, root } from './build.mjs';

/** How often it is looked whether npm is still there. */
const PARENT_CHECK_MS = 500;

const args = process.argv.slice(2);
const parentPid = process.ppid;
const has = (flag) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
const onTerminal = process.stdout.isTTY === true;
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(1);

requireNode();
console.log('Building ...');
build('server', 'web', 'cli');

const defaults = [
  ...(has('--cache-dir') ? [] : ['--cache-dir', `${root}.cache/service`]),
  ...(has('--log-level') ? [] : ['--log-level', 'warn']),
];
// As the image starts it; see its Containerfile.
const program = ['--max-semi-space-size=2', `${root}packages/server/dist/main.js`];
const server = spawn(process.execPath, [...program, ...defaults, ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
// On SIGTERM npm ends its shell and not this process, which then gets another parent.
const parentCheck = setInterval(() => {
  if (process.ppid === parentPid) return;
  clearInterval(parentCheck); // a second signal would end the server at once
  server.kill('SIGTERM');
}, PARENT_CHECK_MS).unref();
server.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));

server.once(
  'message',
  ({ host, port, metricsPort }) => void announce(host.includes(':') ? `[${host}]` : host, port, metricsPort),
);

async function announce(host, port, metricsPort) {
  const url = `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${port}`;
  console.log('Loading the model (the first time, its memory-mapped form is made too) ...');
  while (
    !(await fetch(`${url}/v2/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const bold = (text) => (onTerminal ? `\u001b[1m${text}\u001b[0m` : text);
  const photos = 'models/default/golden/photos';
  const urlOption = url === 'http://127.0.0.1:8080' ? '' : ` --url ${url}`;
  console.log(`
${bold(`Face comparison is ready on ${url}`)} after ${seconds()} s. Stop it with Ctrl-C. Try, in another terminal, in this folder:

  two photos in a browser: ${url}/

  the faces of a photo:
    curl -s -H 'Content-Type: image/jpeg' --data-binary @${photos}/sample1.jpg '${url}/face_comparison?face_hash=false'

  compare two photos:
    printf '{"source":{"img":"%s"},"target":{"img":"%s"}}' "$(base64 < ${photos}/sample1.jpg | tr -d '\\n')" "$(base64 < ${photos}/sample2.jpg | tr -d '\\n')" \\
      | curl -s -H 'Content-Type: application/json' --data-binary @- ${url}/compare

  the same by the command, which also takes folders:
    npx face-comparison compare ${photos}/sample1.jpg ${photos}/sample2.jpg${urlOption}

  every call, to try: ${url}/docs    metrics: http://${host}:${metricsPort}/metrics    all options: npm start -- --help
`);
}
