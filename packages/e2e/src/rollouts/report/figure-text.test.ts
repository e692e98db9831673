import { figureText, plainText } from './figure-text.js';

describe('a figure', () => {
  it.each([
    ['skewAtMostMs', 41.3, 'skew at most: 41 ms'],
    ['slowestMs', 2301, 'slowest: 2.3 s'],
    ['upgradeSeconds', 23.4, 'upgrade: 23.4 s'],
    ['cpuPercent', 0.5, 'cpu: 0.5 %'],
    ['memoryMiB', 112, 'memory: 112 MiB'],
    ['shareAt25', 0.25333, 'share at 25: 0.253'],
    ['requests', 12345, 'requests: 12345'],
    ['reason', 'ErrorRateTooHigh', 'reason: ErrorRateTooHigh'],
  ])('%s of %s is "%s"', (name, value, text) => {
    expect(figureText(name, value)).toBe(text);
  });

  it('of several steps shows their order', () => {
    expect(figureText('phases', ['Loading', 'Serving'])).toBe('phases: Loading \\> Serving');
  });
});

it('text from elsewhere breaks no table', () => {
  expect(plainText('a | b\n`c` *d* <e>')).toBe('a \\| b \\`c\\` \\*d\\* \\<e\\>');
});
