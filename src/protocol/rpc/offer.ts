import type { MessageListener } from "./socket-endpoint.ts";
import { type Endpoint, expose } from "comlink";

/**
 * Lets the peer call an object's own methods, and nothing else: comlink by itself would let it read, write and construct
 * whatever can be reached from there. A message that is no such call throws where it is received.
 */
export function offer(api: object, endpoint: Endpoint): void {
  expose(api, {
    ...endpoint,
    addEventListener: (type, listener) => {
      const heard: unknown = listener;
      const checked: unknown = (event: { readonly data: unknown }) => {
        if (!isPlainCall(event.data, api)) throw new Error("no plain call");
        (heard as MessageListener)(event);
      };
      endpoint.addEventListener(type, checked as typeof listener);
    },
  });
}

function isPlainCall(message: unknown, api: object): boolean {
  const { type, path, argumentList } = (message ?? {}) as {
    readonly type?: unknown;
    readonly path?: unknown;
    readonly argumentList?: unknown;
  };
  return (
    type === "APPLY" &&
    Array.isArray(path) &&
    path.length === 1 &&
    Object.hasOwn(api, path[0] as string) &&
    Array.isArray(argumentList) &&
    argumentList.every(
      (each) => (each as { type?: unknown } | null)?.type === "RAW",
    )
  );
}
