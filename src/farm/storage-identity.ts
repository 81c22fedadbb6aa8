import { randomBytes } from "node:crypto";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Redis } from "ioredis";
import { LaminaError } from "../errors/failure.ts";
import { writeFailure } from "../media/file-failure.ts";
import { PREFIX } from "./connection.ts";
import { OWN, type Storage } from "./storage.ts";

/** Under this key workers name a file that lies in their storage. */
const KEY = `${PREFIX}:storage`;
/** So long it counts when no worker says it again, in seconds. */
const COUNTS_SECONDS = 60;
/** Workers say it so often, in milliseconds. */
const SAY_MS = 20_000;
/** Folder of such files in the storage. */
const FOLDER = "storage";

/** Says in Redis which storage its workers see, again and again. */
export class StorageIdentity implements Disposable {
  readonly #timer: NodeJS.Timeout;

  private constructor(timer: NodeJS.Timeout) {
    this.#timer = timer;
  }

  /**
   * Begins to say it.
   *
   * @param onTrouble told when it cannot be said meanwhile
   * @throws LaminaError `farm-other-storage`, `output-unwritable`, `disk-full`
   */
  static async announce(
    redis: Redis,
    storage: Storage,
    onTrouble: (error: unknown) => void,
  ): Promise<StorageIdentity> {
    const own = await ownName(storage);
    const say = async (): Promise<void> => {
      // Whatever others name there lies in our storage too, or theirs is another.
      await redis.set(KEY, own, "EX", COUNTS_SECONDS, "NX");
      await checkSameStorage(redis, storage.root);
      await redis.expire(KEY, COUNTS_SECONDS);
    };
    await say();
    const timer = setInterval(() => {
      storage
        .isThere()
        .then((isThere) => (isThere ? say() : undefined))
        .catch(onTrouble);
    }, SAY_MS);
    return new StorageIdentity(timer.unref());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/**
 * Looks whether a folder is the storage that the farm's workers see; without workers everything is.
 *
 * @throws LaminaError `farm-other-storage`
 */
export async function checkSameStorage(
  redis: Redis,
  folder: string,
): Promise<void> {
  const name = await redis.get(KEY);
  if (name === null || !/^[0-9a-f]{1,64}$/.test(name)) return;
  const isHere = await stat(path.join(folder, OWN, FOLDER, name)).then(
    () => true,
    () => false,
  );
  if (!isHere) throw new LaminaError({ code: "farm-other-storage", folder });
}

/** The name of a file that lies in this storage and in no other; made by the first who asks, or by several, which does no harm. */
async function ownName(storage: Storage): Promise<string> {
  const folder = storage.own(FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    const [known] = (await readdir(folder)).filter((each) =>
      /^[0-9a-f]+$/.test(each),
    );
    if (known !== undefined) return known;
    const name = randomBytes(16).toString("hex");
    await writeFile(path.join(folder, name), "");
    return name;
  } catch (error) {
    throw writeFailure(error, folder);
  }
}
