/**
 * Writes a packed mask as text that is short where masks are: runs of equal bytes, each as its length and the byte.
 *
 * @param bits as `packMask` makes it
 * @returns    base64
 */
export function writeMaskRuns(bits: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bits.length;) {
    let end = at + 1;
    while (end < bits.length && end - at < 255 && bits[end] === bits[at]) end++;
    text += String.fromCharCode(end - at, bits[at]!);
    at = end;
  }
  return btoa(text);
}

/**
 * Reads what `writeMaskRuns` wrote.
 *
 * @param length bytes of a whole mask, or 0 for none
 * @returns      undefined when the text is no mask of that length
 */
export function readMaskRuns(
  text: string,
  length: number,
): Uint8Array | undefined {
  let runs: string;
  try {
    runs = atob(text);
  } catch {
    return undefined;
  }
  if (runs === "") return new Uint8Array(0);
  let all = 0;
  for (let i = 0; i < runs.length; i += 2) all += runs.charCodeAt(i);
  if (all !== length || runs.length % 2 !== 0) return undefined;
  const bits = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const end = at + runs.charCodeAt(i);
    bits.fill(runs.charCodeAt(i + 1), at, end);
    at = end;
  }
  return bits;
}
