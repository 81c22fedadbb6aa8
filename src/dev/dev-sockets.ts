import type { WebSocket } from "ws";
import { openCepHost } from "../host/cep-host.ts";
import type { Host } from "../host/host.ts";
import type { JsonPort } from "../host/request-port.ts";
import { serveHost } from "../host/serve-host.ts";
import type { SimulatedPremiere } from "../host/simulator/premiere.ts";
import { renderTimelineFrame } from "../host/simulator/render.ts";
import { openUxpHost } from "../host/uxp-host.ts";
import type { SocketRoute } from "../local-http/local-http-server.ts";
import {
  devHostPath,
  devProjectPath,
  type PageMessage,
  type ServerMessage,
} from "../protocol/dev-api.ts";
import { ticks } from "../units/ticks.ts";
import { encodeSimplePng } from "./png-codec.ts";
import { pictureOf } from "./project-picture.ts";
import { runExtendScript } from "./run-extendscript.ts";
import { runUxp } from "./run-uxp.ts";
import type { SampleClip } from "./sample-project.ts";

/** What the development page is served from. */
export interface DevProject {
  readonly premiere: SimulatedPremiere;
  readonly clips: readonly SampleClip[];
  readonly technology: "extendscript" | "uxp";
  /** Text of the built script for that technology. */
  readonly hostScript: string;
}

/** Messages hold paths and names; pictures only go out. */
const LONGEST_MESSAGE_BYTES = 4 << 20;
/** Milliseconds between looks at the simulated timeline; set once, with no other value on record. */
const TIMELINE_LOOK_EVERY_MS = 150;

/** The sockets through which a development page reaches the simulator: the host port, and the project as a person sees it. */
export function devSockets(
  project: DevProject,
  host: Host,
): Readonly<Record<string, SocketRoute>> {
  const route = (accept: (socket: WebSocket) => void): SocketRoute => ({
    longestMessageBytes: LONGEST_MESSAGE_BYTES,
    accept,
  });
  return {
    [devHostPath]: route((socket) => {
      serveHost(host, portOfSocket(socket));
    }),
    [devProjectPath]: route((socket) => {
      showProject(socket, project);
    }),
  };
}

/** The simulator as a panel talks to it. One for all pages: the script is loaded once, as it is in Premiere. */
export const openDevHost = ({
  premiere,
  technology,
  hostScript,
}: DevProject): Host =>
  technology === "extendscript"
    ? openCepHost(runExtendScript(premiere, hostScript))
    : openUxpHost(runUxp(premiere, hostScript));

const portOfSocket = (socket: WebSocket): JsonPort => ({
  post: (text) => {
    if (socket.readyState === socket.OPEN) socket.send(String(text));
  },
  listen: (onMessage, onClose) => {
    const listener = (data: Buffer): void => {
      onMessage(data.toString());
    };
    socket.on("message", listener);
    socket.on("close", onClose);
    return () => {
      socket.off("message", listener);
      socket.off("close", onClose);
    };
  },
});

/** Tells a page of the project whenever it looks otherwise, and does what its user does in the timeline. */
function showProject(socket: WebSocket, { premiere, clips }: DevProject): void {
  const say = (message: ServerMessage): void => {
    socket.send(JSON.stringify(message));
  };
  let last = "";
  const look = (): void => {
    // Between two steps of a script there may be another sequence, which nobody would see in Premiere.
    if (premiere.exporting) return;
    const picture = pictureOf(premiere, clips);
    const text = JSON.stringify(picture);
    if (picture === undefined || text === last) return;
    last = text;
    say({ kind: "project", project: picture });
  };
  look();
  const timer = setInterval(look, TIMELINE_LOOK_EVERY_MS);
  socket.on("close", () => {
    clearInterval(timer);
  });
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as PageMessage;
    const { active } = premiere;
    if (active === undefined) return;
    switch (message.kind) {
      case "select": {
        const wanted = new Set(message.clipIds);
        const all = active.video.flatMap((track) => track.clips);
        premiere.select(all.filter(({ id }) => wanted.has(id)));
        look();
        break;
      }
      case "render": {
        const { frame } = message;
        const time = ticks(BigInt(frame) * active.ticksPerFrame);
        const picture = renderTimelineFrame(active, time, premiere.disk);
        const png = Buffer.from(encodeSimplePng(picture)).toString("base64");
        say({ kind: "rendered", frame, png });
      }
    }
  });
}
