/** `npm start [-- options of the server]`: builds what has changed, starts the service, and says what to try. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const has = (flag) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
const onTerminal = process.stdout.isTTY === true;
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(1);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: 22.19 or later is needed. "npm ci" brings Node 24 along for Linux, macOS and Windows; run it, and start with "npm start".`,
  );
  process.exit(2);
}

console.log('Building ...');
const build = spawnSync(
  process.execPath,
  [fileURLToPath(import.meta.resolve('nx/bin/nx.js')), 'build', 'server', '--outputStyle=static'],
  {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  },
);
if (build.status !== 0) {
  console.error(`${build.stdout}${build.stderr}`);
  console.error('The build failed; what is above says where.');
  process.exit(1);
}

const defaults = [
  ...(has('--cache-dir') ? [] : ['--cache-dir', `${root}.cache/service`]),
  ...(has('--log-level') ? [] : ['--log-level', 'warn']),
];
const server = spawn(process.execPath, [`${root}packages/server/dist/main.js`, ...defaults, ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
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
  console.log(`
${bold(`Face comparison is ready on ${url}`)} after ${seconds()} s. Stop it with Ctrl-C. Try, in another terminal, in this folder:

  the faces of a photo:
    curl -s -H 'Content-Type: image/jpeg' --data-binary @${photos}/sample1.jpg '${url}/face_comparison?face_hash=false'

  compare two photos:
    printf '{"source":{"img":"%s"},"target":{"img":"%s"}}' "$(base64 < ${photos}/sample1.jpg | tr -d '\\n')" "$(base64 < ${photos}/sample2.jpg | tr -d '\\n')" \\
      | curl -s -H 'Content-Type: application/json' --data-binary @- ${url}/compare

  in a browser: ${url}/docs    metrics: http://${host}:${metricsPort}/metrics    all options: npm start -- --help
`);
}
