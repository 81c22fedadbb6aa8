import { openDawn } from "./dawn.ts";
import type { PartOptions, Report } from "./part.ts";

/** About as many as a training step has. */
const DISPATCHES = 1000;
/** Rounds of which the median counts. */
const ROUNDS = 9;

/** What a dispatch costs that does next to nothing, alone and in a row in which each waits for the one before. */
export async function dispatchCost(
  _: PartOptions,
  report: Report,
): Promise<void> {
  const { device } = await openDawn();
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: {
      module: device.createShaderModule({
        code: `@group(0) @binding(0) var<storage, read> src: array<f32>;
@group(0) @binding(1) var<storage, read_write> dst: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { dst[id.x] = src[id.x] + 1.0; }`,
      }),
    },
  });
  const usage =
    GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = [0, 1].map(() => device.createBuffer({ size: 256, usage }));
  const groups = [0, 1].map((turn) =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer: buffers[turn]! } },
        { binding: 1, resource: { buffer: buffers[1 - turn]! } },
      ],
    }),
  );

  const inOnePass = (count: number): void => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    for (let i = 0; i < count; i++) {
      pass.setBindGroup(0, groups[i % 2]);
      pass.dispatchWorkgroups(1);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  const done = (): Promise<undefined> => device.queue.onSubmittedWorkDone();

  const one = await medianMs(async () => {
    inOnePass(1);
    await done();
  });
  report("one, sent and waited for", 1000 * one, "µs");
  const many = await medianMs(async () => {
    inOnePass(DISPATCHES);
    await done();
  });
  report(
    `each of ${DISPATCHES} in a row`,
    (1000 * (many - one)) / DISPATCHES,
    "µs",
  );
  const encoded = await medianMs(() => {
    inOnePass(DISPATCHES);
  }, done);
  report("of that the processor's", (1000 * encoded) / DISPATCHES, "µs");
  const apart = await medianMs(async () => {
    for (let i = 0; i < DISPATCHES / 10; i++) inOnePass(1);
    await done();
  });
  report(
    "each, sent one by one",
    (1000 * (apart - one)) / (DISPATCHES / 10),
    "µs",
  );
  const readback = device.createBuffer({
    size: 4,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const read = await medianMs(async () => {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffers[0]!, 0, readback, 0, 4);
    device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    readback.unmap();
  });
  report("reading one number", 1000 * read, "µs");
}

async function medianMs(
  work: () => unknown,
  after?: () => Promise<unknown>,
): Promise<number> {
  const times: number[] = [];
  await work();
  await after?.();
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
    await after?.();
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
}
