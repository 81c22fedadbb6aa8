import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { presets } from "../src/scenes/presets.ts";
import { renderScene } from "../src/scenes/render-scene.ts";

// Writes the presets with their ground truth: tsx bench/render-scenes.ts <folder> [--only <preset>]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string" } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("Name the folder to write to.");
  process.exit(2);
}
const chosen = presets.filter(
  (preset) => values.only === undefined || preset.name === values.only,
);
if (chosen.length === 0) {
  console.error(
    `There is no preset ${values.only ?? ""}; there are ${presets.map((preset) => preset.name).join(", ")}.`,
  );
  process.exit(2);
}
for (const preset of chosen) {
  const target = path.join(folder, preset.name);
  await writeScene(renderScene(preset), target, true);
  console.log(target);
}
