import { httpFile } from './https.js';

const signal = new AbortController().signal;
const redirect = (location: string): Response => new Response(null, { status: 302, headers: { location } });

afterEach(() => jest.restoreAllMocks());

// What goes over a real connection is tested with real servers in test/open-bundle.http.test.ts; https is not, as that
// would need a certificate that the machine trusts.
describe('httpFile, of an https URL', () => {
  it('refuses to be redirected to http', async () => {
    const fetch = jest.spyOn(globalThis, 'fetch').mockResolvedValue(redirect('http://host/plain.onnx'));
    const opened = httpFile(new URL('https://host/a.onnx?token=hidden')).open(undefined, signal);
    await expect(opened).rejects.toMatchObject({
      code: 'source_unreachable',
      message: 'https://host/a.onnx redirects from https to http://host/plain.onnx, which is refused',
    });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('follows a redirect to https, without credentials if that is another host', async () => {
    const fetch = jest
      .spyOn(globalThis, 'fetch')
      .mockResolvedValueOnce(redirect('//other/a.onnx'))
      .mockResolvedValueOnce(new Response('abc', { headers: { 'content-length': '3' } }));
    const body = await httpFile(new URL('https://user:secret@host/a.onnx')).open(undefined, signal);
    expect(body).toMatchObject({ startsAt: 0, totalBytes: 3 });
    const sent = fetch.mock.calls.map(([url, init]) => [url, new Headers(init?.headers).has('authorization')]);
    expect(sent).toEqual([
      [new URL('https://host/a.onnx'), true],
      [new URL('https://other/a.onnx'), false],
    ]);
  });

  it('does not take the length of a compressed answer for that of the file', async () => {
    const headers = { 'content-length': '3', 'content-encoding': 'gzip' };
    jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('abc', { headers }));
    const body = await httpFile(new URL('https://host/a.onnx')).open(undefined, signal);
    expect(body.totalBytes).toBeUndefined();
  });
});
