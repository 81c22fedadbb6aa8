import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** What file systems take as a name: ext4 and APFS 255 bytes of UTF-8, NTFS 255 units of UTF-16. */
const LONGEST_NAME_BYTES = 255;
/** What is hung on at most: a process's id, a counter that begins anywhere below 2^40, and endings. */
const LONGEST_SUFFIX_BYTES = 40;
/** Of the digest that tells cut names apart. */
const DIGEST_LENGTH = 8;

/**
 * What names beside a file or folder begin with: its own name, or, where nothing could be hung on that, its beginning and a digest
 * of all of it.
 */
export function stemBeside(name: string): string {
  const most = LONGEST_NAME_BYTES - LONGEST_SUFFIX_BYTES;
  if (Buffer.byteLength(name) <= most) return name;
  const digest = createHash("sha256").update(name).digest("hex");
  const ending = `~${digest.slice(0, DIGEST_LENGTH)}`;
  let cut = "";
  for (const character of name) {
    if (Buffer.byteLength(cut + character + ending) > most) break;
    cut += character;
  }
  return cut + ending;
}

/**
 * A path beside another, for what is not finished or is in the way.
 *
 * @param suffix what is hung on its name, 40 bytes at the most
 */
export const beside = (path: string, suffix: string): string =>
  join(dirname(path), stemBeside(basename(path)) + suffix);
