import type { ComponentChildren, JSX } from 'preact';

/** A button that opens the file chooser. It is an input, so keyboards and screen readers know it. */
export function FileButton({
  label,
  class: className,
  onFiles,
  children,
}: {
  /** What it is called where its text alone would not tell. */
  readonly label: string;
  readonly class: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <label class={`file-button ${className}`} title={label}>
      <input
        type="file"
        class="visually-hidden"
        accept="image/*"
        multiple
        aria-label={label}
        onKeyDown={(event) => {
          // Buttons answer Enter; a file input answers the space bar only in some browsers.
          if (event.key !== 'Enter') return;
          event.preventDefault();
          event.currentTarget.click();
        }}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // So that the same file can be chosen again.
          currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
      {children}
    </label>
  );
}
