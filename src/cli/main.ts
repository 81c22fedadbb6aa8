import path from "node:path";
import { fileURLToPath } from "node:url";
import envPaths from "env-paths";
import packageJson from "../../package.json" with { type: "json" };
import { dataFolder, modelsFolder } from "../service/data-folder.ts";
import { settleEngine } from "../process/engine-settings.ts";
import { refuseTelemetry } from "../runtime/no-telemetry.ts";
import { type Commands, runCommandLine } from "./command-line.ts";
import { standardOutput } from "./standard-output.ts";
import { countStopSignals } from "./stop-signals.ts";

/** After a bug the clean-up itself may never end. */
const LONGEST_CLEAN_UP_MS = 20_000;

refuseTelemetry();
settleEngine();

const cancel = new AbortController();
const stop = (): void => {
  cancel.abort();
};

const onStopSignal = countStopSignals({ stop, leave: () => process.exit(130) });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, onStopSignal);

const { output, hasLost, report } = standardOutput(stop);
// What is thrown where nobody waits for it; the job is stopped so that it cleans up.
process.on("uncaughtException", (error) => {
  report(error);
  stop();
  setTimeout(() => process.exit(1), LONGEST_CLEAN_UP_MS).unref();
});

const cacheFolder = envPaths("lamina", { suffix: "" }).cache;
const placeOptions = {
  dataFolder: dataFolder(),
  softwareAdapter: process.env["LAMINA_SOFTWARE_GPU"] === "1",
};

const modelsAt = (named: string | undefined): string =>
  named ?? modelsFolder(dataFolder());

const decomposeCommand: Commands["decompose"] = async (request, watch) => {
  const [jobs, window, pixels] = await Promise.all([
    import("../pipeline/decompose.ts"),
    import("../gpu-window/open-place.ts"),
    import("../gpu-window/open-pixels.ts"),
  ]);
  const openPlace = window.placeOpener(placeOptions);
  const openPixels = pixels.pixelOpener(placeOptions);
  return jobs.decompose(request, watch, openPlace, openPixels);
};

const code = await runCommandLine(process.argv.slice(2), {
  version: packageJson.version,
  cacheFolder,
  signal: cancel.signal,
  output,
  commands: {
    decompose: decomposeCommand,
    sheet: async (resultFolder, framesFolder, signal) => {
      const { writeContactSheet: writeSheet } =
        await import("../contact-sheet/write-contact-sheet.ts");
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
    probe: async (...args) => {
      const { runProbe } = await import("./probe.ts");
      await runProbe(...args);
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
    cache: {
      show: async (folder) => {
        const { describeCache } = await import("./cache.ts");
        return describeCache(folder, placeOptions.dataFolder);
      },
      clear: async (folder) => {
        const { clearCache } = await import("./cache.ts");
        return clearCache(folder, placeOptions.dataFolder);
      },
    },
    farm: {
      work: async (request, output, signal) => {
        const { runWork } = await import("./work.ts");
        await runWork(request, { placeOptions, output, signal });
      },
      submit: async (clip, options, output, signal) => {
        const { runSubmit } = await import("./farm.ts");
        await runSubmit(clip, options, output, signal);
      },
      show: async (farm, json) => {
        const { describeFarm } = await import("./farm.ts");
        return describeFarm(farm, json);
      },
      board: async (farm, port, output, signal) => {
        const { runFarmBoard } = await import("./farm-board.ts");
        await runFarmBoard(farm, port, output, signal);
      },
      cancel: async (farm, id) => {
        const { cancelClip } = await import("./farm.ts");
        return cancelClip(farm, id);
      },
      retry: async (farm, id) => {
        const { retryClip } = await import("./farm.ts");
        return retryClip(farm, id);
      },
      prioritise: async (farm, id, priority) => {
        const { prioritiseClip } = await import("./farm.ts");
        return prioritiseClip(farm, id, priority);
      },
    },
    debug: {
      list: async (cache) => {
        const { describeJobs } = await import("./debug.ts");
        return describeJobs(cache);
      },
      draw: async (request) => {
        const { drawArtifact } =
          await import("../pipeline/debug/draw-artifact.ts");
        return drawArtifact(request);
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
      await runServe(options, {
        version,
        output,
        run: decomposeCommand,
        signal,
      });
    },
    dev: async (options, output, signal) => {
      const { runDev } = await import("./dev.ts");
      const { version } = packageJson;
      await runDev(options, { version, output, run: decomposeCommand, signal });
    },
    correct: async (options, signal) => {
      const { correctResult } = await import("./correct.ts");
      return correctResult(options, signal);
    },
    timeline: async (resultFolder, format, files, notice) => {
      const { writeTimeline } = await import("./write-timeline.ts");
      return writeTimeline(resultFolder, format, files, notice);
    },
    camera: async (resultFolder, options) => {
      const { exportCamera } = await import("./camera.ts");
      return exportCamera(resultFolder, options);
    },
    uses: {
      render: async (resultFolder, options, to, signal) => {
        const { runRender } = await import("./uses.ts");
        await runRender(resultFolder, options, to, signal);
      },
      addEdit: async (resultFolder, edit, editsFile, signal) => {
        const { addEdit } = await import("./uses.ts");
        return addEdit(resultFolder, edit, editsFile, signal);
      },
    },
    demo: async ({ out, panel }, progress, output, signal) => {
      const { runDemo } = await import("./demo.ts");
      const { version } = packageJson;
      const context = { version, output, run: decomposeCommand, signal };
      await runDemo({ folder: out, panel, progress }, context);
    },
  },
});
process.exitCode = hasLost() ? 1 : code;
