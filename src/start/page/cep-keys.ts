/** A key by its codes: Windows' virtual key and macOS's. */
type KeyCodes = readonly [windows: number, mac: number];

const plainKeys: readonly KeyCodes[] = [
  [66, 11], // B
  [69, 14], // E
  [80, 35], // P
  [83, 1], // S
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
    ...[...arrows, space].map((codes) => key(codes, "shiftKey")),
    key(space, "altKey"),
    key(z, command),
    key(z, command, "shiftKey"),
    key(y, command),
  ]);
}
