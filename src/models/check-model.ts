import type { FoundModel } from "./model-folder.ts";
import { openModel, type OpenModelOptions } from "./open-model.ts";
import type { Picture } from "./picture-input.ts";

/**
 * Loads a model, compares its signature with the contract of its kind, and runs it once on a small picture.
 *
 * @returns what it made of the picture, in words
 * @throws LaminaError `model-unusable`; AbortError
 */
export async function checkModel(
  found: FoundModel,
  options: OpenModelOptions = {},
): Promise<string> {
  await using model = await openModel(found, options);
  const picture = testPicture(160, 96);
  const size = { width: 80, height: 48 };
  const { signal } = options;
  switch (model.gives) {
    case "instances": {
      const { length } = await model.segment(picture, size, signal);
      return `it sees ${length} thing${length === 1 ? "" : "s"} in a test picture`;
    }
    case "matte": {
      const alpha = await model.alpha(picture, size, signal);
      return `its alpha covers ${percentInside(alpha)} of a test picture`;
    }
    case "clicked-masks": {
      const embedded = await model.embed(picture, signal);
      const click = { x: 0.5, y: 0.5, inside: true };
      const clicked = await model.maskFromClicks(
        embedded,
        [click],
        size,
        signal,
      );
      return `a click in a test picture gives ${percentInside(clicked.mask)} of it`;
    }
  }
}

const percentInside = (mask: Uint8Array): string => {
  const inside = mask.reduce((count, v) => count + (v >= 128 ? 1 : 0), 0);
  return `${Math.round((100 * inside) / mask.length)} %`;
};

/** A red box before a ground that runs from blue to green. */
function testPicture(width: number, height: number): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside =
        Math.abs(x - width / 2) < width / 6 &&
        Math.abs(y - height / 2) < height / 4;
      const green = Math.round((200 * x) / width);
      const colour = inside ? [230, 40, 40] : [40, green, 220 - green];
      data.set(colour, 3 * (y * width + x));
    }
  }
  return { width, height, data };
}
