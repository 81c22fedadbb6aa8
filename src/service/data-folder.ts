import path from "node:path";
import envPaths from "env-paths";

/** Where lamina keeps what outlives a job: `LAMINA_DATA`, or the user's data folder. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["LAMINA_DATA"];
  return named === undefined || named === ""
    ? envPaths("lamina", { suffix: "" }).data
    : named;
}

/** Where the user's models lie: `LAMINA_MODELS`, or `models` in the data folder. */
export function modelsFolder(
  data: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const named = env["LAMINA_MODELS"];
  return named === undefined || named === ""
    ? path.join(data, "models")
    : path.resolve(named);
}
