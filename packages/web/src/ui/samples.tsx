import type { JSX } from 'preact';

/** Two photos that come with the page. */
interface Sample {
  readonly title: string;
  readonly what: string;
  readonly source: string;
  readonly target: string;
}

const SAMPLES: readonly Sample[] = [
  {
    title: 'One of four',
    what: 'Who of the group is she? Her picture is mirrored and faded.',
    source: 'one-of-the-four.jpg',
    target: 'group-of-four.jpg',
  },
  {
    title: 'None of five',
    what: 'She is not in this group.',
    source: 'one-of-the-four.jpg',
    target: 'group-of-five.jpg',
  },
  {
    title: 'Three and five',
    what: 'Fifteen pairs, none of one person.',
    source: 'group-of-three.jpg',
    target: 'group-of-five.jpg',
  },
];

/** Samples to try the page with. */
export function Samples({ onChoose }: { readonly onChoose: (source: string, target: string) => void }): JSX.Element {
  return (
    <section class="samples" aria-labelledby="samples-title">
      <h2 id="samples-title">Or try it with these</h2>
      <ul>
        {SAMPLES.map(({ title, what, source, target }) => (
          <li key={title}>
            <button type="button" class="sample" onClick={() => onChoose(source, target)}>
              <span class="sample-photos">
                <img src={sampleUrl(source)} alt="" loading="lazy" />
                <img src={sampleUrl(target)} alt="" loading="lazy" />
              </span>
              <span class="sample-title">{title}</span>
              <span class="quiet">{what}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where a sample is, seen from the page. */
export function sampleUrl(name: string): string {
  return `samples/${name}`;
}
