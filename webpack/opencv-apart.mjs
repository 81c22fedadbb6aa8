import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Where OpenCV's WebAssembly begins, in the package's script. */
const prefix = "data:application/octet-stream;base64,";
/** Shorter texts in base64 are no library. */
const LEAST_LENGTH = 2 ** 20;

/** What loads it: each thread has its own instance, and the machine's code of all of them is the same. */
const loading = `
import { readFile } from "node:fs/promises";
import opencv from "./opencv_js.js";

let library;
export const loadOpenCV = () => (library ??= load());

async function load() {
  const file = new URL("./opencv.wasm", import.meta.url);
  const module = await WebAssembly.compile(await readFile(file));
  return opencv({
    instantiateWasm(imports, receive) {
      void WebAssembly.instantiate(module, imports).then((instance) => {
        receive(instance, module);
      });
      return {};
    },
  });
}
`;

/**
 * Webpack loader for `@opencvjs/web`, whose script holds OpenCV's WebAssembly as eleven megabytes of text that every thread would read,
 * decode and keep: puts it beside the bundle as a file, with its licence.
 */
export default function opencvApart(source) {
  const done = this.async();
  const folder = path.dirname(this.resourcePath);
  if (path.basename(this.resourcePath) === "index.js") {
    done(null, loading);
    return;
  }
  let start = 0;
  let end = 0;
  while (end - start < LEAST_LENGTH) {
    const found = source.indexOf(prefix, end);
    if (found < 0) {
      done(new Error("OpenCV's WebAssembly is not where it used to be"));
      return;
    }
    start = found + prefix.length;
    end = source.indexOf('"', start);
  }
  this.emitFile("opencv.wasm", Buffer.from(source.slice(start, end), "base64"));
  readFile(path.join(folder, "../LICENSE")).then((licence) => {
    this.emitFile("opencv.LICENSE", licence);
    done(null, source.slice(0, start) + source.slice(end));
  }, done);
}
