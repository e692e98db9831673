import type { ComponentChildren, JSX } from 'preact';

/** An icon beside a text: it says nothing by itself. */
function Icon({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const PhotoIcon = (): JSX.Element => (
  <Icon>
    <rect x="3" y="4" width="18" height="16" rx="3" />
    <circle cx="9" cy="10" r="2" />
    <path d="m4 18 5-4 3.5 2.5L16 13l5 4" />
  </Icon>
);
export const CameraIcon = (): JSX.Element => (
  <Icon>
    <path d="M4 8h3l1.5-2.5h7L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Z" />
    <circle cx="12" cy="13" r="3.5" />
  </Icon>
);
export const SwapIcon = (): JSX.Element => (
  <Icon>
    <path d="M4 9h15m-4-4 4 4-4 4M20 16H5m4-4-4 4 4 4" />
  </Icon>
);
export const RemoveIcon = (): JSX.Element => (
  <Icon>
    <path d="m6 6 12 12M18 6 6 18" />
  </Icon>
);
export const CloserIcon = (): JSX.Element => (
  <Icon>
    <circle cx="10.5" cy="10.5" r="6" />
    <path d="m15 15 5 5M10.5 8v5M8 10.5h5" />
  </Icon>
);
export const AgainIcon = (): JSX.Element => (
  <Icon>
    <path d="M19 12a7 7 0 1 1-2-4.9L19 9m0-5v5h-5" />
  </Icon>
);
export const KeyIcon = (): JSX.Element => (
  <Icon>
    <circle cx="8" cy="12" r="4" />
    <path d="M12 12h9m-3 0v4m-3-4v3" />
  </Icon>
);
export const WarningIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 4 2.5 20h19L12 4Zm0 6v5m0 2.2v.3" />
  </Icon>
);
export const CopyIcon = (): JSX.Element => (
  <Icon>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3" />
  </Icon>
);
