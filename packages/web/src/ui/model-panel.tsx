import type { JSX } from 'preact';
import { describeRollout, type Comparability } from '../meaning/rollout.js';
import type { ModelState } from '../state/use-model.js';
import { AccuracyFigure, ThresholdTable } from './accuracy-figure.js';
import { AdviceBox } from './advice-box.js';
import { AgainIcon } from './icons.js';

const COMPARABILITY: Readonly<Record<Comparability, string>> = {
  'same-space': 'same space',
  'declared-comparable': 'comparable',
  'not-comparable': 'not comparable',
};

/** The model that answers: what it is, how accurate, and what is going on with its versions. */
export function ModelPanel({
  model,
  pinned,
  similarity,
  onRefresh,
  onPin,
}: {
  readonly model: ModelState;
  readonly pinned: string | undefined;
  /** Of the shown pair, to be marked in the plot. */
  readonly similarity: number | undefined;
  readonly onRefresh: () => void;
  readonly onPin: (version: string | undefined) => void;
}): JSX.Element {
  return (
    <section class="card model" id="model" aria-labelledby="model-title">
      <h2 id="model-title">The model</h2>
      {model.state === 'loading' && <p class="waiting">Asking the service …</p>}
      {model.state === 'failed' && (
        <AdviceBox advice={model.advice}>
          <button type="button" class="button" onClick={onRefresh}>
            <AgainIcon /> Try again
          </button>
        </AdviceBox>
      )}
      {model.state === 'known' && <KnownModel state={model} pinned={pinned} similarity={similarity} onPin={onPin} />}
    </section>
  );
}

function KnownModel({
  state: {
    model: { standard, versions },
  },
  pinned,
  similarity,
  onPin,
}: {
  readonly state: Extract<ModelState, { state: 'known' }>;
  readonly pinned: string | undefined;
  readonly similarity: number | undefined;
  readonly onPin: (version: string | undefined) => void;
}): JSX.Element {
  const shown = versions.find(({ parameters }) => parameters.version === pinned) ?? standard;
  const { version, embeddingSpace, vectorLength, defaultThreshold, calibration } = shown.parameters;
  const rollout = describeRollout(versions.map(({ parameters }) => parameters));
  return (
    <div class="model-columns">
      <div>
        <dl class="facts">
          <div>
            <dt>Model</dt>
            <dd>{standard.name}</dd>
          </div>
          <div>
            <dt>Version</dt>
            <dd>{version}</dd>
          </div>
          <div>
            <dt>Embedding space</dt>
            <dd>
              <code>{embeddingSpace}</code>
            </dd>
          </div>
          <div>
            <dt>Numbers in a vector</dt>
            <dd>{vectorLength}</dd>
          </div>
          <div>
            <dt>Match from</dt>
            <dd>{defaultThreshold} of 100</dd>
          </div>
        </dl>
        {calibration.operatingPoints.length > 0 && (
          <>
            <h3>Thresholds</h3>
            <ThresholdTable points={calibration.operatingPoints} />
          </>
        )}
      </div>
      <div>
        <h3>Accuracy</h3>
        {calibration.operatingPoints.length === 0 ? (
          <p>This model says nothing of its accuracy.</p>
        ) : (
          <AccuracyFigure
            points={calibration.operatingPoints}
            similarity={similarity}
            measuredOn={calibration.measuredOn}
          />
        )}
      </div>
      <div class="rollout">
        <h3>Versions</h3>
        <p>
          {rollout.summary}{' '}
          <span class="quiet">
            Vectors of different embedding spaces cannot be compared: store each with its version.
          </span>
        </p>
        {versions.length > 1 && (
          <fieldset class="versions">
            <legend>Compare with</legend>
            <label>
              <input type="radio" name="version" checked={pinned === undefined} onChange={() => onPin(undefined)} />
              <span>
                <strong>Not pinned</strong>
                <span class="quiet">whichever the service chooses</span>
              </span>
            </label>
            {rollout.versions.map((served) => (
              <label key={served.version}>
                <input
                  type="radio"
                  name="version"
                  checked={pinned === served.version}
                  onChange={() => onPin(served.version)}
                />
                <span>
                  <strong>{served.version}</strong> <span class="quiet">{served.role}</span>
                  <span class="chips">
                    <code>{served.embeddingSpace}</code>
                    <span class={`chip ${served.comparability}`}>{COMPARABILITY[served.comparability]}</span>
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
      </div>
    </div>
  );
}
