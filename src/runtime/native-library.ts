// The only place from which ONNX Runtime's native library is loaded, here and nowhere else (`.dependency-cruiser.mjs` sees to that).
import { refuseTelemetry } from "./no-telemetry.ts";

refuseTelemetry();

/** ONNX Runtime's native library. Loaded by hand: what is imported at the head of a file is loaded before anything in it runs. */
export const native = await import("onnxruntime-node");
