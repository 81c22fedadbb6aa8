/** The page that a hidden browser opens. */
export const windowPagePath = "/window/";

/** The WebSocket between the page's worker and the owner. */
export const windowSocketPath = "/window/calls";

/** ONNX Runtime's WebAssembly. */
export const wasmPath = "/window/ort.wasm";
