import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readRgb } from "../src/media/image-file.ts";
import { listImages } from "../src/media/image-folder.ts";
import { writePng } from "../src/media/write-png.ts";

/** What a stretch of work cost. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/**
 * Measures the least that any tool of this kind must do: decode every frame, and encode it as often as the result has layers (the
 * background as RGB, every object layer as RGBA). One frame at a time, so seconds are comparable with CPU-seconds.
 */
export async function measureFloor(
  framesFolder: string,
  objectLayers: number,
): Promise<Cost> {
  const files = await listImages(framesFolder);
  const folder = await mkdtemp(path.join(os.tmpdir(), "lamina-floor-"));
  try {
    await mkdir(folder, { recursive: true });
    const began = performance.now();
    const cpuBegan = process.cpuUsage();
    for (const file of files) {
      const { data, width, height } = await readRgb(file);
      await writePng(path.join(folder, "frame.png"), data, width, height, 3);
      const rgba = new Uint8Array(width * height * 4);
      for (let i = 0, j = 0; i < data.length; i += 3, j += 4) {
        rgba[j] = data[i]!;
        rgba[j + 1] = data[i + 1]!;
        rgba[j + 2] = data[i + 2]!;
        rgba[j + 3] = 255;
      }
      for (let n = 0; n < objectLayers; n++) {
        await writePng(path.join(folder, "layer.png"), rgba, width, height, 4);
      }
    }
    const cpu = process.cpuUsage(cpuBegan);
    return {
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
