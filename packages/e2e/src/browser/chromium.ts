import { access, constants } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian and others put a Chromium; CHROMIUM names another. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; undefined when it has none. */
export async function findChromium(): Promise<string | undefined> {
  const { CHROMIUM } = process.env;
  for (const program of CHROMIUM === undefined ? PROGRAMS : [CHROMIUM]) {
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  return undefined;
}

/**
 * Starts a headless Chromium.
 *
 * @param cameraFile - a Motion JPEG file that its camera shows
 * @throws Error when there is none on this machine
 */
export async function launchChromium(cameraFile: string): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    throw new Error(`no Chromium at ${PROGRAMS.join(', ')}: install one (apt-get install chromium) or set CHROMIUM`);
  }
  return chromium.launch({
    executablePath,
    args: [
      // As root, in containers and CI, there is no sandbox to be had. Only our own pages are opened.
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${cameraFile}`,
    ],
  });
}
