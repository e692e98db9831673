import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costCases } from './cases.js';
import { drawCosts } from './figure.js';
import { costPage } from './page.js';

const guides = join(__dirname, '../../../../docs/guides');

describe('docs/guides/costs.md', () => {
  it('is what `npm run cost` writes', () => {
    expect(readFileSync(join(guides, 'costs.md'), 'utf8')).toBe(costPage(costCases()));
    expect(readFileSync(join(guides, 'images/costs.svg'), 'utf8')).toBe(drawCosts(costCases()));
  });

  it('names the traffic below which the original was cheaper', () => {
    const { atOnAws, breakEvenOnAws } = costCases();
    expect(atOnAws(breakEvenOnAws * 0.9)).toBeGreaterThan(151.05);
    expect(atOnAws(breakEvenOnAws * 1.1)).toBeLessThan(151.05);
  });
});
