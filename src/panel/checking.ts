import * as v from "valibot";
import { joinPath } from "../host/file-path.ts";
import type { HostHabits } from "../host/habits.ts";
import type { HostDescription } from "../host/host.ts";
import {
  checkAsText,
  factTexts,
  type ProgramCheck,
} from "../host/program-check.ts";
import { act, type Desk } from "./desk.ts";
import type { Memory } from "./settings.ts";

const checkSchema = v.object({
  program: v.string(),
  technology: v.picklist(["extendscript", "uxp"]),
  facts: v.array(
    v.object({
      id: v.picklist(Object.keys(factTexts) as (keyof typeof factTexts)[]),
      reading: v.string(),
      milliseconds: v.number(),
    }),
  ),
  habits: v.object({
    normalBlendMode: v.optional(v.number()),
    addsTracks: v.optional(v.boolean()),
    importsStills: v.optional(v.boolean()),
    inPointsFrom: v.optional(v.picklist(["source", "timecode"])),
  } satisfies Record<keyof HostHabits, unknown>),
  unchanged: v.boolean(),
  seconds: v.number(),
});

/** Who has two versions of the program goes back and forth between them. */
const keyOf = (program: string, technology: string): string =>
  `lamina.program-check ${program} ${technology}`;

/** Reads the check that was remembered; one of another version of the panel, which does not fit, counts for nothing. */
function readCheck(memory: Memory, key: string): ProgramCheck | undefined {
  const text = memory.getItem(key);
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const result = v.safeParse(checkSchema, value);
  return result.success ? result.output : undefined;
}

/** "Check this Premiere": what this version of the program does, found out once and gone by from then on. */
export class Checking {
  readonly #desk: Desk;
  #running: AbortController | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Goes by what was found of this version before, if it was checked. */
  recall({ name, technology }: HostDescription): void {
    const check = readCheck(this.#desk.memory, keyOf(name, technology));
    if (check === undefined) return;
    this.#desk.host.adapt(check.habits);
    this.#desk.store.set({ check });
  }

  /** Checks the program. */
  run(): Promise<boolean> {
    return act(this.#desk, "Checking this Premiere", async () => {
      const { host, service, memory, store } = this.#desk;
      const running = new AbortController();
      this.#running = running;
      const { id, path } = await service.createWorkspace({ name: "check" });
      try {
        const check = await host.checkProgram(joinPath(path, "files"), {
          signal: running.signal,
        });
        const key = keyOf(check.program, check.technology);
        memory.setItem(key, JSON.stringify(check));
        store.set({ check, checkFile: undefined });
      } finally {
        this.#running = undefined;
        await service.removeWorkspace(id);
      }
    });
  }

  /** Breaks a check off; the project is as before then. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Saves what was found as a text file beside the project. */
  save(): Promise<boolean> {
    return act(this.#desk, "Saving", async () => {
      const { check } = this.#desk.store.state;
      if (check === undefined) return;
      const name = `Lamina check, ${check.program}, ${check.technology}.txt`;
      const text = checkAsText(check);
      const checkFile = await this.#desk.host.saveText(name, text);
      this.#desk.store.set({ checkFile });
    });
  }
}
