import { LaminaError } from "../errors/failure.ts";
import type { FindRequest, FindWatch } from "../segmentation/find-subjects.ts";
import { proposeFromClicks } from "../segmentation/propose-from-clicks.ts";
import { proposeWithModel } from "../segmentation/propose-with-model.ts";
import { findModel } from "../models/model-folder.ts";
import { openModel } from "../models/open-model.ts";
import { describeSubjects } from "./describe-subjects.ts";
import type { SubjectsModel } from "./subjects-options.ts";

/**
 * Finds a clip's subjects with a model and says what was found; see `describeSubjects`.
 *
 * @param folder where models lie
 * @throws LaminaError `model-missing`, `model-unusable`, `model-found-nothing`, `usage` for clicks without a promptable model
 *   or the other way round, and what `findSubjects` throws; AbortError
 */
export async function describeSubjectsWithModel(
  request: FindRequest,
  { name, clicks }: SubjectsModel,
  folder: string,
  watch: FindWatch,
): Promise<string[]> {
  const found = await findModel(folder, name);
  const promptable = found.manifest.kind === "promptable";
  if (promptable !== clicks.length > 0) {
    throw new LaminaError({
      code: "usage",
      problem: promptable
        ? `The model ${name} wants to be shown the subject, such as --click 1:0.5,0.5.`
        : `The model ${name} is ${found.manifest.kind} and takes no --click.`,
    });
  }
  const { signal } = watch;
  await using model = await openModel(found, { signal });
  const propose: FindRequest["propose"] = (session, look) =>
    model.gives === "clicked-masks"
      ? proposeFromClicks(session, model, clicks, look)
      : proposeWithModel(session, model, look);
  return await describeSubjects({ ...request, propose }, watch);
}
