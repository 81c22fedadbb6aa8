import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { escapeMarkup } from "../contact-sheet/escape-markup.ts";

const PREFIX = "lamina-open-";
/** As long as a ticket is good. */
const LIVES_MS = 2 * 60e3;

/** A page on disk, and how it goes away. */
export interface RedirectPage {
  /** Its path. */
  readonly file: string;
  /** Removes it before its time. */
  readonly remove: () => Promise<void>;
}

/**
 * Writes a page that goes on to an address. The address may hold a secret, which must not stand on a command line, where
 * everybody on the machine can read it: so the file and its folder are for the user alone. It is removed after two minutes;
 * what a process that ended sooner has left is removed by the next.
 */
export async function writeRedirectPage(
  address: string,
): Promise<RedirectPage> {
  await sweep();
  const folder = await mkdtemp(path.join(tmpdir(), PREFIX));
  const file = path.join(folder, "lamina.html");
  const remove = (): Promise<void> =>
    rm(folder, { recursive: true, force: true });
  const goal = escapeMarkup(address);
  const page = `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${goal}">
<title>Lamina</title>
<a href="${goal}">Open the panel</a>
`;
  await writeFile(file, page, { mode: 0o600, flag: "wx" });
  setTimeout(() => void remove(), LIVES_MS).unref();
  return { file, remove };
}

async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = path.join(tmpdir(), name);
    const made = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - made < LIVES_MS) continue;
    // Another user's cannot be removed, and need not be.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
