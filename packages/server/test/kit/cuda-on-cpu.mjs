// Loaded into a lane before its program (NODE_OPTIONS=--import): there, what is asked to run on CUDA runs on the CPU. All else
// is as on a machine with a GPU.
import { createRequire } from 'node:module';

if (process.argv[1]?.endsWith('lane-process.js')) {
  const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node');
  const create = InferenceSession.create.bind(InferenceSession);
  InferenceSession.create = (model, options) => {
    if (options.executionProviders[0]?.name !== 'cuda') throw new Error('expected CUDA to be asked for');
    return create(model, { ...options, executionProviders: ['cpu'] });
  };
}
