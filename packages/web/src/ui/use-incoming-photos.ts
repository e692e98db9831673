import { useEffect, useState } from 'preact/hooks';
import type { Side } from '../state/comparison.js';

/** Photos that are dropped or pasted anywhere on the page. */
export interface IncomingPhotos {
  /** The place over which a file hovers. */
  readonly dropTarget: Side | undefined;
}

/**
 * Listens for files on the whole page.
 *
 * @param onFiles - with the place that they were dropped on, or that has the focus when they are pasted, if any
 */
export function useIncomingPhotos(onFiles: (files: readonly File[], side: Side | undefined) => void): IncomingPhotos {
  const [dropTarget, setDropTarget] = useState<Side>();

  useEffect(() => {
    const onDragOver = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setDropTarget(placeOf(event.target));
    };
    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDropTarget(undefined);
    };
    const onDrop = (event: DragEvent): void => {
      setDropTarget(undefined);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
      if (files.length > 0) onFiles(files, placeOf(event.target));
    };
    const onPaste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files, placeOf(document.activeElement));
    };
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('dragleave', onDragLeave);
    document.addEventListener('drop', onDrop);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('dragleave', onDragLeave);
      document.removeEventListener('drop', onDrop);
      document.removeEventListener('paste', onPaste);
    };
  }, [onFiles]);

  return { dropTarget };
}

function placeOf(target: EventTarget | null): Side | undefined {
  const place = target instanceof Element ? target.closest('[data-side]') : null;
  const side = place?.getAttribute('data-side');
  return side === 'source' || side === 'target' ? side : undefined;
}
