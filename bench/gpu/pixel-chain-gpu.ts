import {
  columnsKernel,
  fuseKernel,
  GROUP,
  packKernel,
  rowsKernel,
  warpKernel,
} from "./pixel-kernels.ts";

/** What is chained. */
export interface ChainSpec {
  readonly width: number;
  readonly height: number;
  /** Per frame, the homography that takes target pixels to it. */
  readonly maps: readonly (readonly number[])[];
  readonly sigma: number;
  readonly agreement: number;
}

/** Medians, in milliseconds, of all frames together. */
export interface ChainTimes {
  readonly "there, kernels and back": number;
  readonly "kernels alone": number;
  readonly Gaussian: number;
  readonly warp: number;
  readonly fusion: number;
  readonly "way there": number;
  readonly "way back": number;
}

/** Something that is encoded into a pass. */
type Step = (pass: GPUComputePassEncoder) => void;

/** The chain on a GPU, its memory taken once. */
export class GpuChain {
  readonly #device: GPUDevice;
  readonly #uploads: readonly GPUBuffer[];
  readonly #fused: GPUBuffer;
  readonly #packed: GPUBuffer;
  readonly #readback: GPUBuffer;
  readonly #gaussian: readonly Step[];
  readonly #warps: readonly Step[];
  readonly #fusion: Step;
  readonly #packing: Step;

  constructor(device: GPUDevice, spec: ChainSpec) {
    this.#device = device;
    const { width, height, maps, sigma, agreement } = spec;
    const area = width * height;
    const buffer = (bytesPerPixel: number): GPUBuffer =>
      device.createBuffer({
        size: bytesPerPixel * area,
        usage:
          GPUBufferUsage.STORAGE |
          GPUBufferUsage.COPY_SRC |
          GPUBufferUsage.COPY_DST,
      });
    const sizes = device.createBuffer({
      size: 16,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(sizes, 0, Uint32Array.of(width, height, 0, 0));
    const step = (code: string, ...buffers: readonly GPUBuffer[]): Step => {
      const pipeline = device.createComputePipeline({
        layout: "auto",
        compute: { module: device.createShaderModule({ code }) },
      });
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [sizes, ...buffers].map((each, binding) => ({
          binding,
          resource: { buffer: each },
        })),
      });
      return (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(Math.ceil(width / GROUP), height);
      };
    };
    const taps = gaussianTaps(sigma);
    const across = buffer(16);
    const smooth = buffer(16);
    const samples = maps.map(() => buffer(16));
    this.#uploads = maps.map(() => buffer(4));
    this.#fused = buffer(16);
    this.#packed = buffer(4);
    this.#readback = device.createBuffer({
      size: 4 * area,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    const columns = step(columnsKernel(taps), across, smooth);
    this.#gaussian = this.#uploads.map((upload) => {
      const rows = step(rowsKernel(taps), upload, across);
      return (pass) => {
        rows(pass);
        columns(pass);
      };
    });
    this.#warps = maps.map((map, k) =>
      step(warpKernel(map), smooth, samples[k]!),
    );
    this.#fusion = step(
      fuseKernel(maps.length, agreement),
      ...samples,
      this.#fused,
    );
    this.#packing = step(packKernel, this.#fused, this.#packed);
  }

  /** Times the chain and its parts; leaves behind what the chain gives. */
  async time(
    frames: readonly Uint8Array[],
    rounds: number,
  ): Promise<ChainTimes> {
    const packed = frames.map(withAlpha);
    const upload = (): void => {
      for (const [k, pixels] of packed.entries())
        this.#device.queue.writeBuffer(this.#uploads[k]!, 0, pixels);
    };
    const chain: Step = (pass) => {
      for (const [k, blur] of this.#gaussian.entries()) {
        blur(pass);
        this.#warps[k]!(pass);
      }
      this.#fusion(pass);
    };
    const all =
      (steps: readonly Step[]): Step =>
      (pass) => {
        for (const each of steps) each(pass);
      };
    const run = async (step: Step): Promise<void> => {
      this.#submit(step);
      await this.#device.queue.onSubmittedWorkDone();
    };
    // The first round compiles.
    upload();
    await run(chain);
    const median = async (work: () => Promise<unknown>): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const began = performance.now();
        await work();
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[rounds >> 1]!;
    };
    const times = {
      "there, kernels and back": await median(async () => {
        upload();
        this.#submit(chain);
        await this.#readBack();
      }),
      "kernels alone": await median(() => run(chain)),
      Gaussian: await median(() => run(all(this.#gaussian))),
      warp: await median(() => run(all(this.#warps))),
      fusion: await median(() => run(this.#fusion)),
      "way there": await median(async () => {
        upload();
        await this.#device.queue.onSubmittedWorkDone();
      }),
      "way back": await median(() => this.#readBack()),
    };
    // Parts that ran by themselves have left something else behind.
    await run(chain);
    return times;
  }

  /** What came of it, `[H, W, 4]`: red, green, blue, spread. */
  async colours(): Promise<Float32Array> {
    const { size } = this.#fused;
    const readback = this.#device.createBuffer({
      size,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    return new Float32Array(await this.#fetch(this.#fused, readback));
  }

  #submit(step: Step): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    step(pass);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  async #readBack(): Promise<ArrayBuffer> {
    this.#submit(this.#packing);
    return this.#fetch(this.#packed, this.#readback);
  }

  async #fetch(from: GPUBuffer, readback: GPUBuffer): Promise<ArrayBuffer> {
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, readback, 0, from.size);
    this.#device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const bytes = readback.getMappedRange().slice(0);
    readback.unmap();
    return bytes;
  }
}

/** The kernel that `gaussian` of `src/kernels/gaussian.ts` samples. */
function gaussianTaps(sigma: number): readonly number[] {
  const radius = Math.max(1, Math.ceil(3.5 * sigma));
  const taps = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp((-0.5 * (i - radius) ** 2) / (sigma * sigma)),
  );
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/** `[H, W, 3]` bytes as `[H, W, 4]`. */
function withAlpha(rgb: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let i = 0, j = 0; i < rgb.length; i += 3, j += 4) {
    rgba[j] = rgb[i]!;
    rgba[j + 1] = rgb[i + 1]!;
    rgba[j + 2] = rgb[i + 2]!;
  }
  return rgba;
}
