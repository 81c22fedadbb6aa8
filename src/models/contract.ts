import { LaminaError } from "../errors/failure.ts";
import type {
  DeclaredTensor,
  ForeignModel,
  NumberTensor,
} from "../runtime/foreign-model.ts";
import type { PictureInput } from "./manifest.ts";

/** What a contract says of a tensor: its types, and its axes; an axis that has a name may have any size. */
export interface Wanted {
  readonly types: readonly string[];
  readonly shape: readonly (number | string)[];
}

const FLOAT = ["float32"];

/** Float32 of a shape. */
export const floats = (...shape: readonly (number | string)[]): Wanted => ({
  types: FLOAT,
  shape,
});

/** Says that a model does not keep its contract. */
export const unusable = (model: string, problem: string): LaminaError =>
  new LaminaError({ code: "model-unusable", model, problem });

const describeShape = (shape: DeclaredTensor["shape"]): string =>
  `[${shape.map((size) => size ?? "?").join(", ")}]`;

/**
 * Finds a contract's tensors among those of a model: by the names that the manifest gives, else by the contract's own,
 * else, when the model has as many as the contract and none of its names, in the contract's order.
 *
 * @param side  what the tensors are, for messages
 * @param names what the manifest says
 * @returns     the model's names by the contract's
 * @throws LaminaError `model-unusable` when one is missing or of another type or shape
 */
export function matchTensors<R extends string>(
  model: string,
  side: "input" | "output",
  declared: readonly DeclaredTensor[],
  wanted: Readonly<Record<R, Wanted>>,
  names: Readonly<Record<string, string | undefined>>,
): Readonly<Record<R, string>> {
  const roles = Object.keys(wanted) as R[];
  const has = (name: string): boolean => declared.some((t) => t.name === name);
  const inOrder =
    declared.length === roles.length &&
    roles.every((role) => names[role] === undefined && !has(role));
  const found = roles.map((role, i): [R, string] => {
    const name = names[role] ?? (inOrder ? declared[i]!.name : role);
    const tensor = declared.find((t) => t.name === name);
    if (tensor === undefined) {
      throw unusable(
        model,
        `it has no ${side} ${name}, but ${declared.map((t) => t.name).join(", ") || "none"}`,
      );
    }
    const { types, shape } = wanted[role];
    if (!types.includes(tensor.type) || !fits(tensor.shape, shape)) {
      throw unusable(
        model,
        `its ${side} ${name} is ${tensor.type} ${describeShape(tensor.shape)}, where its kind has ${types.join(" or ")} ${describeShape(shape)}`,
      );
    }
    return [role, name];
  });
  return Object.fromEntries(found) as Record<R, string>;
}

/** A model that declares no axes at all is believed until it has run. */
const fits = (
  declared: DeclaredTensor["shape"],
  wanted: Wanted["shape"],
): boolean =>
  declared.length === 0 ||
  (declared.length === wanted.length &&
    declared.every(
      (size, axis) =>
        typeof size !== "number" ||
        typeof wanted[axis] !== "number" ||
        size === wanted[axis],
    ));

/**
 * Makes sure that a computed tensor is what the contract says and holds numbers only. Axes of one name must agree among
 * the calls that share `sizes`.
 *
 * @throws LaminaError `model-unusable`
 */
export function checkOutputs(
  model: string,
  name: string,
  { shape, data }: NumberTensor,
  wanted: Wanted,
  sizes = new Map<string, number>(),
): void {
  const right =
    shape.length === wanted.shape.length &&
    shape.every((size, axis) => {
      const want = wanted.shape[axis]!;
      if (typeof want === "number") return size === want;
      const known = sizes.get(want);
      sizes.set(want, size);
      return known === undefined || known === size;
    });
  if (!right) {
    throw unusable(
      model,
      `its output ${name} came as ${describeShape(shape)}, where its kind has ${describeShape(wanted.shape)}`,
    );
  }
  if (!data.every(Number.isFinite))
    throw unusable(model, `its output ${name} is not finite`);
}

/** The one input that takes a picture. */
export interface PictureSlot {
  readonly name: string;
  /** 3, or 4 with a batch. */
  readonly rank: number;
}

/**
 * Finds the input that takes the picture: a model's only one.
 *
 * @param rank where the model does not declare it
 * @throws LaminaError `model-unusable` when there are others, or when it does not take what the manifest says
 */
export function pictureSlot(
  model: string,
  { inputs }: ForeignModel,
  input: PictureInput,
  rank: 3 | 4,
): PictureSlot {
  const [slot] = inputs;
  if (slot === undefined || inputs.length > 1) {
    throw unusable(
      model,
      `it has the inputs ${inputs.map(({ name }) => name).join(", ")}, where its kind has one picture`,
    );
  }
  const { height, width } =
    input.fit === "sides" ? { height: "height", width: "width" } : input;
  const axes = input.layout === "chw" ? [3, height, width] : [height, width, 3];
  const wanted = slot.shape.length === 4 ? ["batch", ...axes] : axes;
  const batch = slot.shape.length === 4 ? slot.shape[0] : 1;
  if (
    slot.type !== "float32" ||
    !fits(slot.shape, wanted) ||
    (typeof batch === "number" && batch !== 1)
  ) {
    throw unusable(
      model,
      `its input ${slot.name} is ${slot.type} ${describeShape(slot.shape)}, where its model.json says float32 ${describeShape(wanted)}`,
    );
  }
  const fixed = slot.shape.slice(-3).some((size) => {
    return typeof size === "number" && size !== 3;
  });
  if (input.fit === "sides" && fixed) {
    throw unusable(
      model,
      `its input ${slot.name} has the fixed size ${describeShape(slot.shape)}, so that its model.json must say letterbox or stretch`,
    );
  }
  return { name: slot.name, rank: slot.shape.length || rank };
}
