import { ProtobufWriter } from "./protobuf-writer.ts";
import type { Shape } from "./shape.ts";
import type { ElementType, TensorType } from "./tensor-type.ts";

/** Attribute of an ONNX node; whole numbers are written as ints unless wrapped in `{ float }`. */
export type OnnxAttribute =
  number | string | readonly number[] | { readonly float: number };

/** Operator set of every model written here. */
const operatorSet = 18;
/** Version of ONNX's file format that came with operator set 18 (onnx 1.13). */
const irVersion = 8;

const elementCode: Record<ElementType | "int64", number> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
};

const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** A named tensor of a model's interface. */
export interface OnnxValue extends TensorType {
  readonly name: string;
}

/** What a model may declare: also whole numbers of 64 bits, and axes that have a name because their size is only known at run time. */
export interface OnnxDeclaration {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly type: ElementType | "int64";
}

const bytesOf = (values: Float32Array | Int32Array | BigInt64Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A node with one result. */
interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly output: string;
}

/** A constant of several elements. */
interface StoredArray {
  /** Type and shape. */
  readonly key: string;
  readonly values: Float32Array | Int32Array;
  readonly name: string;
}

/** Collects ONNX nodes and constants and writes the model. Field numbers are those of onnx.proto (ModelProto, GraphProto, …). */
export class OnnxWriter {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, (graph: ProtobufWriter) => void>();
  readonly #constantNames = new Map<string, string>();
  readonly #arrays: StoredArray[] = [];
  /** Results by what they are computed from. */
  readonly #results = new Map<string, string>();
  /** What a Reshape's result was before, by the result's name. */
  readonly #unshaped = new Map<string, string>();
  #names = 0;

  /**
   * Adds a node with one result and hands back the result's name. What has been computed before is not computed again, and of a
   * Reshape of a Reshape the last one counts.
   *
   * @param output name that the result must have; it is one of its own then
   */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output?: string,
  ): string {
    const reshapes = operator === "Reshape";
    const [first, ...others] = inputs;
    const operands = reshapes
      ? [this.#unshaped.get(first!) ?? first!, ...others]
      : inputs;
    const key = JSON.stringify([operator, operands, attributes]);
    const known = output === undefined ? this.#results.get(key) : undefined;
    if (known !== undefined) return known;
    const name = output ?? `t${++this.#names}`;
    this.#nodes.push({ operator, inputs: operands, attributes, output: name });
    this.#results.set(key, name);
    if (reshapes) this.#unshaped.set(name, operands[0]!);
    return name;
  }

  /** A constant of int64, the type that ONNX wants for shapes, axes and pads. Equal ones are stored once. */
  integers(values: readonly number[]): string {
    return this.#once(`i${values.join(",")}`, (name) => {
      this.#initialize(
        name,
        "int64",
        [values.length],
        BigInt64Array.from(values, BigInt),
      );
    });
  }

  /** A constant of float32 or int32. Equal ones are stored once. */
  constant(values: Float32Array | Int32Array, shape: Shape): string {
    const type = values instanceof Int32Array ? "int32" : "float32";
    const write = (name: string): void => {
      this.#initialize(name, type, shape, values);
    };
    const key = `${type}[${shape.join(",")}]`;
    if (values.length === 1) return this.#once(`${key}${values[0]!}`, write);
    const equal = this.#arrays.find(
      (stored) =>
        stored.key === key &&
        values.every((value, i) => Object.is(value, stored.values[i])),
    );
    if (equal !== undefined) return equal.name;
    const name = `c${++this.#names}`;
    write(name);
    this.#arrays.push({ key, values, name });
    return name;
  }

  /** The serialised ModelProto. */
  finish(
    inputs: readonly OnnxDeclaration[],
    outputs: readonly OnnxDeclaration[],
  ): Uint8Array {
    return new ProtobufWriter()
      .integer(1, irVersion)
      .string(2, "lamina")
      .message(7, (graph) => {
        const { nodes, read } = this.#needed(outputs);
        for (const node of nodes) writeNode(graph, node);
        graph.string(2, "graph");
        for (const [name, initializer] of this.#initializers)
          if (read.has(name)) initializer(graph);
        for (const value of inputs) writeValue(graph, 11, value);
        for (const value of outputs) writeValue(graph, 12, value);
      })
      .message(8, (set) => {
        set.string(1, "").integer(2, operatorSet);
      })
      .finish();
  }

  /** The nodes that outputs depend on, and every name that is read. */
  #needed(outputs: readonly OnnxDeclaration[]): {
    readonly nodes: readonly OnnxNode[];
    readonly read: ReadonlySet<string>;
  } {
    const read = new Set(outputs.map(({ name }) => name));
    const nodes = this.#nodes.toReversed().filter(({ inputs, output }) => {
      if (!read.has(output)) return false;
      for (const input of inputs) read.add(input);
      return true;
    });
    return { nodes: nodes.reverse(), read };
  }

  #once(key: string, write: (name: string) => void): string {
    let name = this.#constantNames.get(key);
    if (name === undefined) {
      name = `c${++this.#names}`;
      this.#constantNames.set(key, name);
      write(name);
    }
    return name;
  }

  #initialize(
    name: string,
    type: ElementType | "int64",
    shape: Shape,
    values: Float32Array | Int32Array | BigInt64Array,
  ): void {
    this.#initializers.set(name, (graph) => {
      graph.message(5, (tensor) => {
        for (const size of shape) tensor.integer(1, size);
        tensor.integer(2, elementCode[type]);
        tensor.string(8, name);
        tensor.bytes(9, bytesOf(values));
      });
    });
  }
}

function writeNode(
  graph: ProtobufWriter,
  { operator, inputs, attributes, output }: OnnxNode,
): void {
  graph.message(1, (node) => {
    for (const input of inputs) node.string(1, input);
    node.string(2, output);
    node.string(4, operator);
    for (const [name, value] of Object.entries(attributes))
      node.message(5, (attribute) => {
        writeAttribute(attribute, name, value);
      });
  });
}

function writeAttribute(
  attribute: ProtobufWriter,
  name: string,
  value: OnnxAttribute,
): void {
  attribute.string(1, name);
  if (typeof value === "number") {
    attribute.integer(3, value).integer(20, attributeType.int);
  } else if (typeof value === "string") {
    attribute.string(4, value).integer(20, attributeType.string);
  } else if ("float" in value) {
    attribute.float(2, value.float).integer(20, attributeType.float);
  } else {
    for (const item of value) attribute.integer(8, item);
    attribute.integer(20, attributeType.ints);
  }
}

function writeValue(
  graph: ProtobufWriter,
  field: number,
  { name, shape, type }: OnnxDeclaration,
): void {
  graph.message(field, (value) => {
    value.string(1, name).message(2, (typeProto) => {
      typeProto.message(1, (tensor) => {
        tensor.integer(1, elementCode[type]).message(2, (shapeProto) => {
          for (const size of shape)
            shapeProto.message(1, (dimension) => {
              if (typeof size === "number") dimension.integer(1, size);
              else dimension.string(2, size);
            });
        });
      });
    });
  });
}
