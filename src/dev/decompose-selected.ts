import { joinPath } from "../host/file-path.ts";
import type { Host } from "../host/host.ts";
import { framesFolderName } from "../job-contract/frame-files.ts";
import { noteFileName, writeNote } from "../host/run-note.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import type { SampleClip } from "./sample-project.ts";

/**
 * Queues the decomposition of the selected clip as a panel does it for its user: exports the clip, takes its masks in,
 * notes where the layers belong, and submits the job. An earlier result at the same place is replaced.
 *
 * @throws LaminaError, RemoteError what host and service throw
 */
export async function decomposeSelected(
  host: Host,
  service: ServiceClient,
  { masks }: SampleClip,
  outputPath: string,
): Promise<ServiceJob> {
  const { clip } = await host.selection();
  if (clip === undefined) throw new Error("no clip is selected");
  const { id, path } = await service.createWorkspace({ name: clip.name });
  const { folder, frameRate } = await host.exportClip(
    clip,
    joinPath(path, framesFolderName),
  );
  const { width, height } = clip.sequence;
  const { frameCount } = clip;
  const frames = { width, height, frameCount };
  const subjects = [];
  for (const { name, path: source } of masks) {
    const request = { name, sources: [source], ...frames };
    const { path: maskPath } = await service.addMask(id, request);
    subjects.push({ name, maskPath });
  }
  const note = new TextEncoder().encode(writeNote({ clip }));
  await service.putFile(id, noteFileName, note);
  return service.submitJob({
    clipPath: folder,
    subjects,
    outputPath,
    frameRate,
    overwrite: true,
  });
}
