import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runExtendScript } from "../../src/dev/run-extendscript.ts";
import { openCepHost } from "../../src/host/cep-host.ts";
import { runUxp } from "../../src/dev/run-uxp.ts";
import { openUxpHost } from "../../src/host/uxp-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { StandInPremiere } from "../../src/host/stand-in/premiere.ts";

/** Text of a built bundle below `dist/host-scripts`. */
export const builtScript = (name: string): string =>
  readFileSync(
    fileURLToPath(new URL(`../../dist/host-scripts/${name}`, import.meta.url)),
    "utf8",
  );

/** A way to the stand-in, with the scripts that Premiere would run. */
export interface HostKind {
  readonly name: string;
  readonly technology: "extendscript" | "uxp";
  readonly open: (premiere: StandInPremiere) => Host;
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
];
