import { LaminaError } from "../errors/failure.ts";
import { framesFolderName, numberedPng } from "../job-contract/frame-files.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import { decodePng } from "./decode-png.ts";

/** How many frames are looked at; a clip that is cropped, keyed or scaled down is so in most of them. */
const FRAMES_LOOKED_AT = 8;

/** The file of an exported frame in its workspace. */
export const frameFile = (frame: number): string =>
  `${framesFolderName}/${numberedPng(frame - 1)}`;

/**
 * Makes sure that a clip covers the whole picture: layers have an opaque background, which would hide what lies below a clip that
 * is cropped, keyed, or smaller than the frame.
 *
 * @param frameCount of the frames in the workspace; some of them are looked at, the first and the last among them
 * @throws LaminaError `clip-transparent`; RemoteError
 */
export async function checkOpaque(
  service: Pick<ServiceClient, "workspaceFile">,
  workspaceId: string,
  frameCount: number,
): Promise<void> {
  const count = Math.min(frameCount, FRAMES_LOOKED_AT);
  for (let i = 0; i < count; i++) {
    const at = count === 1 ? 0 : (i * (frameCount - 1)) / (count - 1);
    const frame = 1 + Math.round(at);
    const { data } = decodePng(
      await service.workspaceFile(workspaceId, frameFile(frame)),
    );
    for (let p = 3; p < data.length; p += 4) {
      if (data[p] !== 255) {
        throw new LaminaError({ code: "clip-transparent", frame });
      }
    }
  }
}
