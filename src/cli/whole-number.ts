import { InvalidArgumentError } from "commander";

/** A whole number from 1 on, as an option gives it. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return value;
}
