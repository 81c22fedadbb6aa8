import path from "node:path";
import { fileURLToPath } from "node:url";
import envPaths from "env-paths";
import packageJson from "../../package.json" with { type: "json" };
import { dataFolder, modelsFolder } from "../broker/data-folder.ts";
import { type Commands, runCommandLine } from "./command-line.ts";

const cancel = new AbortController();

// The first signal lets the job clean up; who asks twice does not want to wait for it.
let asked = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (asked) process.exit(130);
    asked = true;
    cancel.abort();
  });
}

// The reader of a pipe may go away (`lamina ... | head`); there is nobody left to work for then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  cancel.abort();
});

const cacheFolder = envPaths("lamina", { suffix: "" }).cache;
const placeOptions = {
  dataFolder: dataFolder(),
  softwareAdapter: process.env["LAMINA_SOFTWARE_GPU"] === "1",
};

const modelsAt = (named: string | undefined): string =>
  named ?? modelsFolder(dataFolder());

const decompose: Commands["decompose"] = async (request, watch) => {
  const [jobs, window] = await Promise.all([
    import("../jobs/decompose.ts"),
    import("../window/open-place.ts"),
  ]);
  const openPlace = window.placeOpener(placeOptions);
  return jobs.decompose(request, watch, openPlace);
};

process.exitCode = await runCommandLine(process.argv.slice(2), {
  version: packageJson.version,
  cacheFolder,
  signal: cancel.signal,
  output: {
    line: (text) => process.stdout.write(`${text}\n`),
    errorLine: (text) => process.stderr.write(`${text}\n`),
    isTerminal: process.stdout.isTTY,
  },
  commands: {
    decompose,
    sheet: async (resultFolder, framesFolder, signal) => {
      const { writeSheet } = await import("../sheet/write-sheet.ts");
      return writeSheet(resultFolder, {
        signal,
        ...(framesFolder === undefined ? {} : { framesFolder }),
      });
    },
    subjects: async (request, model, { isTerminal }, signal) => {
      const { showFinding } = await import("./find-progress.ts");
      return showFinding(isTerminal, async (onProgress) => {
        const watch = { signal, onProgress };
        if (model === undefined) {
          const { describeSubjects } = await import("./describe-subjects.ts");
          return describeSubjects(request, watch);
        }
        const { describeSubjectsWithModel } =
          await import("./models-subjects.ts");
        const folder = modelsAt(model.folder);
        return describeSubjectsWithModel(request, model, folder, watch);
      });
    },
    models: {
      list: async (folder) => {
        const { describeModels } = await import("./models.ts");
        return describeModels(modelsAt(folder));
      },
      check: async (folder, name, line, signal) => {
        const { checkModels } = await import("./models.ts");
        await checkModels(modelsAt(folder), name, line, signal);
      },
      explain: async (folder) => {
        const { explainModels } = await import("./models.ts");
        return explainModels(modelsAt(folder));
      },
    },
    doctor: async (options, line, signal) => {
      if (options.package === true) {
        const { runPackageDoctor } = await import("./doctor-package.ts");
        // Beside the folder of the bundle, as in every package.
        const folder = fileURLToPath(new URL("..", import.meta.url));
        await runPackageDoctor(path.resolve(folder), line);
        return;
      }
      const { runDoctor } = await import("./doctor.ts");
      await runDoctor({ ...placeOptions, cacheFolder, line, signal });
    },
    serve: async (options, output, signal) => {
      const { runServe } = await import("./serve.ts");
      const { version } = packageJson;
      await runServe(options, { version, output, run: decompose, signal });
    },
    dev: async (options, output, signal) => {
      const { runDev } = await import("./dev.ts");
      const { version } = packageJson;
      await runDev(options, { version, output, run: decompose, signal });
    },
    timeline: async (resultFolder, format) => {
      const { writeTimeline } = await import("./write-timeline.ts");
      return writeTimeline(resultFolder, format);
    },
    demo: async ({ out, panel }, progress, output, signal) => {
      const { runDemo } = await import("./demo.ts");
      const { version } = packageJson;
      const context = { version, output, run: decompose, signal };
      await runDemo({ folder: out, panel, progress }, context);
    },
  },
});
