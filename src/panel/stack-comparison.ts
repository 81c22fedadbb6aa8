import { folderOf, joinPath } from "../host/file-path.ts";
import type { PlacedRun } from "../host/host.ts";
import { workspaceOf } from "../host/run-note.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import { frameFile } from "./clip-alpha.ts";
import { decodePng } from "./decode-png.ts";
import type { Desk } from "./desk.ts";

/**
 * Compares the first frame of the clip, as it was exported, with that of the layers in the timeline, exported in the same way: so it
 * shows what colour management makes of the layers' files.
 *
 * @returns the largest difference of a value, of 255; undefined when the job's frames are not a panel's, or a layer is hidden
 * @throws LaminaError, RemoteError
 */
export async function compareStack(
  { host, service, now }: Desk,
  job: ServiceJob,
  run: PlacedRun,
): Promise<number | undefined> {
  const workspace = workspaceOf(job);
  if (workspace === undefined || run.layers.some(({ hidden }) => hidden)) {
    return undefined;
  }
  const name = `stack-${now().getTime()}`;
  const path = folderOf(job.request.clipPath);
  await host.exportStack(run, joinPath(path, name));
  const [stack, clip] = await Promise.all(
    [`${name}/00001.png`, frameFile(1)].map(async (file) =>
      decodePng(await service.workspaceFile(workspace, file)),
    ),
  );
  if (stack?.data.length !== clip?.data.length) return 255;
  return stack!.data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - clip!.data[i]!)),
    0,
  );
}
