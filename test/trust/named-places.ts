import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FreshUser } from "./traced-run.ts";

const page = new URL("../../docs/privacy.md", import.meta.url);

/**
 * Reads the places on Linux from the table of `docs/privacy.md`.
 *
 * @param outputPath what `<out>` stands for
 * @returns          whether a path is one of these places, lies within one, or is a folder that had to be made for one
 */
export async function namedPlaces(
  user: FreshUser,
  outputPath: string,
): Promise<(file: string) => boolean> {
  const rows = (await readFile(page, "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const column = rows[0]?.indexOf("Linux") ?? -1;
  const places = rows
    .flatMap((cells) => [...(cells[column] ?? "").matchAll(/`([^`]+)`/g)])
    .map(([, place]) =>
      place!
        .replace("~", user.home)
        .replace("$TMPDIR", user.temporary)
        .replace("<out>", outputPath),
    );
  const patterns = places.map(
    (place) =>
      new RegExp(
        `^${place.split("*").map(escape).join(`[^${path.sep}]*`)}(${path.sep}|$)`,
      ),
  );
  return (file) =>
    patterns.some((pattern) => pattern.test(file)) ||
    places.some((place) => place.startsWith(file + path.sep));
}

const escape = (text: string): string =>
  text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
