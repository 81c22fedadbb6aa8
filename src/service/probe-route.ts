import { stat } from "node:fs/promises";
import path from "node:path";
import { isStillName } from "../job-contract/image-format.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import {
  describeSource,
  probeSource,
  summariseSource,
} from "../media/probe-source.ts";
import {
  apiRoot,
  requestSchemas,
  type SourceFacts,
} from "../protocol/service-api.ts";
import { answerWith, readJson } from "./wire-route.ts";

/**
 * Adds the route that says what a source file is, for a clip's card. What would become of it as the clip of a job is no part of the
 * answer: a panel's clips are rendered by the editing program first.
 */
export function addProbeRoute(app: LocalHttpApp): void {
  app.post(`${apiRoot}/probe`, async (context) => {
    const request = await readJson(context, requestSchemas.probe);
    const place = await sequenceOf(request.path);
    // What is missing in a sequence is the editing program's to show.
    const { description } = await probeSource(place, { allowGaps: true });
    return answerWith(context, {
      line: summariseSource(description),
      lines: describeSource(description).filter(
        (line) => !line.startsWith("verdict"),
      ),
    } satisfies SourceFacts);
  });
}

/** Numbered stills are known to editing programs by the first of them. */
async function sequenceOf(file: string): Promise<string> {
  if (!isStillName(path.basename(file))) return file;
  return (await stat(file)).isFile() ? path.dirname(file) : file;
}
