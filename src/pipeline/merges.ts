import { LaminaError } from "../errors/failure.ts";

/** Subjects that are to be one layer. */
export interface Merge {
  /** Two or more. */
  readonly names: readonly string[];
  /** What the layer is called. */
  readonly name: string;
}

/**
 * Puts subjects together. The merged one takes the place of the last of its parts, which is the nearest where the order is one
 * of depth.
 *
 * @param join makes one of several, in their order
 * @throws LaminaError `merge-unknown` for a name that nobody has, or that another merge has taken
 */
export function mergeByName<T extends { readonly name: string }>(
  items: readonly T[],
  merges: readonly Merge[],
  join: (parts: readonly T[], name: string) => T,
): T[] {
  let left = [...items];
  for (const { names, name } of merges) {
    const unknown = names.find((one) =>
      left.every((item) => item.name !== one),
    );
    if (unknown !== undefined) {
      throw new LaminaError({
        code: "merge-unknown",
        name: unknown,
        known: left.map((item) => item.name),
      });
    }
    const parts = left.filter((item) => names.includes(item.name));
    const last = parts.at(-1)!;
    left = left.flatMap((item) => {
      if (item === last) return [join(parts, name)];
      return parts.includes(item) ? [] : [item];
    });
  }
  return left;
}
