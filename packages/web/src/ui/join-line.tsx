import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { joinBoxes, type JoinLine as Line, type Rect } from '../meaning/box-geometry.js';

/** The line between the faces of the shown pair, with their similarity in its middle. It lies over both photos. */
export function JoinLine({
  stage,
  pair,
  label,
  verdict,
}: {
  readonly stage: RefObject<HTMLElement | null>;
  /** Changes with the pair. */
  readonly pair: string;
  readonly label: string;
  readonly verdict: 'match' | 'no-match';
}): JSX.Element | null {
  const [line, setLine] = useState<Line>();

  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const [source, target] = ['source', 'target'].map((side) =>
        element.querySelector(`[data-side="${side}"] .face-chosen`),
      );
      const gap = element.querySelector('.gap');
      if (source == null || target == null || gap === null) return;
      const origin = element.getBoundingClientRect();
      const [from, to, between] = [source, target, gap].map((box) => relative(box.getBoundingClientRect(), origin));
      if (from !== undefined && to !== undefined && between !== undefined) setLine(joinBoxes(from, to, between));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const frame of element.querySelectorAll('.frame')) observer.observe(frame);
    return () => observer.disconnect();
  }, [stage, pair]);

  if (line === undefined) return null;
  return (
    <div class={`join ${verdict}`} aria-hidden="true">
      <svg>
        <path class="join-halo" d={line.path} />
        <path class="join-stroke" d={line.path} pathLength={1} key={pair} />
        <circle cx={line.from.x} cy={line.from.y} r={5} />
        <circle cx={line.to.x} cy={line.to.y} r={5} />
      </svg>
      <span class="join-label" style={{ left: `${line.label.x}px`, top: `${line.label.y}px` }}>
        {label}
      </span>
    </div>
  );
}

function relative(rect: DOMRect, origin: DOMRect): Rect {
  return { left: rect.left - origin.left, top: rect.top - origin.top, width: rect.width, height: rect.height };
}
