import { LaminaError } from "../errors/failure.ts";
import type { OpenSubjects } from "../segmentation/open-session.ts";
import { ClickedFrames } from "../segmentation/propose-from-clicks.ts";
import { findModel } from "../models/model-folder.ts";
import { openModel } from "../models/open-model.ts";
import type {
  PromptPoint,
  PromptableModel,
} from "../models/promptable-model.ts";

interface Opened {
  readonly model: PromptableModel;
  readonly frames: ClickedFrames;
}

/** Makes masks of clicks with a promptable model, which stays loaded until another is asked for. */
export class ClickedModel implements AsyncDisposable {
  readonly #session: OpenSubjects;
  readonly #modelsFolder: string;
  #current:
    { readonly name: string; readonly opening: Promise<Opened> } | undefined;

  /** @param modelsFolder where the user's models lie */
  constructor(session: OpenSubjects, modelsFolder: string) {
    this.#session = session;
    this.#modelsFolder = modelsFolder;
  }

  /**
   * The mask of clicks into a frame, at the session's size.
   *
   * @param name   the model's
   * @param frame  0-based
   * @param clicks all of the frame's, at least one
   * @throws LaminaError `model-missing`, `model-unusable`, `request-invalid` when the model takes no clicks, and what reading the
   *   clip throws; AbortError
   */
  async mask(
    name: string,
    frame: number,
    clicks: readonly PromptPoint[],
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (this.#current?.name !== name) {
      const closed = this[Symbol.asyncDispose]();
      const opening = closed.then(() => this.#open(name, signal));
      this.#current = { name, opening };
    }
    const current = this.#current;
    try {
      const { frames } = await current.opening;
      return (await frames.maskFromClicks(frame, clicks, signal)).mask;
    } catch (error) {
      // A process that has ended does not come back; the next click starts another.
      if (this.#current === current) await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    const opened = await current?.opening.catch(() => undefined);
    await opened?.model[Symbol.asyncDispose]();
  }

  async #open(name: string, signal: AbortSignal): Promise<Opened> {
    const found = await findModel(this.#modelsFolder, name);
    const model = await openModel(found, { signal });
    if (model.gives === "clicked-masks")
      return { model, frames: new ClickedFrames(this.#session, model) };
    await model[Symbol.asyncDispose]();
    throw new LaminaError({
      code: "request-invalid",
      detail: `the model ${name} takes no clicks`,
    });
  }
}
