import { LaminaError } from "./failure.ts";

/** Node says ENOENT when it makes several folders at once and may not, as on a read-only disk. */
export const NO_FOLDER = "no folder can be made there";

const details: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the disk is read-only",
  ENOENT: "it is not there",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "something of that name is in the way",
  ENOTEMPTY: "the folder is not empty",
  EBUSY: "another program uses it",
  EXDEV: "it is on another disk",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links run in a circle",
  EFBIG: "the file is too large for this disk",
  EIO: "the disk reports an error",
  ENODEV: "the device is gone",
  ENXIO: "the device is gone",
  ESTALE: "the network disk is gone",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EAGAIN: "no more processes or threads are allowed",
};

/** What engine and libraries say when memory runs out; none of them has a code for it. */
const outOfMemory =
  /out of memory|could not allocate memory|array buffer allocation failed|cannot allocate memory|failed to map segment|bad_alloc|failed to allocate/i;

/**
 * Tells a failure of the system under the program (files that vanish, disks that fill, memory that runs out) from a bug in
 * the program, wherever it was met.
 *
 * @returns `disk-full`, `out-of-memory` or `system-refused`; undefined when it may be a bug
 */
export function systemFailure(error: unknown): LaminaError | undefined {
  if (!(error instanceof Error) || error instanceof LaminaError)
    return undefined;
  const { code, path, syscall } = error as Error & {
    readonly code?: unknown;
    readonly path?: unknown;
    readonly syscall?: unknown;
  };
  const place = typeof path === "string" ? path : undefined;
  const options = { cause: error };
  if (
    code === "ENOMEM" ||
    code === "ERR_WORKER_OUT_OF_MEMORY" ||
    outOfMemory.test(error.message)
  )
    return new LaminaError({ code: "out-of-memory" }, options);
  if (typeof code !== "string" || typeof syscall !== "string") return undefined;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new LaminaError(
      { code: "disk-full", path: place ?? "this file" },
      options,
    );
  const detail =
    code === "ENOENT" && syscall === "mkdir" ? NO_FOLDER : details[code];
  if (detail === undefined) return undefined;
  return new LaminaError(
    { code: "system-refused", detail: `${place ?? syscall}: ${detail}` },
    options,
  );
}
