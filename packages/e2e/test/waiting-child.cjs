// Tells its parent that it runs, and then waits to be ended.
process.send('running');
process.on('message', () => undefined);
