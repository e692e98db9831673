import type { ComponentChildren, JSX } from 'preact';
import type { Advice } from '../meaning/advice.js';
import { WarningIcon } from './icons.js';

/** An error as sentences, with what can be done about it below. It is read out as soon as it appears. */
export function AdviceBox({
  advice,
  children,
}: {
  readonly advice: Advice;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="advice" role="alert">
      <WarningIcon />
      <div>
        <p class="advice-title">{advice.title}</p>
        <p>{advice.text}</p>
        {advice.requestId !== undefined && (
          <p class="fine">
            Request id: <code>{advice.requestId}</code>
          </p>
        )}
        {children !== undefined && <div class="actions">{children}</div>}
      </div>
    </div>
  );
}
