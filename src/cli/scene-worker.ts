import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import { renderScene } from "../scenes/render-scene.ts";
import type { SceneAnswer, SceneShare } from "./render-on-threads.ts";
import { writeSceneFrames } from "./write-scene.ts";

const port = parentPort;
assert(port !== null, "this script runs in a worker thread");
const answer = (value: SceneAnswer): void => {
  port.postMessage(value);
};

const { spec, folder, frames } = workerData as SceneShare;
try {
  await writeSceneFrames(renderScene(spec), folder, frames, false);
  answer("written");
} catch (error) {
  if (!(error instanceof LaminaError)) throw error;
  answer(error.failure);
}
