import assert from "node:assert/strict";
import {
  identity,
  translation,
  type Homography,
} from "../../../src/kernels/homography.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  findContacts,
  type Contacts,
} from "../../../src/vision/segmentation/contacts.ts";
import { depthOrder } from "../../../src/vision/segmentation/depth-order.ts";
import { proposeGroups } from "../../../src/vision/segmentation/groups.ts";

const WIDTH = 64;
const HEIGHT = 40;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly grey: number;
}

/** A mask of a box, and nothing where there is none. */
function maskOf(box: Box | undefined): Raster {
  const mask = raster(1, HEIGHT, WIDTH);
  if (box === undefined) return mask;
  for (let y = box.y; y < box.y + box.h; y++)
    for (let x = Math.max(0, box.x); x < Math.min(WIDTH, box.x + box.w); x++)
      mask.data[y * WIDTH + x] = 1;
  return mask;
}

/** The picture with the boxes painted one over the other, the last on top. */
function pictureOf(boxes: readonly (Box | undefined)[]): Raster {
  const rgb = raster(3, HEIGHT, WIDTH);
  rgb.data.fill(0.5);
  for (const box of boxes) {
    if (box === undefined) continue;
    maskOf(box).data.forEach((inside, i) => {
      for (let c = 0; c < 3; c++)
        if (inside > 0) rgb.data[c * WIDTH * HEIGHT + i] = box.grey;
    });
  }
  return rgb;
}

/** Only what is not covered by a later box. */
function visible(boxes: readonly Box[]): Raster[] {
  return boxes.map((box, k) => {
    const mask = maskOf(box);
    for (const above of boxes.slice(k + 1))
      maskOf(above).data.forEach((inside, i) => {
        if (inside > 0) mask.data[i] = 0;
      });
    return mask;
  });
}

const frames = Array.from({ length: 20 }, (_, t) => t);
const still: readonly Homography[] = frames.map(() => identity);

describe("an order of depth", () => {
  it("has the one behind that gives way, even if it stands lower", () => {
    const scene = (t: number): Box[] => [
      { x: 2 * t, y: 20, w: 10, h: 18, grey: 0.2 },
      { x: 25, y: 10, w: 12, h: 20, grey: 0.8 },
    ];
    const contacts = frames.map((t) =>
      findContacts(visible(scene(t)), pictureOf(scene(t))),
    );
    assert.deepEqual(depthOrder(contacts), [0, 1]);
    const turned = contacts.map(({ sights, meetings }): Contacts => ({
      sights: [...sights].reverse(),
      meetings: meetings.map(({ claim }) => ({ a: 0, b: 1, claim: -claim })),
    }));
    assert.deepEqual(depthOrder(turned), [1, 0]);
  });

  it("has the one in front whose colours stand where both masks claim the picture", () => {
    const scene = (t: number): Box[] => [
      { x: 8 + t, y: 20, w: 16, h: 18, grey: 0.2 },
      { x: 20, y: 10, w: 16, h: 18, grey: 0.8 },
    ];
    const contacts = frames.map((t) =>
      findContacts(scene(t).map(maskOf), pictureOf(scene(t))),
    );
    assert.deepEqual(depthOrder(contacts), [0, 1]);
  });

  it("goes by the feet where nobody covers anybody", () => {
    const scene: Box[] = [
      { x: 2, y: 20, w: 8, h: 18, grey: 0.2 },
      { x: 40, y: 5, w: 8, h: 18, grey: 0.8 },
      { x: 22, y: 12, w: 8, h: 18, grey: 0.6 },
    ];
    const contacts = [findContacts(scene.map(maskOf), pictureOf(scene))];
    assert.deepEqual(depthOrder(contacts), [1, 2, 0]);
  });
});

describe("groups", () => {
  const groupsOf = (
    scene: (t: number) => readonly (Box | undefined)[],
    maps = still,
  ): number[] =>
    proposeGroups(
      frames.map((t) =>
        findContacts(scene(t).map(maskOf), pictureOf(scene(t))),
      ),
      maps,
    );
  const rider = (x: number): Box => ({ x, y: 6, w: 8, h: 12, grey: 0.3 });
  const bicycle = (x: number): Box => ({
    x: x - 2,
    y: 18,
    w: 12,
    h: 10,
    grey: 0.9,
  });

  it("hold who ride together, and not whom they pass", () => {
    const standing: Box = { x: 30, y: 10, w: 6, h: 20, grey: 0.1 };
    const scene = (t: number): Box[] => [
      rider(4 + 2 * t),
      standing,
      bicycle(4 + 2 * t),
    ];
    assert.deepEqual(groupsOf(scene), [0, 1, 0]);
  });

  it("hold who ride together in the middle of a picture that pans with them", () => {
    const maps = frames.map((t) => translation(-2 * t, 0));
    const scene = (): Box[] => [rider(28), bicycle(28)];
    assert.deepEqual(groupsOf(scene, maps), [0, 0]);
    assert.deepEqual(groupsOf(scene, still), [0, 1]);
  });

  it("hold one that was lost and found again", () => {
    const scene = (t: number): (Box | undefined)[] => [
      t < 9 ? rider(4 + 2 * t) : undefined,
      t > 10 ? rider(4 + 2 * t) : undefined,
    ];
    assert.deepEqual(groupsOf(scene), [0, 0]);
    const elsewhere = (t: number): (Box | undefined)[] => [
      t < 9 ? rider(4 + 2 * t) : undefined,
      t > 10 ? rider(54 - t) : undefined,
    ];
    assert.deepEqual(groupsOf(elsewhere), [0, 1]);
  });
});
