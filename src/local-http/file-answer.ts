import path from "node:path";
import { Readable } from "node:stream";
import type { Context, Handler } from "hono";
import { confinedParts, openConfined } from "./confined-file.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".mov": "video/quicktime",
};

/**
 * Answers with a file under a root, streamed.
 *
 * @param encodedPath the path under the root as it stands in the address
 * @throws LaminaError `path-refused`, `not-found`
 */
export async function answerWithFile(
  context: Context,
  root: string,
  encodedPath: string,
): Promise<Response> {
  const parts = confinedParts(encodedPath);
  const { handle, sizeBytes } = await openConfined(root, parts);
  const extension = path.extname(parts.at(-1)!).toLowerCase();
  context.header(
    "Content-Type",
    contentTypes[extension] ?? "application/octet-stream",
  );
  context.header("Content-Length", String(sizeBytes));
  if (context.req.method === "HEAD") {
    await handle.close();
    return context.body(null);
  }
  // The length is promised, so a file that grows meanwhile is cut there.
  const stream = handle.createReadStream({ end: Math.max(0, sizeBytes - 1) });
  return context.body(Readable.toWeb(stream) as ReadableStream<Uint8Array>);
}

/**
 * Serves the files of a folder at and below a path that ends in `/`; the path itself is the folder's `index.html`.
 *
 * @param prefix the path, such as `/panel/`; routes are added as `<prefix>*`
 */
export const folderHandler =
  (root: string, prefix: string): Handler =>
  (context) => {
    const rest = context.req.path.slice(prefix.length);
    return answerWithFile(context, root, rest === "" ? "index.html" : rest);
  };
