/** What travels is plain data: calls with their arguments, answers with lists of records. */
const DEEPEST = 16;

/** Bytes that follow a format byte of 0xc0 and more (MessagePack specification, "Formats"), and how their content is measured. */
type Tail =
  | { readonly kind: "skip"; readonly bytes: number }
  /** A length of so many bytes, then the content, of an extension one byte longer. */
  | {
      readonly kind: "content";
      readonly lengthBytes: 1 | 2 | 4;
      readonly extra: 0 | 1;
    }
  | {
      readonly kind: "items";
      readonly lengthBytes: 2 | 4;
      readonly each: 1 | 2;
    };

const skip = (bytes: number): Tail => ({ kind: "skip", bytes });
const content = (lengthBytes: 1 | 2 | 4, extra: 0 | 1): Tail => ({
  kind: "content",
  lengthBytes,
  extra,
});
const items = (lengthBytes: 2 | 4, each: 1 | 2): Tail => ({
  kind: "items",
  lengthBytes,
  each,
});

/** From 0xc0 to 0xdf. */
const tails: readonly Tail[] = [
  ...[0, 0, 0, 0].map(skip),
  ...([1, 2, 4] as const).map((size) => content(size, 0)),
  ...([1, 2, 4] as const).map((size) => content(size, 1)),
  ...[4, 8].map(skip),
  ...[1, 2, 4, 8, 1, 2, 4, 8].map(skip),
  // Extensions of 1 to 16 bytes, with their type.
  ...[2, 3, 5, 9, 17].map(skip),
  ...([1, 2, 4] as const).map((size) => content(size, 0)),
  items(2, 1),
  items(4, 1),
  items(2, 2),
  items(4, 2),
];

/**
 * Walks over a MessagePack message before it is decoded: the decoder makes room for as many items as a list says it has, so
 * that a few bytes could ask for gigabytes.
 *
 * @throws RangeError when the message is cut short, says that it holds more than it has bytes for, or is nested deeper than 16
 */
export function checkShape(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  /** Items still to come, by level. */
  const open = [1];
  let at = 0;
  const number = (size: 1 | 2 | 4): number => {
    const start = at;
    at += size;
    switch (size) {
      case 1:
        return view.getUint8(start);
      case 2:
        return view.getUint16(start);
      case 4:
        return view.getUint32(start);
    }
  };
  while (open.length > 0) {
    const level = open.length - 1;
    if (open[level] === 0) {
      open.pop();
      continue;
    }
    open[level]!--;
    const format = number(1);
    let count = 0;
    if (format >= 0x80 && format < 0xa0)
      count = format < 0x90 ? 2 * (format & 15) : format & 15;
    else if (format >= 0xa0 && format < 0xc0) at += format & 31;
    else if (format >= 0xc0 && format < 0xe0) {
      const tail = tails[format - 0xc0]!;
      if (tail.kind === "skip") at += tail.bytes;
      else if (tail.kind === "content") {
        const length = number(tail.lengthBytes);
        at += length + tail.extra;
      } else count = number(tail.lengthBytes) * tail.each;
    }
    // Every item has a byte of its own at least.
    if (at + count > bytes.length)
      throw new RangeError("a message is cut short");
    if (count > 0) open.push(count);
    if (open.length > DEEPEST) throw new RangeError("a message is too deep");
  }
}
