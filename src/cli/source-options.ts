import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type LayerFormat,
  layerFormats,
} from "../job-contract/image-format.ts";
import {
  type AlphaChoice,
  alphaChoices,
  type FieldChoice,
  fieldChoices,
  type MatrixChoice,
  matrixChoices,
} from "../job-contract/source-choices.ts";
import { type FrameRate, parseFrameRate } from "../units/frame-rate.ts";

/** How a clip is to be read, as the command line gives it. */
export interface SourceOptions {
  readonly fps?: FrameRate;
  readonly matrix?: MatrixChoice;
  readonly fields?: FieldChoice;
  readonly alpha?: AlphaChoice;
  readonly allowGaps?: true;
  readonly format?: LayerFormat;
}

/** Declares the options that say how a clip is to be read. */
export const addSourceOptions = (command: Command): Command =>
  command
    .option(
      "--fps <rate>",
      "frame rate, such as 24 or 30000/1001; a movie whose rate varies is conformed to it",
      readRate,
    )
    .addOption(
      new Option(
        "--matrix <matrix>",
        "read a movie's colours with this matrix, whatever it says of itself",
      ).choices(matrixChoices),
    )
    .addOption(
      new Option(
        "--fields <fields>",
        "how whole frames are made of an interlaced movie",
      ).choices(fieldChoices),
    )
    .addOption(
      new Option(
        "--alpha <alpha>",
        "how a transparent clip's colours are meant, where that is not recognised, or to leave its alpha out",
      ).choices(alphaChoices),
    )
    .addOption(
      new Option(
        "--format <format>",
        "what layers are written as: PNG of 8 or 16 bits a sample (16 where the clip has more than 8, when not said), or OpenEXR files or ProRes movies beside them",
      ).choices(layerFormats),
    )
    .option(
      "--allow-gaps",
      "hold the image before where numbers of a sequence are missing, rather than refuse it",
    );

function readRate(text: string): FrameRate {
  const rate = parseFrameRate(text);
  if (rate === undefined) {
    throw new InvalidArgumentError("Give a rate such as 24 or 30000/1001.");
  }
  return rate;
}
