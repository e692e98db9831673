import type { JSX } from 'preact';
import { layOutAccuracy } from '../meaning/accuracy-plot.js';
import { formatSimilarity } from '../meaning/format-similarity.js';
import { oneIn, strictestLast, type OperatingPoint } from '../meaning/similarity-meaning.js';

/** How accurate the model is: a plot of its operating points. */
export function AccuracyFigure({
  points,
  similarity,
  measuredOn,
}: {
  readonly points: readonly OperatingPoint[];
  /** Of the shown pair. */
  readonly similarity: number | undefined;
  readonly measuredOn: string;
}): JSX.Element {
  const plot = layOutAccuracy(points, similarity);
  return (
    <figure class="accuracy">
      {plot !== undefined && (
        <svg
          viewBox={`0 0 ${plot.widthPx} ${plot.heightPx}`}
          role="img"
          aria-label="Accuracy: the stricter the threshold, the fewer strangers pass and the fewer pairs of one person are found. The table of thresholds has the numbers."
        >
          {plot.yTicks.map(({ y, label }) => (
            <g key={label}>
              <line class="grid" x1={plot.area.left} x2={plot.area.right} y1={y} y2={y} />
              <text class="tick" x={plot.area.left - 8} y={y + 4} text-anchor="end">
                {label}
              </text>
            </g>
          ))}
          {plot.xTicks.map(({ x, label }, index) => (
            <text
              key={label}
              class="tick"
              x={x}
              y={plot.area.bottom + 20}
              text-anchor={plot.points[index]?.anchor ?? 'middle'}
            >
              {label}
            </text>
          ))}
          <text class="axis" x={(plot.area.left + plot.area.right) / 2} y={plot.heightPx - 8} text-anchor="middle">
            pairs of strangers let through
          </text>
          <text class="axis" x={4} y={14}>
            pairs of one person found
          </text>
          <path class="curve" d={plot.curve} />
          {plot.marker !== undefined && (
            <g class="marker">
              <line x1={plot.marker.x} x2={plot.marker.x} y1={plot.area.top} y2={plot.area.bottom} />
              <circle cx={plot.marker.x} cy={plot.marker.y} r={6} />
              <text
                x={plot.marker.x + (plot.marker.x > plot.widthPx / 2 ? -8 : 8)}
                y={plot.area.bottom - 8}
                text-anchor={plot.marker.x > plot.widthPx / 2 ? 'end' : 'start'}
              >
                {plot.marker.beyond ? 'this pair →' : 'this pair'}
              </text>
            </g>
          )}
          {plot.points.map(({ x, y }) => (
            <circle key={x} class="point" cx={x} cy={y} r={4.5} />
          ))}
        </svg>
      )}
      <figcaption class="fine">Measured on {measuredOn}.</figcaption>
    </figure>
  );
}

/** The same as numbers. */
export function ThresholdTable({ points }: { readonly points: readonly OperatingPoint[] }): JSX.Element {
  return (
    <table class="thresholds">
      <thead>
        <tr>
          <th scope="col">Threshold</th>
          <th scope="col">Strangers let through</th>
          <th scope="col">Same person found</th>
        </tr>
      </thead>
      <tbody>
        {strictestLast(points).map((point) => (
          <tr key={point.similarity}>
            <td>{formatSimilarity(point.similarity)}</td>
            <td>{oneIn(point.far)}</td>
            <td>{Number((point.tar * 100).toFixed(2))} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
