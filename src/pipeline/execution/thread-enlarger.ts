import { MessageChannel, type MessagePort } from "node:worker_threads";
import type {
  EnlargeBackground,
  FixedUpsample,
} from "../../vision/background/fixed-upsample.ts";

interface Asked {
  readonly id: number;
  readonly frame: Uint8Array;
  readonly coefficients: FixedUpsample;
}

type Answered =
  | { readonly id: number; readonly values: Uint16Array }
  | { readonly id: number; readonly bug: string };

/**
 * Lets a worker thread enlarge backgrounds where only the main thread can.
 *
 * @returns the thread's end, to be transferred to it
 */
export function serveEnlarging(enlarge: EnlargeBackground): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.on("message", ({ id, frame, coefficients }: Asked) => {
    void enlarge(frame, coefficients).then(
      (values) => {
        const answer: Answered = { id, values };
        port1.postMessage(answer, [values.buffer as ArrayBuffer]);
      },
      (error: unknown) => {
        const answer: Answered = { id, bug: String(error) };
        port1.postMessage(answer);
      },
    );
  });
  // It lives as long as the thread does.
  port1.unref();
  return port2;
}

/** Enlarges backgrounds through the port that the main thread has sent. */
export function enlargeThrough(port: MessagePort): EnlargeBackground {
  const pending = new Map<
    number,
    { resolve: (values: Uint16Array) => void; reject: (error: Error) => void }
  >();
  let nextId = 0;
  port.on("message", (answer: Answered) => {
    const asked = pending.get(answer.id);
    pending.delete(answer.id);
    if ("values" in answer) asked?.resolve(answer.values);
    else asked?.reject(new Error(answer.bug));
  });
  return (frame, coefficients) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      pending.set(id, { resolve, reject });
      const asked: Asked = { id, frame, coefficients };
      port.postMessage(asked);
    });
}
