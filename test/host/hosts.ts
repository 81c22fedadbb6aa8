import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { runExtendScript } from "../../src/dev/run-extendscript.ts";
import { openCepHost } from "../../src/host/cep-host.ts";
import { runUxp } from "../../src/dev/run-uxp.ts";
import { openRemoteHost } from "../../src/host/remote-host.ts";
import type { JsonPort } from "../../src/host/request-port.ts";
import { serveHost } from "../../src/host/serve-host.ts";
import { openUxpHost } from "../../src/host/uxp-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { SimulatedPremiere } from "../../src/host/simulator/premiere.ts";

/** Text of a built bundle below `dist/host-scripts/premiere`. */
export const builtScript = (name: string): string =>
  readFileSync(
    fileURLToPath(
      new URL(`../../dist/host-scripts/premiere/${name}`, import.meta.url),
    ),
    "utf8",
  );

/** A channel's end; the other end closes with it. */
const messagePort = (port: MessagePort): JsonPort => ({
  post: (message) => {
    port.postMessage(message);
  },
  listen: (onMessage, onClose) => {
    port.on("message", onMessage);
    port.on("close", onClose);
    return () => {
      port.off("message", onMessage);
      port.off("close", onClose);
      port.close();
    };
  },
});

/** A way to the simulator, with the scripts that Premiere would run. */
export interface HostKind {
  readonly name: string;
  readonly technology: "extendscript" | "uxp";
  readonly open: (premiere: SimulatedPremiere) => Host;
}

/** The three ways to a host. */
export const hostKinds: readonly HostKind[] = [
  {
    name: "ExtendScript through CEP",
    technology: "extendscript",
    open: (premiere) =>
      openCepHost(
        runExtendScript(premiere, builtScript("extendscript/lamina.jsx")),
      ),
  },
  {
    name: "UXP through the message bridge",
    technology: "uxp",
    open: (premiere) =>
      openUxpHost(runUxp(premiere, builtScript("uxp/lamina-host.js")), {
        exportStallMilliseconds: 200,
      }),
  },
  {
    name: "a host in another process",
    technology: "extendscript",
    open: (premiere) => {
      const { port1, port2 } = new MessageChannel();
      const host = openCepHost(
        runExtendScript(premiere, builtScript("extendscript/lamina.jsx")),
      );
      serveHost(host, messagePort(port1));
      return openRemoteHost(messagePort(port2));
    },
  },
];
