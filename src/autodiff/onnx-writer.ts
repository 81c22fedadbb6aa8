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

/** Collects ONNX nodes and constants and writes the model. Field numbers are those of onnx.proto (ModelProto, GraphProto, …). */
export class OnnxWriter {
  readonly #nodes: ((graph: ProtobufWriter) => void)[] = [];
  readonly #initializers = new Map<string, (graph: ProtobufWriter) => void>();
  readonly #constantNames = new Map<string, string>();
  readonly #sharedNames = new Map<string, string>();
  #names = 0;

  /** Adds a node with one result and hands back the result's name. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = `t${++this.#names}`,
  ): string {
    this.#nodes.push((graph) =>
      graph.message(1, (node) => {
        for (const input of inputs) node.string(1, input);
        node.string(2, output);
        node.string(4, operator);
        for (const [name, value] of Object.entries(attributes))
          node.message(5, (attribute) => {
            writeAttribute(attribute, name, value);
          });
      }),
    );
    return output;
  }

  /** Writes nodes whose result several readers want; who asks with the same key is given the same name. */
  shared(key: string, write: () => string): string {
    const name = this.#sharedNames.get(key) ?? write();
    this.#sharedNames.set(key, name);
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

  /** A constant of float32 or int32. Equal scalars are stored once. */
  constant(values: Float32Array | Int32Array, shape: Shape): string {
    const type = values instanceof Int32Array ? "int32" : "float32";
    const write = (name: string): void => {
      this.#initialize(name, type, shape, values);
    };
    if (values.length === 1)
      return this.#once(`${type}[${shape.join(",")}]${values[0]!}`, write);
    const name = `c${++this.#names}`;
    write(name);
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
        for (const node of this.#nodes) node(graph);
        graph.string(2, "graph");
        for (const initializer of this.#initializers.values())
          initializer(graph);
        for (const value of inputs) writeValue(graph, 11, value);
        for (const value of outputs) writeValue(graph, 12, value);
      })
      .message(8, (set) => {
        set.string(1, "").integer(2, operatorSet);
      })
      .finish();
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
