/** Jest's matchers are typed as anything; inside of an object they must not be. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

export const containing = (text: string): unknown => expect.stringContaining(text);
