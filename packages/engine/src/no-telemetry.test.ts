/** What the environment said when onnxruntime was loaded. */
const seen: (string | undefined)[] = [];

describe.each(['session', 'tensor'])('onnxruntime loaded by %s', (file) => {
  it('was told before to send no telemetry', async () => {
    jest.resetModules();
    jest.doMock('onnxruntime-node', () => {
      seen.push(process.env['ORT_DISABLE_TELEMETRY']);
      return { env: {}, InferenceSession: {}, Tensor: {}, listSupportedBackends: () => [] };
    });
    delete process.env['ORT_DISABLE_TELEMETRY'];
    seen.length = 0;
    await import(`./${file}.js`);
    expect(seen).toEqual(['1']);
  });
});
