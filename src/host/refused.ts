import { LaminaError } from "../errors/failure.ts";

/** Says that a call into the host did not do what it should, and how that shows. */
export const refused = (call: string, detail: string): LaminaError =>
  new LaminaError({ code: "host-refused", call, detail });
