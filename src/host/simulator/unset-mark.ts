import { ticks, ticksPerSecond } from "../../units/ticks.ts";

/** What an In or Out point that is not set reads as: 400,000 seconds before the beginning. */
export const unsetMarkTicks = ticks(-400_000n * ticksPerSecond);
