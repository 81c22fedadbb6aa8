import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { LaminaError } from "../../src/errors/failure.ts";
import { failureSentence } from "../../src/errors/failure-sentence.ts";
import { connect } from "../../src/farm/connection.ts";
import { Farm } from "../../src/farm/farm.ts";
import { work } from "../../src/farm/work.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { describeWithRedis } from "./redis-server.ts";
import { type SecuredRedis, startSecured } from "./secured-redis.ts";

const password = "s:e/c+ret";

describeWithRedis("a Redis with TLS and a password", () => {
  const at = useTemporaryFolder();
  let secured: SecuredRedis;

  beforeEach(async () => {
    secured = await startSecured(at(), password);
  });
  afterEach(() => secured.server.kill());

  const url = (user: string, pass: string, scheme = "rediss"): string =>
    `${scheme}://${user}:${encodeURIComponent(pass)}@127.0.0.1:${secured.port}`;

  /** The sentence in which it is told that there is no way in. */
  async function refusal(redis: string, redisCa?: string): Promise<string> {
    const trying = connect({ redis, ...(redisCa && { redisCa }) });
    const error = await trying.then(
      (connection) => {
        connection.disconnect();
        return undefined;
      },
      (thrown: unknown) => thrown,
    );
    assert(error instanceof LaminaError, String(error));
    assert.equal(error.failure.code, "farm-unreachable");
    const sentence = failureSentence(error.failure);
    assert(!sentence.includes(encodeURIComponent(password)), sentence);
    return sentence;
  }

  it("serves a farm that knows its authority and password, also a user who may touch nothing else", async () => {
    const { authority: redisCa } = secured;
    for (const user of ["", "farmer"]) {
      const address = { redis: url(user, password), redisCa, storage: at() };
      await using farm = await Farm.open(address);
      const stop = new AbortController();
      const working = work(
        {
          ...address,
          kinds: ["cpu", "gpu"],
          concurrency: 1,
          patienceSeconds: 5,
        },
        {
          openPlace: () => Promise.reject(new Error("nothing is trained")),
          entry: new URL("file:///none"),
          signal: stop.signal,
          say: (sentence) => {
            if (sentence.startsWith("Works for")) said();
          },
          onTrouble: (error) => {
            troubles.push(error);
          },
        },
      );
      const troubles: unknown[] = [];
      let said = (): void => undefined;
      await Promise.race([
        working,
        new Promise<void>((resolve) => {
          said = resolve;
        }),
      ]);
      const { workers } = await farm.state();
      assert.deepEqual(workers.map(({ kind }) => kind).sort(), [
        "clips",
        "cpu",
        "gpu",
      ]);
      stop.abort();
      await working;
      assert.deepEqual(troubles, []);
    }
  });

  it("is refused in one sentence that shows no password, by whichever side does not trust the other", async () => {
    const { authority, stranger } = secured;
    assert.match(await refusal(url("", password)), /certificate/);
    assert.match(await refusal(url("", password), stranger), /certificate/);
    assert.match(
      await refusal(url("", "wrong"), authority),
      /WRONGPASS|password/,
    );
    assert.match(
      await refusal(url("nobody", password), authority),
      /WRONGPASS|password/,
    );
    assert.match(
      await refusal(`rediss://127.0.0.1:${secured.port}`, authority),
      /NOAUTH|password/,
    );
    await refusal(url("", password, "redis"));
  });

  it("is not asked when the authority's file is none, or the address has no use for it", async () => {
    await writeFile(at("empty.pem"), "");
    const redis = url("", password);
    await failsWith(
      "media-unreadable",
      connect({ redis, redisCa: at("empty.pem") }),
    );
    await failsWith("input-missing", connect({ redis, redisCa: at("no.pem") }));
    await failsWith(
      "usage",
      connect({
        redis: url("", password, "redis"),
        redisCa: secured.authority,
      }),
    );
    for (const wrong of [
      "http://localhost:6379",
      "rediss://",
      "redis://host:port",
    ])
      await failsWith("usage", connect({ redis: wrong }));
  });
});
