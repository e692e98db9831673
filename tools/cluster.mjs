/** `npm run cluster -- up|down|status|control-plane [up|down|status]`: a real Kubernetes on this machine, see packages/e2e/cluster. */
import { spawn } from 'node:child_process';
import { root } from './build.mjs';

const USAGE = `A Kubernetes cluster of one node on this machine, for the e2e scenarios and for trying things out.

  npm run cluster -- up               start it; needs root and Linux
  npm run cluster -- status           what runs on it, and how to reach it
  npm run cluster -- down             end it, and remove all that it made
  npm run cluster -- control-plane    only etcd, API server and controller manager, on the loopback; needs no root
  npm run cluster -- control-plane down|status

With KUBECONFIG set, npm run e2e uses the cluster that it names instead.`;

/** Each command, and the script that does it. */
const COMMANDS = {
  up: ['up.sh'],
  down: ['down.sh'],
  status: ['status.sh'],
  'control-plane': ['control-plane.sh', 'up'],
  'control-plane up': ['control-plane.sh', 'up'],
  'control-plane down': ['control-plane.sh', 'down'],
  'control-plane status': ['control-plane.sh', 'status'],
};

const typed = process.argv.slice(2).join(' ');
if (typed === '--help') {
  console.log(USAGE);
  process.exit(0);
}
const [script, ...args] = COMMANDS[typed] ?? [];
if (script === undefined) {
  console.error(`${typed === '' ? 'say what to do with the cluster' : `there is no command "${typed}"`}\n\n${USAGE}`);
  process.exit(2);
}
const child = spawn(`${root}packages/e2e/cluster/${script}`, args, { stdio: 'inherit' });
// The script gets Ctrl-C from the terminal as well, and cleans up before it ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
