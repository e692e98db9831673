import { FaceComparisonError } from '@face-comparison/client';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { adviceFor, type Advice } from '../meaning/advice.js';
import type { FaceService, ServedModel } from '../service/face-service.js';

/** What the page knows of the model. */
export type ModelState =
  | { readonly state: 'loading' }
  | { readonly state: 'known'; readonly model: ServedModel }
  | { readonly state: 'failed'; readonly advice: Advice; readonly retryable: boolean };

/** While a rollout is under way, or the service is away, it is asked this often what is new. */
const REFRESH_MS = 5000;

/** Asks the service for its model, again while there is something to wait for and the page is looked at. */
export function useModel(service: FaceService): { readonly model: ModelState; readonly refresh: () => void } {
  const [model, setModel] = useState<ModelState>({ state: 'loading' });
  const [turn, setTurn] = useState(0);
  const refresh = useCallback(() => setTurn((last) => last + 1), []);

  useEffect(() => {
    let outdated = false;
    service.models().then(
      (known) => {
        if (!outdated) setModel({ state: 'known', model: known });
      },
      (error: unknown) => {
        if (outdated) return;
        const retryable = error instanceof FaceComparisonError && error.retryable;
        setModel({ state: 'failed', advice: adviceFor(error, 'The model'), retryable });
      },
    );
    return () => {
      outdated = true;
    };
  }, [service, turn]);

  const waiting =
    model.state === 'known' ? model.model.versions.length > 1 : model.state === 'failed' && model.retryable;
  useEffect(() => {
    const refreshIfSeen = (): void => {
      if (document.visibilityState === 'visible') refresh();
    };
    document.addEventListener('visibilitychange', refreshIfSeen);
    const timer = waiting ? setInterval(refreshIfSeen, REFRESH_MS) : undefined;
    return () => {
      document.removeEventListener('visibilitychange', refreshIfSeen);
      clearInterval(timer);
    };
  }, [waiting, refresh]);

  return { model, refresh };
}
