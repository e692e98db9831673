import type { Analysis } from '@face-comparison/client';
import type { Advice } from '../meaning/advice.js';
import type { Choice } from '../meaning/pairing.js';
import type { Photo } from '../photo/prepare-photo.js';

/** The two places for photos: whom to look for, and where. */
export type Side = 'source' | 'target';
export const SIDES: readonly Side[] = ['source', 'target'];

/** How closely the service looks at a photo. */
export type Detail = 'normal' | 'high';

/** What the service answered for a photo, read and as it came. */
export interface Seen {
  readonly analysis: Analysis;
  readonly json: string;
}

/** A place for a photo. `id` tells one filling from the next, so that a late answer finds out that it is too late. */
export type Slot =
  | { readonly state: 'empty'; readonly id: number }
  | { readonly state: 'preparing'; readonly id: number; readonly name: string }
  | { readonly state: 'looking'; readonly id: number; readonly photo: Photo; readonly detail: Detail }
  | {
      readonly state: 'seen';
      readonly id: number;
      readonly photo: Photo;
      readonly detail: Detail;
      readonly seen: Seen;
    }
  | {
      readonly state: 'failed';
      readonly id: number;
      readonly photo?: Photo | undefined;
      readonly detail: Detail;
      readonly advice: Advice;
    };

/** Both places, and which faces the user chose. */
export interface Comparison {
  readonly source: Slot;
  readonly target: Slot;
  readonly choice: Choice;
}

export type Action =
  | { readonly type: 'put'; readonly side: Side; readonly id: number; readonly name: string }
  | { readonly type: 'look'; readonly id: number; readonly photo: Photo; readonly detail: Detail }
  | { readonly type: 'seen'; readonly id: number; readonly seen: Seen }
  | { readonly type: 'failed'; readonly id: number; readonly advice: Advice }
  | { readonly type: 'clear'; readonly side: Side }
  | { readonly type: 'clear-all' }
  | { readonly type: 'swap' }
  | { readonly type: 'choose'; readonly choice: Choice };

const EMPTY: Slot = { state: 'empty', id: 0 };

export const NOTHING: Comparison = { source: EMPTY, target: EMPTY, choice: {} };

/** The next state. Answers for photos that are no longer there change nothing. */
export function reduce(comparison: Comparison, action: Action): Comparison {
  switch (action.type) {
    case 'put':
      return withSlot(comparison, action.side, { state: 'preparing', id: action.id, name: action.name });
    case 'look': {
      const { id, photo, detail } = action;
      // It has just been put in, or it is looked at again under a new id.
      const side = sideOf(comparison, id) ?? SIDES.find((side) => photoOf(comparison[side]) === photo);
      return side === undefined ? comparison : withSlot(comparison, side, { state: 'looking', id, photo, detail });
    }
    case 'seen': {
      const side = sideOf(comparison, action.id);
      const slot = side && comparison[side];
      if (side === undefined || slot?.state !== 'looking') return comparison;
      return withSlot(comparison, side, { ...slot, state: 'seen', seen: action.seen });
    }
    case 'failed': {
      const side = sideOf(comparison, action.id);
      if (side === undefined) return comparison;
      const slot = comparison[side];
      return withSlot(comparison, side, {
        state: 'failed',
        id: action.id,
        advice: action.advice,
        detail: 'detail' in slot ? slot.detail : 'normal',
        photo: photoOf(slot),
      });
    }
    case 'clear':
      return withSlot(comparison, action.side, EMPTY);
    case 'clear-all':
      return NOTHING;
    case 'swap':
      return {
        source: comparison.target,
        target: comparison.source,
        choice: {
          ...(comparison.choice.target === undefined ? {} : { source: comparison.choice.target }),
          ...(comparison.choice.source === undefined ? {} : { target: comparison.choice.source }),
        },
      };
    case 'choose':
      return { ...comparison, choice: action.choice };
  }
}

/** The photo in a place, as soon as the browser can show it. */
export function photoOf(slot: Slot): Photo | undefined {
  return 'photo' in slot ? slot.photo : undefined;
}

/** Where the filling with this id is now; photos may have changed places since. */
export function sideOf(comparison: Comparison, id: number): Side | undefined {
  return SIDES.find((side) => comparison[side].id === id && comparison[side].state !== 'empty');
}

function withSlot(comparison: Comparison, side: Side, slot: Slot): Comparison {
  return { ...comparison, [side]: slot, choice: {} };
}

/** The place that a photo goes to that was pasted or dropped beside both: the first empty one, else where to look. */
export function nextSide(comparison: Comparison): Side {
  return SIDES.find((side) => comparison[side].state === 'empty') ?? 'target';
}
