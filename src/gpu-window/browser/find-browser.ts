import { existsSync } from "node:fs";
import path from "node:path";
import { Launcher } from "chrome-launcher";
import { LaminaError } from "../../errors/failure.ts";

/** Microsoft Edge is a Chromium that every Windows has, and that chrome-launcher does not look for. */
function edgePlaces(env: NodeJS.ProcessEnv): string[] {
  const windows = [env["ProgramFiles(x86)"], env["ProgramFiles"]]
    .filter((folder) => folder !== undefined)
    .map((folder) =>
      path.join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
    );
  return [
    ...windows,
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/usr/bin/microsoft-edge",
    "/opt/microsoft/msedge/msedge",
  ];
}

/** Linux packages name Chromium in ways of their own. */
const chromiumPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/**
 * Finds a browser of the Chromium family: the one that `LAMINA_BROWSER` names, else an installed Chrome, Chromium or Edge.
 *
 * @returns path of the program
 * @throws LaminaError `browser-missing`
 */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["LAMINA_BROWSER"];
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new LaminaError({ code: "browser-missing", named });
  }
  const places = [...installations(), ...chromiumPlaces, ...edgePlaces(env)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new LaminaError({ code: "browser-missing" });
  return found;
}

/** What chrome-launcher finds; it throws where there is nothing. */
function installations(): readonly string[] {
  try {
    return Launcher.getInstallations();
  } catch {
    return [];
  }
}
