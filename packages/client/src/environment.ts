/** What is used of the global objects of the runtimes that have an environment. */
interface Runtime {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly Deno?: {
    readonly env: { get(name: string): string | undefined };
    readonly permissions: {
      querySync(descriptor: { readonly name: 'env'; readonly variable: string }): { readonly state: string };
    };
  };
}

/**
 * A variable of the environment. Browsers and workers have no environment, and Deno may not allow to read it.
 *
 * @param name - of the variable
 * @returns undefined when it is unset, empty or cannot be read
 */
export function environmentVariable(name: string): string | undefined {
  const runtime: Runtime & object = globalThis;
  const { Deno, process } = runtime;
  try {
    if (Deno === undefined) return process?.env?.[name] || undefined;
    // Without this check Deno asks the user at the terminal for the permission.
    const { state } = Deno.permissions.querySync({ name: 'env', variable: name });
    return state === 'granted' ? Deno.env.get(name) || undefined : undefined;
  } catch {
    return undefined;
  }
}
