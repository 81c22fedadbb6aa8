import { wrap } from "comlink";
import { prepareWebRuntime } from "../../runtime/web-runtime.ts";
import { windowSocketPath, wasmPath } from "../addresses.ts";
import { guarded } from "../../protocol/rpc/guarded.ts";
import { offer } from "../../protocol/rpc/offer.ts";
import { SocketLink } from "../../protocol/rpc/socket-endpoint.ts";
import type { OwnerApi } from "../window-api.ts";
import { PixelDevice } from "./pixel-device.ts";
import { windowApi } from "./window-service.ts";

/** The owner takes a window for dead that is silent for much longer. */
const WINDOW_BEAT_MS = 1000;

const onDeviceFailed = (): void => {
  // The owner opens another window, which gets another device.
  socket.close();
};
prepareWebRuntime(new URL(wasmPath, location.origin).href, onDeviceFailed);

const socket = new WebSocket(
  `ws://${location.host}${windowSocketPath}`,
  "lamina",
);
socket.binaryType = "arraybuffer";

const lost = new Promise<never>((_, reject) => {
  socket.onclose = () => {
    reject(new Error("the owner is gone"));
    self.close();
  };
});
const socketLink = new SocketLink(socket);
socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
  socketLink.receive(new Uint8Array(data));
};
const owner = guarded<OwnerApi>(
  wrap<OwnerApi>(socketLink.endpoint("calls-back")),
  lost,
);
offer(
  windowApi(owner, new PixelDevice(onDeviceFailed)),
  socketLink.endpoint("calls"),
);

socket.onopen = () => {
  setInterval(() => {
    void owner.beat().catch(() => undefined);
  }, WINDOW_BEAT_MS);
  void owner.beat();
};
