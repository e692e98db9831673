import * as pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();

/** What the provider of trivial-provider.ts manages. */
class Thing extends pulumi.CustomResource {
  constructor(name, inputs, options) {
    super('trivial:index:Thing', name, { ...inputs, doubled: undefined }, options);
  }
}

const first = new Thing('first', { size: config.requireNumber('size') });
const second = new Thing('second', { size: first.doubled, password: config.getSecret('password') });

export const size = second.doubled;
console.log('printed by the program');
