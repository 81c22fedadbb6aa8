/** Digits of a frame's number in its file's name; a longer number takes more. */
const digits = 5;

/** Name of the PNG file of frame `index` (0-based): `00001.png` for the first. */
export const numberedPng = (index: number): string =>
  `${String(index + 1).padStart(digits, "0")}.png`;

/** All files of a folder of frames as one printf pattern: `walker/%05d.png`. */
export const framePattern = (folder: string): string =>
  `${folder}/%0${digits}d.png`;

/** Folder of a workspace into which the host exports the clip's frames. */
export const framesFolderName = "frames";

/** File of a workspace in which a panel keeps subjects that are being prepared; empty when that is over. */
export const preparedFileName = "subjects/prepared.json";

/** Folder of a workspace that holds one folder of frames per mask that was brought in. */
export const masksFolderName = "masks";
