import { monitorEventLoopDelay } from 'node:perf_hooks';

// The same resolution as prom-client's, so that both figures mean the same.
const histogram = monitorEventLoopDelay({ resolution: 10 });
histogram.enable();
// Starting up is no stall.
setTimeout(() => histogram.reset(), 500);

process.on('message', () => {
  process.send?.(histogram.max / 1e6);
  histogram.reset();
});
