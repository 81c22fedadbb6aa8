import envPaths from "env-paths";

/** Where lamina keeps what outlives a job: `LAMINA_DATA`, or the user's data folder. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["LAMINA_DATA"];
  return named === undefined || named === ""
    ? envPaths("lamina", { suffix: "" }).data
    : named;
}
