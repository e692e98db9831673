import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { KeyIcon } from './icons.js';

/** Asks for an API key. It is kept in the memory of the page and nowhere else. */
export function KeyForm({
  refused,
  onKey,
}: {
  /** Whether a key was given and not taken. */
  readonly refused: boolean;
  readonly onKey: (key: string) => void;
}): JSX.Element {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      class="card key-form"
      aria-labelledby={`${id}-title`}
      onSubmit={(event) => {
        event.preventDefault();
        const key = input.current?.value.trim() ?? '';
        if (key !== '') onKey(key);
      }}
    >
      <KeyIcon />
      <div class="key-words">
        <h2 id={`${id}-title`}>This service wants a key</h2>
        <p class="quiet" id={`${id}-what`} role={refused ? 'alert' : undefined}>
          {refused
            ? 'The service does not take this key. Check it, or ask the operator of the service.'
            : 'The operator of the service gives keys. It is kept until the page is closed, and stored nowhere.'}
        </p>
      </div>
      <label class="visually-hidden" for={`${id}-key`}>
        API key
      </label>
      <input
        ref={input}
        id={`${id}-key`}
        type="password"
        placeholder="API key"
        autocomplete="off"
        spellcheck={false}
        required
        aria-describedby={`${id}-what`}
        aria-invalid={refused}
      />
      <button type="submit" class="button primary">
        Use this key
      </button>
    </form>
  );
}
