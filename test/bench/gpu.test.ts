import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../bench/gpu.ts", import.meta.url));

interface Report {
  readonly parts: readonly {
    readonly part: string;
    readonly findings: readonly { readonly what: string }[];
    readonly refusal?: string;
  }[];
}

/** What the bench says as JSON on a machine whose Vulkan has no driver. */
async function measured(...flags: string[]): Promise<Report> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", script, "--json", "-", ...flags],
    {
      stdio: ["ignore", "pipe", "ignore"],
      env: {
        ...process.env,
        VK_DRIVER_FILES: "/no/such/driver.json",
        VK_ICD_FILENAMES: "/no/such/driver.json",
      },
    },
  );
  return JSON.parse(await text(child.stdout)) as Report;
}

describe("the GPU's bench", () => {
  it("measures the processor where there is no GPU, and says of the rest why not", async () => {
    const { parts } = await measured("--only", "adapter,cpu-step", "--steps=1");
    assert.deepEqual(
      parts.map(({ part }) => part),
      ["adapter", "cpu-step"],
    );
    assert.match(parts[0]!.refusal!, /Dawn finds no adapter/);
    assert.equal(parts[1]!.refusal, undefined);
    assert.ok(parts[1]!.findings.some(({ what }) => what === "1 thread"));
  });

  it("ends when its time is over, whatever runs then", async () => {
    const { parts } = await measured(
      ...["--only", "cpu-step,adapter", "--steps=1000000", "--seconds=2"],
    );
    assert.match(parts[0]!.refusal!, /^it was ended after 2 s/);
    assert.equal(parts[1]!.refusal, "no time was left");
  });
});
