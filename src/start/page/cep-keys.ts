/** A key by its codes: Windows' virtual key and macOS's. */
type KeyCodes = readonly [windows: number, mac: number];

const plainKeys: readonly KeyCodes[] = [
  [66, 11], // B
  [69, 14], // E
  [80, 35], // P
  [83, 1], // S
  [67, 8], // C
  [68, 2], // D
  [74, 38], // J
  [75, 40], // K
  [76, 37], // L
  [79, 31], // O
  [48, 29], // 0
  [49, 18], // 1
  [187, 24], // +
  [189, 27], // -
  [107, 69], // + of the number pad
  [109, 78], // - of the number pad
  [36, 115], // Home
  [35, 119], // End
  [219, 33], // [
  [221, 30], // ]
  [13, 36], // Enter
  [27, 53], // Escape
];
const arrows: readonly KeyCodes[] = [
  [37, 123],
  [38, 126],
  [39, 124],
  [40, 125],
];
const space: KeyCodes = [32, 49];
const drawn: KeyCodes = [68, 2];
const plus: KeyCodes = [187, 24];
const z: KeyCodes = [90, 6];
const y: KeyCodes = [89, 16];

/**
 * The keys that one paints with, as CEP wants to be told of them: without this Premiere takes them for its own shortcuts even
 * while the panel has the focus.
 *
 * @param isMac where codes differ, and where Cmd is what Ctrl is elsewhere
 * @returns     JSON for `registerKeyEventsInterest`
 */
export function paintingKeys(isMac: boolean): string {
  const command = isMac ? "metaKey" : "ctrlKey";
  const key = (codes: KeyCodes, ...held: string[]) => ({
    keyCode: codes[isMac ? 1 : 0],
    ...Object.fromEntries(held.map((name) => [name, true])),
  });
  return JSON.stringify([
    ...[...plainKeys, ...arrows, space].map((codes) => key(codes)),
    ...arrows.map((codes) => key(codes, "shiftKey")),
    ...[...arrows, drawn].map((codes) => key(codes, "altKey")),
    key(plus, "shiftKey"),
    key(z, command),
    key(z, command, "shiftKey"),
    key(y, command),
  ]);
}
