/** Where the network trains: on the GPU, on the processor, or on the processor from within a browser. */
export type RuntimeBackend = "webgpu" | "cpu" | "wasm";

/** What a user can ask for: a backend, or to have the quickest one chosen that computes the same. */
export const backendChoices = ["auto", "cpu", "webgpu", "wasm"] as const;

/** Which backend a user asks for. */
export type BackendChoice = (typeof backendChoices)[number];
