// Lets Node, which strips types by itself, find './x.ts' where a source says './x.js'. For tests that need a process.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOwn = specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/');
    return nextResolve(isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
