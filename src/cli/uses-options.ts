import { type Command, InvalidArgumentError, Option } from "commander";
import type { GivenEdit } from "../document/edits-document.ts";
import { readCorners } from "./camera-options.ts";
import type { CommandOutput } from "./report-error.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `lamina render` is told. */
export interface RenderOptions {
  readonly out: string;
  readonly edits?: string;
  readonly format?: "png" | "prores4444" | "prores422" | "h264" | "layers";
  /** With layers: whether they are written as movies too. */
  readonly movies?: boolean;
}

/** What the commands for uses do; loaded only when one is run. */
export interface UseCommands {
  /** Renders a result with edits, and says where. */
  readonly render: (
    resultFolder: string,
    options: RenderOptions,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Adds an edit to a result's, and says what there is now. A picture without a kind is taken for what its file is. */
  readonly addEdit: (
    resultFolder: string,
    edit: GivenEdit,
    editsFile: string | undefined,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
}

const parts = [
  "all",
  "effects",
  "subject",
  "shadow",
  "colour",
  "smoke",
  "reflection",
] as const;
type Parts = (typeof parts)[number];

/** Declares `lamina render` and the commands that write edits. */
export function addUseCommands(
  program: Command,
  commands: UseCommands,
  output: CommandOutput,
  signal: AbortSignal,
): void {
  program
    .command("render <layers>")
    .description("put the layers together again, with the edits")
    .requiredOption(
      "--out <path>",
      "a .mov or .mp4 file, or a folder for PNG frames, or for layers",
    )
    .option(
      "--edits <file>",
      "the edits; edits.json beside the layers when absent",
    )
    .addOption(
      new Option(
        "--format <format>",
        "when the ending of --out does not say it",
      ).choices(["png", "prores4444", "prores422", "h264", "layers"]),
    )
    .option(
      "--movies",
      "with --format layers: a ProRes 4444 movie of each layer too",
    )
    .action(async (folder: string, options: RenderOptions) => {
      await commands.render(folder, options, output, signal);
    });

  const use = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option(
        "--edits <file>",
        "where it is written; edits.json beside the layers when absent",
      );
  const add = async (
    folder: string,
    edit: GivenEdit,
    { edits }: { readonly edits?: string },
  ): Promise<void> => {
    (await commands.addEdit(folder, edit, edits, signal)).forEach(output.line);
  };
  const partsOption = (name: string, fallback: Parts): Option =>
    new Option(`--${name} <parts>`, "which parts of it")
      .choices(parts)
      .default(fallback);

  use("remove <layers> <layer>", "edit: take a layer away, or parts of it")
    .addOption(partsOption("parts", "all"))
    .action(
      async (folder: string, layer: string, o: Edits & { parts: Parts }) => {
        await add(folder, { use: "remove", layer, parts: o.parts }, o);
      },
    );

  use(
    "effect <layers> <layer>",
    "edit: change how strong a layer's effects are",
  )
    .addOption(partsOption("kind", "effects"))
    .option("--strength <percent>", "0 to 200, 100 as they are", number)
    .option("--softness <pixels>", "by how much they are blurred", number)
    .option("--tint <colour>", "such as #203040")
    .action(async (folder: string, layer: string, o: Edits & EffectFlags) => {
      const { kind, strength, softness, tint } = o;
      await add(
        folder,
        {
          use: "effect",
          layer,
          kind,
          ...(strength !== undefined && { strength: strength / 100 }),
          ...(softness !== undefined && { softness }),
          ...(tint !== undefined && { tint }),
        },
        o,
      );
    });

  use("duplicate <layers> <layer>", "edit: show a layer once more")
    .option("--as <id>", "what the duplicate is called")
    .option("--frames <n>", "how much later, negative for earlier", signed, 0)
    .option("--offset <x,y>", "how far away, in pixels on the ground", point, [
      0, 0,
    ] as [number, number])
    .option(
      "--at <frame>",
      "the frame in which the offset is measured",
      wholeNumber,
      1,
    )
    .option("--scale <factor>", "how much larger", number, 1)
    .option("--flip", "mirrored", false)
    .option(
      "--above <id>",
      "what it lies directly above; its layer when absent",
    )
    .addOption(fillOption("trim"))
    .addOption(partsOption("parts", "all"))
    .action(
      async (folder: string, layer: string, o: Edits & DuplicateFlags) => {
        const { as = `${layer}-2`, edits: _, above, ...rest } = o;
        await add(
          folder,
          {
            use: "duplicate",
            layer,
            id: as,
            ...rest,
            ...(above !== undefined && { above }),
          },
          o,
        );
      },
    );

  use("shift <layers> <layer>", "edit: move a layer in time")
    .option("--frames <n>", "how much later, negative for earlier", signed)
    .option("--mark <frame>", "a moment of this layer …", wholeNumber)
    .option(
      "--to <layer:frame>",
      "… that is to be together with this one",
      moment,
    )
    .addOption(fillOption("hold"))
    .option("--fade <frames>", "how long fading takes", wholeNumber, 12)
    .action(async (folder: string, layer: string, o: Edits & ShiftFlags) => {
      const { frames, mark, to, fill, fade } = o;
      await add(
        folder,
        {
          use: "shift",
          layer,
          fill,
          fade,
          ...(frames !== undefined && { frames }),
          ...(mark !== undefined &&
            to !== undefined && { align: { mark, to } }),
        },
        o,
      );
    });

  use("speed <layers> <layer>", "edit: slow a layer down, or freeze it")
    .requiredOption(
      "--factor <factor>",
      "0.5 is half as fast, 0 stands still",
      number,
    )
    .option("--from <frame>", "from here on", wholeNumber, 1)
    .option("--blend", "mix frames where one lies between two", false)
    .action(async (folder: string, layer: string, o: Edits & SpeedFlags) => {
      const { factor, from, blend } = o;
      await add(folder, { use: "speed", layer, factor, from, blend }, o);
    });

  use(
    "backdrop <layers> <what>",
    "edit: a picture, movie, colour (#rrggbb) or transparent for a background",
  )
    .addOption(lockOption("frame"))
    .option(
      "--at <frame>",
      "the frame that it fills when it stays with the camera",
      wholeNumber,
      1,
    )
    .action(async (folder: string, what: string, o: Edits & BackdropFlags) => {
      const { lock, at } = o;
      const edit: GivenEdit =
        what === "transparent"
          ? { use: "backdrop", fill: "transparent" }
          : what.startsWith("#")
            ? { use: "backdrop", fill: "colour", colour: what }
            : { use: "backdrop", fill: "movie", path: what, lock, at };
      await add(folder, edit, o);
    });

  const placed = (command: Command): Command =>
    command
      .requiredOption(
        "--corners <corners>",
        'upper left, upper right, lower right, lower left: "10,20 90,20 95,60 5,60"',
        readCorners,
      )
      .option(
        "--at <frame>",
        "the frame in which the corners lie there",
        wholeNumber,
        1,
      )
      .option("--above <id>", "what it lies directly above", "background")
      .addOption(
        new Option("--blend <mode>", "how it is mixed with what lies beneath")
          .choices(["normal", "multiply", "screen", "overlay"])
          .default("normal"),
      )
      .option("--opacity <share>", "0 to 1", number, 1)
      .option("--as <id>", "what it is called")
      .addOption(lockOption("camera"));

  placed(
    use(
      "title <layers> <text>",
      "edit: words on the ground, under shadows and behind subjects",
    ),
  )
    .option("--font <family>", "one that this machine has", "sans-serif")
    .option(
      "--size <pixels>",
      "of the letters; as large as fits when absent",
      number,
    )
    .option("--colour <colour>", "such as #ffee00", "#ffffff")
    .action(
      async (
        folder: string,
        text: string,
        o: Edits & PlaceFlags & TitleFlags,
      ) => {
        const { as = "title", edits: _, size, ...rest } = o;
        await add(
          folder,
          {
            use: "insert",
            what: "text",
            text,
            id: as,
            ...rest,
            ...(size !== undefined && { size }),
          },
          o,
        );
      },
    );

  placed(
    use("insert <layers> <file>", "edit: a picture or movie on the ground"),
  ).action(async (folder: string, file: string, o: Edits & PlaceFlags) => {
    const { as = "insert", edits: _, ...rest } = o;
    await add(
      folder,
      { use: "insert", what: "movie", path: file, id: as, ...rest },
      o,
    );
  });
}

interface Edits {
  readonly edits?: string;
}

interface EffectFlags {
  readonly kind: Parts;
  readonly strength?: number;
  readonly softness?: number;
  readonly tint?: string;
}

interface DuplicateFlags {
  readonly as?: string;
  readonly frames: number;
  readonly offset: [number, number];
  readonly at: number;
  readonly scale: number;
  readonly flip: boolean;
  readonly above?: string;
  readonly fill: "hold" | "trim" | "fade";
  readonly parts: Parts;
}

interface ShiftFlags {
  readonly frames?: number;
  readonly mark?: number;
  readonly to?: { layer: string; mark: number };
  readonly fill: "hold" | "trim" | "fade";
  readonly fade: number;
}

interface SpeedFlags {
  readonly factor: number;
  readonly from: number;
  readonly blend: boolean;
}

interface BackdropFlags {
  readonly lock: "camera" | "frame";
  readonly at: number;
}

interface PlaceFlags {
  readonly corners: [
    [number, number],
    [number, number],
    [number, number],
    [number, number],
  ];
  readonly at: number;
  readonly above: string;
  readonly blend: "normal" | "multiply" | "screen" | "overlay";
  readonly opacity: number;
  readonly as?: string;
  readonly lock: "camera" | "frame";
}

interface TitleFlags {
  readonly font: string;
  readonly size?: number;
  readonly colour: string;
}

const fillOption = (fallback: string): Option =>
  new Option("--fill <how>", "what is shown where the layer has no frames")
    .choices(["hold", "trim", "fade"])
    .default(fallback);

const lockOption = (fallback: string): Option =>
  new Option(
    "--lock <to>",
    "whether it stays with the camera's plane or with the frame",
  )
    .choices(["camera", "frame"])
    .default(fallback);

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("It must be a number.");
  return value;
}

function signed(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value))
    throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

function point(text: string): [number, number] {
  const values = text.split(",").map(number);
  if (values.length !== 2)
    throw new InvalidArgumentError("It must be two numbers, such as 120,0.");
  return values as [number, number];
}

function moment(text: string): { layer: string; mark: number } {
  const at = text.lastIndexOf(":");
  if (at < 1)
    throw new InvalidArgumentError(
      "It must be a layer and a frame, such as walker:12.",
    );
  return { layer: text.slice(0, at), mark: wholeNumber(text.slice(at + 1)) };
}
