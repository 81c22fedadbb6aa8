import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { writeFailure } from "../media/file-failure.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import type { FarmNaming, NamedFarm } from "../protocol/service-api.ts";

const keptSchema = v.object({
  version: v.literal(1),
  /** Without a password. */
  redis: v.string(),
  password: v.exactOptional(v.string()),
  redisCa: v.exactOptional(v.string()),
  storage: v.string(),
});
type Kept = v.InferOutput<typeof keptSchema>;

/**
 * The farm that the user has named, kept in a file that only the user's own programs can read. Its password goes in and never out: neither
 * answers nor jobs hold it.
 */
export class FarmFile {
  readonly #file: string;

  /** @param folder the service's own */
  constructor(folder: string) {
    this.#file = path.join(folder, "farm.json");
  }

  /** The farm as it may be shown; undefined when none is named. */
  async shown(): Promise<NamedFarm | undefined> {
    const kept = await this.#read();
    if (kept === undefined) return undefined;
    const { password, redis, redisCa, storage } = kept;
    return {
      redis,
      storage,
      hasPassword: password !== undefined,
      ...(redisCa !== undefined && { redisCa }),
    };
  }

  /**
   * Where the farm is.
   *
   * @throws LaminaError `farm-unnamed`
   */
  async address(): Promise<FarmAddress> {
    const kept = await this.#read();
    if (kept === undefined || kept.redis === "" || kept.storage === "")
      throw new LaminaError({ code: "farm-unnamed" });
    const { redis, password, redisCa, storage } = kept;
    return {
      redis: password === undefined ? redis : withPassword(redis, password),
      storage,
      ...(redisCa !== undefined && { redisCa }),
    };
  }

  /**
   * Names a farm in place of the one before. The password stays when none is given and the address is the same.
   *
   * @throws LaminaError `output-unwritable`, `disk-full`
   */
  async name({
    redis: named,
    password,
    redisCa,
    storage,
  }: FarmNaming): Promise<void> {
    const [redis, written] = splitPassword(named);
    const before = await this.#read();
    const kept = before?.redis === redis ? before.password : undefined;
    const secret = password ?? written ?? kept;
    const text = JSON.stringify({
      version: 1,
      redis,
      ...(secret !== undefined && secret !== "" && { password: secret }),
      ...(redisCa !== undefined && redisCa !== "" && { redisCa }),
      storage,
    } satisfies Kept);
    const temporary = `${this.#file}.${process.pid}.part`;
    try {
      await rm(temporary, { force: true });
      await writeFile(temporary, text, { flag: "wx", mode: 0o600 });
      await rename(temporary, this.#file);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw writeFailure(error, this.#file);
    }
  }

  /** What is there; what is no such file counts for nothing. */
  async #read(): Promise<Kept | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#file, "utf8"));
      const result = v.safeParse(keptSchema, value);
      return result.success ? result.output : undefined;
    } catch {
      return undefined;
    }
  }
}

/** An address without its password, and that. */
function splitPassword(url: string): [string, string | undefined] {
  if (!url.includes("://") || !URL.canParse(url)) {
    // What is no address is shown as wrong when it is used; what could be a password is not kept in it.
    return [url.replace(/(\/\/[^:/]*:).*@/, "$1***@"), undefined];
  }
  const address = new URL(url);
  const { password } = address;
  if (password === "") return [url, undefined];
  address.password = "";
  return [address.href, decodeURIComponent(password)];
}

function withPassword(url: string, password: string): string {
  if (!URL.canParse(url)) return url;
  const address = new URL(url);
  address.password = encodeURIComponent(password);
  return address.href;
}
