import { wrap } from "comlink";
import { LaminaError } from "../errors/failure.ts";
import { RemoteError } from "./remote-error.ts";
import { guarded } from "./rpc/guarded.ts";
import { offer } from "./rpc/offer.ts";
import { SocketLink } from "./rpc/socket-endpoint.ts";
import type { Answer, SubjectApi, SubjectEvents } from "./subject-api.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a session can be asked, each call with its value. */
export type SubjectCalls = {
  readonly [Call in keyof SubjectApi]: (
    ...parameters: Parameters<SubjectApi[Call]>
  ) => Promise<Value<Awaited<ReturnType<SubjectApi[Call]>>>>;
};
type Value<Given> = Extract<Given, { ok: true; value: unknown }>["value"];

/**
 * A session on a clip's subjects, from afar. Every call throws
 * - RemoteError when the service refuses or fails,
 * - LaminaError `subjects-lost` when the session is over: also when `close` is called meanwhile.
 */
export class SubjectLink {
  readonly calls: SubjectCalls;
  /** Resolves when the session is over. */
  readonly ended: Promise<void>;
  readonly #close: () => void;

  constructor(
    address: string,
    protocols: string[],
    events: SubjectEvents,
    { WebSocket }: Surroundings,
  ) {
    const socket = new WebSocket(address, protocols);
    socket.binaryType = "arraybuffer";
    const opened = new Promise<unknown>((resolve) => {
      socket.onopen = resolve;
    });
    // A browser complains of one that is closed before it was open.
    this.#close = () => {
      void opened.then(() => {
        socket.close();
      });
    };
    const link = new SocketLink({
      send: (bytes) => {
        void opened.then(() => {
          socket.send(bytes);
        });
      },
    });
    socket.onmessage = ({ data }: { data: ArrayBuffer }) => {
      link.receive(new Uint8Array(data));
    };
    // An error is always followed by a close, and Node needs a listener.
    socket.onerror = () => undefined;
    this.ended = new Promise((resolve) => {
      socket.onclose = () => {
        resolve();
      };
    });
    const lost = this.ended.then(() => {
      throw new LaminaError({ code: "subjects-lost" });
    });
    // Only an object's own methods can be called.
    const { progress, mask } = events;
    offer({ progress, mask }, link.endpoint("calls-back"));
    const api = guarded<SubjectApi>(wrap(link.endpoint("calls")), lost);
    this.calls = withValues(api);
  }

  /** Ends the session; what was not accepted is gone. */
  close(): void {
    this.#close();
  }
}

/** Calls that give the value of the answer, or throw what went wrong. */
const withValues = (api: object): SubjectCalls =>
  new Proxy({} as SubjectCalls, {
    get:
      (_, name) =>
      async (...parameters: unknown[]) => {
        const calls = api as Readonly<
          Record<
            string | symbol,
            (...parameters: unknown[]) => Promise<Answer<unknown>>
          >
        >;
        const answer = await calls[name]!(...parameters);
        if (answer.ok) return answer.value;
        throw new RemoteError(answer.error);
      },
  });
