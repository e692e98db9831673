import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { CopyIcon } from './icons.js';

/** Text for machines, with a button that copies all of it. */
export function CodeBlock({
  title,
  text,
  copied = text,
  wrap = false,
}: {
  readonly title: string;
  readonly text: string;
  /** What is copied, where it is more than what is shown. */
  readonly copied?: string;
  readonly wrap?: boolean;
}): JSX.Element {
  const block = useRef<HTMLPreElement>(null);
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(copied);
      setSaid('Copied');
    } catch {
      // Without https there is no clipboard; what is marked can be copied by hand.
      if (block.current !== null) getSelection()?.selectAllChildren(block.current);
      setSaid('Marked: copy it with Ctrl+C');
    }
  };
  return (
    <div class="code">
      <div class="code-head">
        <h3>{title}</h3>
        <span role="status" class="fine">
          {said}
        </span>
        <button type="button" class="tool" aria-label={`Copy: ${title}`} onClick={() => void copy()}>
          <CopyIcon /> <span>Copy</span>
        </button>
      </div>
      <pre ref={block} class={wrap ? 'wrap' : ''} tabIndex={0} role="region" aria-label={title}>
        <code>{text}</code>
      </pre>
    </div>
  );
}
