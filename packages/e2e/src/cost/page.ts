import {
  ANSWER_BYTES,
  MEASURED,
  ORIGINAL_DOLLARS_PER_MILLION,
  ORIGINAL_LINES,
  sumOf,
  type CostLine,
} from '@face-comparison/costs';
import { markdownTable } from '../terminal/table.js';
import { LOADS, type CostCases } from './cases.js';

/** The page docs/guides/costs.md. */
export function costPage(cases: CostCases): string {
  const perMillion = sumOf(cases.onAws);
  const compute = cases.onAws[0]?.dollars ?? NaN;
  return `${[
    '# What it costs',
    '<!-- Written by `npm run cost`: change the text in packages/e2e/src/cost, prices and arithmetic in infra/costs. -->',
    `A million images cost **${dollars(compute)}** of a node's time, and **${dollars(perMillion)}** with what AWS asks for the gateway in front of it; the original asked **${dollars(ORIGINAL_DOLLARS_PER_MILLION)}**. But the original is paid by the call and this is paid by the hour: what it costs at rest is the larger part of the bill until there is traffic. Below about ${images(cases.breakEvenOnAws)} images a month on a platform of its own, or ${images(cases.breakEvenOnCluster)} on a node of a cluster that is there, the original was the cheaper one.`,
    '![dollars for a million images over images a month](images/costs.svg)',
    markdownTable(
      ['images a month', 'on AWS, all included', 'on a cluster that is there', 'the original'],
      LOADS.map((load) => [
        load.toLocaleString('en-US'),
        dollars(cases.atOnAws(load)),
        dollars(cases.atOnCluster(load)),
        dollars(ORIGINAL_DOLLARS_PER_MILLION),
      ]),
    ),
    'All in dollars for a million images.',
    '## At rest',
    `A platform with the default settings of \`infra/platform\`, which are ${cases.nodes} nodes of ${cases.instanceType}, in a month in which nobody calls:`,
    bill(cases.platform.lines, cases.platform.total),
    `GPU nodes cost nothing while there are none: the group starts from zero. \`pulumi stack output monthlyCost\` says what your settings cost.`,
    '## A million images',
    'Behind the gateway:',
    bill(cases.onAws, perMillion),
    `The first line is ${dollars((compute * MEASURED.requestsPerSecond) / MEASURED.int8RequestsPerSecond)} with \`models/default-int8\`, which was measured beside it. On a cluster that is there, without a gateway, only this line is left. The original, by the rows of its own page (which prints 142.95 as their sum):`,
    bill(ORIGINAL_LINES, ORIGINAL_DOLLARS_PER_MILLION),
    '## What this assumes',
    [
      ...cases.assumptions,
      `An answer has ${ANSWER_BYTES / 1000} kB, a photo at most 1 MB, and photos come in the request: those that the service fetches from a URL go through the NAT gateway, which asks 0.045 dollars a gigabyte.`,
      'Not in it: tax, support, traffic between zones, the first year’s free tier, savings plans and spot prices (which make nodes cheaper by a half and more).',
      'Nobody measured a GPU here, so nothing is said of images on GPUs.',
      'Prices are in `infra/costs/src/prices.ts`, with their date; what a core computes is from [the benchmark](../benchmarks/bench.md), and one of its cores counts as one virtual CPU.',
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
    '`npm run cost` makes this page and its plot again.',
  ].join('\n\n')}\n`;
}

function bill(lines: readonly CostLine[], total: number): string {
  return markdownTable(
    ['what', 'dollars'],
    [
      ...lines.map(({ what, dollars: amount }) => [what, amount.toFixed(2)]),
      ['**together**', `**${total.toFixed(2)}**`],
    ],
  );
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** Two digits are as many as the assumptions are worth. */
function images(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString('en-US');
}
