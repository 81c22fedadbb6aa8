import { Listr } from "listr2";
import type { FindStep, FindWatch } from "../segmentation/find-subjects.ts";
import { terminalBar } from "./terminal-progress.ts";

const titles: Readonly<Record<FindStep, string>> = {
  compare: "Compare the frames",
  look: "Look for subjects",
  write: "Write the masks",
};

/** Shows how far a search for subjects has come while it lasts, where there is a terminal to show it on. */
export async function showFinding<Result>(
  isTerminal: boolean,
  find: (onProgress: FindWatch["onProgress"]) => Promise<Result>,
): Promise<Result> {
  if (!isTerminal) return find(() => undefined);
  let result: Result;
  const list = new Listr(
    {
      title: titles.compare,
      task: async (_, line) => {
        result = await find((step, done, total) => {
          line.title = `${titles[step]}  ${terminalBar(done, total)}`;
        });
        line.title = "Subjects found";
      },
    },
    {
      renderer: "default",
      // Ctrl-C belongs to the search, which cleans up.
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false },
    },
  );
  await list.run();
  return result!;
}
