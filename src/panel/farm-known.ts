import type { FarmCheck, NamedFarm } from "../protocol/service-api.ts";
import type { Problem } from "./problem.ts";

/** What the panel knows of the farm that may do its runs. */
export interface FarmKnown {
  /** Absent when none is named. */
  readonly named?: NamedFarm | undefined;
  /** Who is there of it. */
  readonly found?: FarmCheck | undefined;
  /** Why that cannot be found out; absent, like the other, until it was asked. */
  readonly problem?: Problem | undefined;
}
