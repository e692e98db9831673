import { catalogue } from '../catalogue/catalogue.js';
import type { Entity } from './entity.js';
import { textsAt } from './paths.js';

/** Every resource of the account, found by id, ARN or name. */
export class Entities {
  readonly #byKey = new Map<string, Entity>();

  get(row: string, id: string): Entity | undefined {
    return this.#byKey.get(`${row} ${id}`);
  }

  put(entity: Entity): void {
    this.#byKey.set(`${entity.row} ${entity.id}`, entity);
  }

  remove(entity: Entity): void {
    this.#byKey.delete(`${entity.row} ${entity.id}`);
  }

  clear(): void {
    this.#byKey.clear();
  }

  all(): Entity[] {
    return [...this.#byKey.values()];
  }

  of(row: string): Entity[] {
    return this.all().filter((entity) => entity.row === row);
  }

  /** The resource that a value names, by its id, its ARN or its name. */
  find(row: string, value: string): Entity | undefined {
    return this.get(row, value) ?? this.of(row).find((entity) => entity.arn === value || entity.name === value);
  }

  /** Resources of `row` whose input at `path` names `target`. */
  naming(row: string, path: string, target: Entity): Entity[] {
    return this.of(row).filter((entity) =>
      textsAt(entity.inputs, path).some((value) => this.find(target.row, value) === target),
    );
  }

  /** What goes when `target` goes. */
  partsOf(target: Entity): Entity[] {
    return this.all().filter((entity) =>
      (catalogue[entity.row]?.references ?? []).some(
        ({ at, to, partOf }) =>
          partOf === true &&
          to === target.row &&
          textsAt(entity.inputs, at).some((value) => this.find(to, value) === target),
      ),
    );
  }

  /** What keeps `target` from being deleted, with AWS's code for it. */
  holder(target: Entity): { readonly entity: Entity; readonly code: string } | undefined {
    for (const entity of this.all()) {
      if (entity === target) continue;
      for (const reference of catalogue[entity.row]?.references ?? []) {
        if (reference.holds === undefined || reference.to !== target.row) continue;
        const named = textsAt(entity.inputs, reference.at).some((value) => this.find(target.row, value) === target);
        if (named) return { entity, code: reference.holds };
      }
    }
    return undefined;
  }
}
