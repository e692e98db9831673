// Loaded into a server and its lanes before their programs (NODE_OPTIONS=--import): each lane adds its process id to the file
// $LANE_PIDS, so that a test knows all that ever ran, however short their lives were.
import { appendFileSync } from 'node:fs';

const { LANE_PIDS } = process.env;
if (LANE_PIDS !== undefined && process.argv[1]?.endsWith('lane-process.js'))
  appendFileSync(LANE_PIDS, `${process.pid}\n`);
