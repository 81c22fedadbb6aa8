import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import type { Storage } from "./storage.ts";
import { ValueCodec } from "./value-codec.ts";

/** Bytes up to which a value goes in the message itself; Redis keeps messages in memory. */
const LARGEST_MESSAGE = 2048;
/** Values kept decoded per process: the homographies, plans and fits of a few clips. */
const KEPT = 24;

/** A value in a message: itself as base64, or the file in the storage that holds it. */
export type SentValue = { readonly bytes: string } | { readonly file: string };

/** Values that travel: small ones in messages, large ones as files named by their digest, so that writing one twice changes nothing. */
export class ValueFiles {
  readonly #storage: Storage;
  readonly #codec: ValueCodec;
  readonly #read = new Map<string, Promise<unknown>>();

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#codec = new ValueCodec(storage);
  }

  /**
   * A sender for one clip, whose large values lie in a folder of its own. Who leads the clip makes it, and removes it at the end: what
   * comes later, from a worker that was taken for dead, leaves nothing.
   */
  sender(folder: string): ValueSender {
    return new ValueSender(this.#storage, this.#codec, folder);
  }

  /**
   * The value that was sent. What comes from a file is kept and must not be changed.
   *
   * @throws LaminaError `path-refused`, `media-unreadable`; Error, RangeError when it is no value
   */
  async take(sent: SentValue): Promise<unknown> {
    if ("bytes" in sent)
      return this.#codec.decode(Buffer.from(sent.bytes, "base64"));
    const kept = this.#read.get(sent.file) ?? this.#load(sent.file);
    this.#read.delete(sent.file);
    this.#read.set(sent.file, kept);
    const [oldest] = this.#read.keys();
    if (this.#read.size > KEPT) this.#read.delete(oldest!);
    return kept.catch((error: unknown) => {
      this.#read.delete(sent.file);
      throw error;
    });
  }

  async #load(shared: string): Promise<unknown> {
    const file = this.#storage.place(shared);
    await this.#storage.check(file);
    const bytes = await readFile(file);
    if (digest(bytes) !== path.basename(file, ".bin"))
      throw new LaminaError({
        code: "media-unreadable",
        path: file,
        detail: "it does not hold what its name says",
      });
    return this.#codec.decode(bytes);
  }
}

/** Sends the values of one clip. */
export class ValueSender {
  readonly #storage: Storage;
  readonly #codec: ValueCodec;
  readonly #folder: string;
  readonly #sent = new WeakMap<object, Promise<SentValue>>();

  constructor(storage: Storage, codec: ValueCodec, folder: string) {
    this.#storage = storage;
    this.#codec = codec;
    this.#folder = folder;
  }

  /** A value that is sent once. */
  async send(value: unknown): Promise<SentValue> {
    const bytes = this.#codec.encode(value);
    if (bytes.length <= LARGEST_MESSAGE)
      return { bytes: Buffer.from(bytes).toString("base64") };
    const file = path.join(this.#folder, `${digest(bytes)}.bin`);
    await writeWholeFile(file, bytes);
    return { file: this.#storage.shared(file)! };
  }

  /** An object that many tasks have in common is written once. */
  sendCommon(value: object): Promise<SentValue> {
    const known = this.#sent.get(value) ?? this.send(value);
    this.#sent.set(value, known);
    return known.catch((error: unknown) => {
      this.#sent.delete(value);
      throw error;
    });
  }
}

const digest = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 40);
