import { lstatSync, promises as files, readdirSync } from "node:fs";
import type { JsonPort } from "../host/request-port.ts";
import type { SimulatedPremiere } from "../host/simulator/premiere.ts";
import { premiereProModule } from "../host/simulator/uxp-face.ts";
import { createContext, runInContext } from "node:vm";

/** UXP's file module: without callbacks its functions answer promises; files are numbers. */
const uxpFiles = () => {
  const open = new Map<number, files.FileHandle>();
  let last = 0;
  return {
    readdirSync,
    lstatSync,
    open: async (path: string, flag: string): Promise<number> => {
      open.set(++last, await files.open(path, flag));
      return last;
    },
    read: (
      file: number,
      buffer: ArrayBuffer,
      offset: number,
      length: number,
      position: number,
    ) => open.get(file)!.read(new Uint8Array(buffer), offset, length, position),
    close: async (file: number): Promise<number> => {
      await open.get(file)!.close();
      open.delete(file);
      return 0;
    },
    // A buffer comes from the script's own realm.
    writeFile: (path: string, data: string | ArrayBuffer) =>
      files.writeFile(
        path,
        typeof data === "string" ? data : new Uint8Array(data),
      ),
    readFile: async (path: string): Promise<ArrayBuffer> =>
      new Uint8Array(await files.readFile(path)).buffer,
    mkdir: (path: string) => files.mkdir(path),
    rename: (from: string, to: string) => files.rename(from, to),
    unlink: (path: string) => files.unlink(path),
    rmdir: (path: string) => files.rmdir(path),
  };
};

/**
 * Runs the built UXP script against the simulator as Premiere would: on a page that has a webview, with Premiere's modules
 * and without Node's. Messages are copied as JSON, as the bridge does.
 *
 * @param bundle text of `lamina-host.js`
 * @returns the webview's side of the bridge
 */
export function runUxp(premiere: SimulatedPremiere, bundle: string): JsonPort {
  type Listen = (message: unknown) => void;
  const inPanel = new Set<Listen>();
  const onPage = new Set<(event: { data: unknown }) => void>();
  const copy = (message: unknown): unknown =>
    JSON.parse(JSON.stringify(message));
  premiere.later = (work) => {
    setTimeout(work, 30);
  };
  const modules: Readonly<Record<string, unknown>> = {
    premierepro: premiereProModule(premiere),
    fs: uxpFiles(),
  };
  const view = {
    postMessage: (message: unknown) => {
      const data = copy(message);
      setImmediate(() => {
        for (const listener of inPanel) listener(data);
      });
    },
  };
  const context = createContext({
    require: (name: string) => {
      if (!(name in modules)) throw new Error(`UXP has no module ${name}`);
      return modules[name];
    },
    document: { querySelector: () => view },
    addEventListener: (_: string, on: (event: { data: unknown }) => void) =>
      onPage.add(on),
    setTimeout,
  });
  runInContext(bundle, context, { filename: "lamina-host.js" });
  return {
    post: (message) => {
      const data = copy(message);
      setImmediate(() => {
        for (const listener of onPage) listener({ data });
      });
    },
    listen: (onMessage) => {
      inPanel.add(onMessage);
      return () => inPanel.delete(onMessage);
    },
  };
}
