import type { FixedUpsample } from "../../vision/background/fixed-upsample.ts";

/** Invocations of a workgroup, each of which makes two values. */
const GROUP = 64;
/** Workgroups along x; a 4K frame needs three times as many as one dimension may have. */
const GROUPS_ACROSS = 1024;

/** `enlargeFixed` of `src/vision/background/fixed-upsample.ts`, step by step: whole numbers leave a GPU no freedom. */
const code = `
struct Sizes { width: u32, height: u32, smallWidth: u32, smallHeight: u32 }
@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> ratio: array<i32>;
@group(0) @binding(3) var<storage, read> offset: array<i32>;
@group(0) @binding(4) var<storage, read> taps: array<u32>;
@group(0) @binding(5) var<storage, read_write> enlarged: array<u32>;

fn between(a: i32, b: i32, tap: u32) -> i32 {
  let share = i32(tap & 1023u);
  return (a * (1024 - share) + b * share + 512) >> 10u;
}

fn value(i: u32) -> u32 {
  let area = sizes.width * sizes.height;
  let c = i / area;
  let p = i % area;
  let across = taps[p % sizes.width];
  let down = taps[sizes.width + p / sizes.width];
  let left = across >> 10u;
  let right = min(left + 1u, sizes.smallWidth - 1u);
  let above = (c * sizes.smallHeight + (down >> 10u)) * sizes.smallWidth;
  let below = (c * sizes.smallHeight + min((down >> 10u) + 1u, sizes.smallHeight - 1u)) * sizes.smallWidth;
  let r = between(
    between(ratio[above + left], ratio[above + right], across),
    between(ratio[below + left], ratio[below + right], across), down);
  let s = between(
    between(offset[above + left], offset[above + right], across),
    between(offset[below + left], offset[below + right], across), down);
  let byte = 3u * p + c;
  let seen = i32((frame[byte / 4u] >> (8u * (byte % 4u))) & 255u);
  return u32(clamp(((r * seen + 32) >> 6u) + s, 0, 65280));
}

@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let pair = id.y * ${GROUP * GROUPS_ACROSS}u + id.x;
  let count = 3u * sizes.width * sizes.height;
  if (2u * pair >= count) { return; }
  var both = value(2u * pair);
  if (2u * pair + 1u < count) { both |= value(2u * pair + 1u) << 16u; }
  enlarged[pair] = both;
}`;

/** Enlarges backgrounds on one device; its memory serves frames of one size. */
export class BackgroundEnlarger {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;
  readonly #buffers = new Map<string, GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#pipeline = device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code }) },
    });
  }

  /**
   * What `enlargeFixed` gives, as the bytes of its sixteen-bit values, little endian.
   *
   * @param frame `[H, W, 3]` code values
   */
  async enlarge(
    frame: Uint8Array,
    { size, small, ratio, offset, taps }: FixedUpsample,
  ): Promise<Uint8Array> {
    const { queue } = this.#device;
    const count = 3 * size.width * size.height;
    const outBytes = 4 * Math.ceil(count / 2);
    const { STORAGE, COPY_DST, COPY_SRC, UNIFORM, MAP_READ } = GPUBufferUsage;
    const sizes = this.#buffer("sizes", 16, UNIFORM | COPY_DST);
    const { width, height } = size;
    queue.writeBuffer(
      sizes,
      0,
      Uint32Array.of(width, height, small.width, small.height),
    );
    const inputs = Object.entries({ frame, ratio, offset, taps }).map(
      ([name, values]) => {
        const bytes = inWords(values);
        const buffer = this.#buffer(name, bytes.length, STORAGE | COPY_DST);
        queue.writeBuffer(buffer, 0, bytes);
        return buffer;
      },
    );
    const out = this.#buffer("enlarged", outBytes, STORAGE | COPY_SRC);
    const readback = this.#buffer("readback", outBytes, COPY_DST | MAP_READ);
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(
      0,
      this.#device.createBindGroup({
        layout: this.#pipeline.getBindGroupLayout(0),
        entries: [sizes, ...inputs, out].map((buffer, binding) => ({
          binding,
          resource: { buffer },
        })),
      }),
    );
    const groups = Math.ceil(count / 2 / GROUP);
    pass.dispatchWorkgroups(
      Math.min(groups, GROUPS_ACROSS),
      Math.ceil(groups / GROUPS_ACROSS),
    );
    pass.end();
    encoder.copyBufferToBuffer(out, 0, readback, 0, outBytes);
    queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const bytes = new Uint8Array(readback.getMappedRange(), 0, 2 * count);
    const result = bytes.slice();
    readback.unmap();
    return result;
  }

  /** Memory by what it is for, taken anew when another size is wanted. */
  #buffer(name: string, size: number, usage: number): GPUBuffer {
    const there = this.#buffers.get(name);
    if (there?.size === size) return there;
    there?.destroy();
    const made = this.#device.createBuffer({ size, usage });
    this.#buffers.set(name, made);
    return made;
  }
}

/** Bytes of the values, filled up to whole words, as a GPU takes them. */
function inWords(
  values: Uint8Array | Int32Array | Uint32Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * Math.ceil(values.byteLength / 4));
  bytes.set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return bytes;
}
