export type Purchase = 'ON_DEMAND' | 'SPOT';

/** A kind of instance that cannot be had now. What is left out is any. */
export interface Shortage {
  readonly instanceType: string;
  readonly zone?: string;
  readonly purchase?: Purchase;
}

/** Which instances AWS has to give. It has all but what it is told to lack. */
export class Capacity {
  #shortages: Shortage[] = [];

  lack(shortage: Shortage): void {
    this.#shortages.push(shortage);
  }

  restore(): void {
    this.#shortages = [];
  }

  has(instanceType: string, zone: string, purchase: Purchase): boolean {
    return !this.#shortages.some(
      (shortage) =>
        shortage.instanceType === instanceType &&
        (shortage.zone ?? zone) === zone &&
        (shortage.purchase ?? purchase) === purchase,
    );
  }
}
