import type { JSX } from 'preact';
import { analyzeLine, compareLine, type CurlFile, type CurlOptions } from '../meaning/curl-line.js';
import type { Pairing } from '../meaning/pairing.js';
import type { OperatingPoint, SimilarityMeaning } from '../meaning/similarity-meaning.js';
import type { Photo } from '../photo/prepare-photo.js';
import { formatJson } from '../service/format-json.js';
import type { Detail, Seen } from '../state/comparison.js';
import { CodeBlock } from './code-block.js';
import { Gauge } from './gauge.js';
import { Ladder } from './ladder.js';
import { Ranking } from './ranking.js';
import { Tabs } from './tabs.js';

/** A photo and what was seen in it. */
export interface SeenPhoto {
  readonly photo: Photo;
  readonly detail: Detail;
  readonly seen: Seen;
}

/** What comes of two photos: the similarity of the shown pair, what it means, the other faces, and the raw exchange. */
export function Result({
  source,
  target,
  pairing,
  meaning,
  threshold,
  points,
  curl,
  onChooseTarget,
}: {
  readonly source: SeenPhoto;
  readonly target: SeenPhoto;
  readonly pairing: Pairing;
  readonly meaning: SimilarityMeaning;
  readonly threshold: number;
  readonly points: readonly OperatingPoint[];
  readonly curl: CurlOptions;
  readonly onChooseTarget: (face: number) => void;
}): JSX.Element {
  return (
    <section class="card result" aria-labelledby="result-title">
      <div class="verdict">
        <Gauge similarity={pairing.similarity} threshold={threshold} meaning={meaning} />
        <div class="verdict-words">
          <h2 id="result-title" class={meaning.match ? 'match' : 'no-match'}>
            {meaning.headline}
          </h2>
          {meaning.sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <Ladder points={points} similarity={pairing.similarity} />
        </div>
      </div>
      <Tabs
        label="Details of the comparison"
        tabs={[
          {
            name: 'Faces',
            view: () => (
              <Ranking
                pairing={pairing}
                faces={target.seen.analysis.faces}
                photo={target.photo}
                threshold={threshold}
                onChoose={onChooseTarget}
              />
            ),
          },
          { name: 'JSON', view: () => <Answers source={source} target={target} /> },
          {
            name: 'curl',
            view: () => <Commands source={source} target={target} pairing={pairing} curl={curl} />,
          },
        ]}
      />
    </section>
  );
}

function Answers({ source, target }: { readonly source: SeenPhoto; readonly target: SeenPhoto }): JSX.Element {
  return (
    <div class="codes">
      <p class="quiet">
        What the service answered for each photo. Vectors are cut short here and copied whole; the similarity was
        computed from them on this page.
      </p>
      {[source, target].map(({ photo, seen }, index) => (
        <CodeBlock
          key={index}
          title={`${index === 0 ? 'First' : 'Second'} photo: ${photo.name}`}
          text={formatJson(seen.json)}
          copied={seen.json}
        />
      ))}
    </div>
  );
}

function Commands({
  source,
  target,
  pairing,
  curl,
}: {
  readonly source: SeenPhoto;
  readonly target: SeenPhoto;
  readonly pairing: Pairing;
  readonly curl: CurlOptions;
}): JSX.Element {
  const [first, second] = [fileOf(source), fileOf(target)];
  const copies = [source, target].filter(({ photo }) => photo.note !== undefined);
  return (
    <div class="codes">
      <CodeBlock title="Compare both photos in one call" text={compareLine(first, second, curl)} wrap />
      {pairing.source !== 0 && (
        <p class="quiet">
          /compare takes the largest face of the first photo. The pair shown here has face {pairing.source + 1} of it:
          cut that face out, or send its vector from the JSON instead of the photo.
        </p>
      )}
      <CodeBlock title="Faces and vectors of the first photo" text={lineFor(source, first, curl)} wrap />
      <CodeBlock title="Faces and vectors of the second photo" text={lineFor(target, second, curl)} wrap />
      <p class="quiet">
        Run them in the folder of the photos.
        {curl.needsKey && ' Set KEY to your API key first.'}
        {copies.length > 0 &&
          ` ${copies.map(({ photo }) => photo.name).join(' and ')} was changed before it was sent; save what was sent below the photo and use that.`}
      </p>
    </div>
  );
}

function lineFor({ detail }: SeenPhoto, file: CurlFile, curl: CurlOptions): string {
  return analyzeLine(file, detail === 'high' ? { ...curl, query: { detail } } : curl);
}

function fileOf({ photo }: SeenPhoto): CurlFile {
  return { name: photo.name, mediaType: photo.blob.type };
}
