import assert from "node:assert/strict";
import {
  fitted,
  nativeZoom,
  panBy,
  placeOf,
  Viewing,
  type Viewport,
  wheelFactor,
  zoomBy,
} from "../../src/panel/viewport.ts";

/** The picture's place that lies beneath a place of the stage. */
const beneath = (
  { zoom, middle }: Viewport,
  x: number,
  y: number,
): [number, number] => [
  middle.x + (x - 0.5) / zoom,
  middle.y + (y - 0.5) / zoom,
];
const near = (actual: number[], expected: number[]): void => {
  actual.forEach((value, i) => {
    assert.ok(
      Math.abs(value - expected[i]!) < 1e-9,
      `${actual.join()} is not ${expected.join()}`,
    );
  });
};

describe("a viewport", () => {
  it("keeps the place beneath the pointer where it is while it zooms", () => {
    const once = zoomBy(fitted, 4, { x: 0.3, y: 0.8 }, 2);
    near(beneath(once, 0.3, 0.8), [0.3, 0.8]);
    const twice = zoomBy(once, 1.7, { x: 0.6, y: 0.4 }, 2);
    near(beneath(twice, 0.6, 0.4), beneath(once, 0.6, 0.4));
    const back = zoomBy(twice, 1 / 6.8, { x: 0.5, y: 0.5 }, 2);
    near([back.zoom, back.middle.x, back.middle.y], [1, 0.5, 0.5]);
  });

  it("shows nothing beside a picture that is larger than the stage", () => {
    const moved = panBy(
      { zoom: 4, middle: { x: 0.5, y: 0.5 } },
      { x: 9, y: -9 },
    );
    assert.deepEqual(moved.middle, { x: 0.125, y: 0.875 });
    assert.equal(placeOf(moved), "left:0%;top:-300%;width:400%;height:400%");
    assert.deepEqual(panBy(fitted, { x: 0.4, y: 0.4 }), fitted);
  });

  it("moves with the pointer, pixel by pixel", () => {
    const view = { zoom: 5, middle: { x: 0.5, y: 0.5 } };
    const moved = panBy(view, { x: 0.1, y: -0.2 });
    near(beneath(moved, 0.6, 0.2), beneath(view, 0.5, 0.4));
  });

  it("goes to 100 % below the stage's size and above it, and not beyond sense", () => {
    const middle = { x: 0.5, y: 0.5 };
    assert.equal(nativeZoom(1920, 480, 2), 2);
    assert.equal(zoomBy(fitted, 1 / 3, middle, 0.25).zoom, 1 / 3);
    assert.equal(zoomBy(fitted, 1 / 9, middle, 0.25).zoom, 0.25);
    assert.equal(zoomBy(fitted, 1 / 9, middle, 4).zoom, 1);
    assert.equal(zoomBy(fitted, 1e6, middle, 4).zoom, 128);
    assert.deepEqual(zoomBy(fitted, 0.5, { x: 0, y: 0 }, 0.25).middle, middle);
  });

  it("doubles with a turn of the wheel, and halves with the other way", () => {
    assert.equal(wheelFactor(-200), 2);
    assert.equal(wheelFactor(200), 0.5);
  });
});

describe("what views keep from one another", () => {
  it("is the frame and the zoom of one clip; another is looked at as a whole", () => {
    const viewing = new Viewing();
    const size = { width: 96, height: 64 };
    assert.equal(viewing.frame(size, 12), undefined);
    viewing.show(size, 12, 0);
    viewing.viewport = zoomBy(fitted, 3, { x: 0, y: 0 }, 1);
    viewing.show(size, 12, 7);
    assert.equal(viewing.frame(size, 12), 7);
    assert.equal(viewing.viewport.zoom, 3);
    assert.equal(viewing.frame(size, 13), undefined);
    viewing.show(size, 13, 0);
    assert.deepEqual(viewing.viewport, fitted);
  });
});
