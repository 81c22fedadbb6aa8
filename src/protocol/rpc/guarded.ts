type AnyMethod = (...parameters: never[]) => unknown;

/** The same object from afar: every method answers with a promise. */
export type Guarded<T> = {
  readonly [K in keyof T]: T[K] extends (...parameters: infer P) => infer R
    ? (...parameters: P) => Promise<Awaited<R>>
    : never;
};

/**
 * Calls that end when the peer does: comlink's own promises stay pending for ever then.
 *
 * @param remote what comlink wrapped
 * @param lost rejects when the peer is gone
 */
export function guarded<T extends object>(
  remote: object,
  lost: Promise<never>,
): Guarded<T> {
  // Whether anybody is waiting or not, the loss itself is not an error of nobody's.
  lost.catch(() => undefined);
  return new Proxy({} as Guarded<T>, {
    get:
      (_, name) =>
      (...parameters: never[]) => {
        const method = (remote as Record<string | symbol, AnyMethod>)[name]!;
        return Promise.race([method(...parameters), lost]);
      },
  });
}
