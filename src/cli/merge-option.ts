import { type Command, InvalidArgumentError } from "commander";
import type { Merge } from "../pipeline/merges.ts";

/** Declares `--merge`. */
export const addMergeOption = (command: Command): Command =>
  command.option(
    "--merge <a+b[=name]>",
    "make one layer of several subjects; repeat for more layers",
    (text, before?: readonly Merge[]) => [...(before ?? []), readMerge(text)],
  );

/** Reads `a+b`, or `a+b=name`; without a name the first subject's is taken. */
function readMerge(text: string): Merge {
  const [parts = "", name, ...rest] = text.split("=");
  const names = parts.split("+").map((part) => part.trim());
  const twice = new Set(names).size < names.length;
  if (
    names.length < 2 ||
    names.includes("") ||
    twice ||
    rest.length > 0 ||
    name === ""
  )
    throw new InvalidArgumentError("Give subjects such as a+b or a+b=name.");
  return { names, name: name ?? names[0]! };
}
