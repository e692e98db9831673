import { objectAt, textAt, type JsonObject } from './json.js';

/** Whether an object has the labels of a selector: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b,c)`. */
export function matchesLabels(object: JsonObject, selector: string | null): boolean {
  if (!selector) return true;
  const labels = objectAt(objectAt(object, 'metadata'), 'labels');
  return selector.split(/,(?![^(]*\))/).every((part) => {
    const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(part);
    if (set) {
      const [, key = '', operator, values = ''] = set;
      const has = values.split(',').some((value) => value.trim() === textAt(labels, key));
      return operator === 'in' ? has : !has;
    }
    const [, not, key = '', operator, value] = /^\s*(!?)([^=!\s]+)\s*(==|=|!=)?\s*(\S*)\s*$/.exec(part) ?? [];
    if (operator === undefined) return (labels[key] === undefined) === (not === '!');
    return operator === '!=' ? textAt(labels, key) !== value : textAt(labels, key) === value;
  });
}

/** Field selectors that every resource has: metadata.name and metadata.namespace. */
export function matchesFields(object: JsonObject, selector: string | null): boolean {
  if (!selector) return true;
  const metadata = objectAt(object, 'metadata');
  return selector.split(',').every((part) => {
    const [, field = '', operator, value] = /^metadata\.(name|namespace)(==|=|!=)(.*)$/.exec(part) ?? [];
    const is = textAt(metadata, field) === value;
    return operator === '!=' ? !is : is;
  });
}
