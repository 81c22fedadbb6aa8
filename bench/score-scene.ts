import { over } from "./over.ts";
import { readLayer, type ResultFolder } from "./result-folder.ts";
import {
  readTruth,
  type SceneFolder,
  type StraightPicture,
  type TrueFrame,
} from "./scene-folder.ts";
import { Tally } from "./tally.ts";

/** How one subject's layer compares with the truth; alpha in [0, 1]. "Outside" is outside every mask and object. */
export interface LayerScore {
  /** Mean |α − α*| where the true effect exceeds 0.02, outside. */
  readonly effectMae: number | undefined;
  /** Intersection over union of α > 0.15 and α* > 0.15, outside. */
  readonly effectIou: number | undefined;
  /** Share of the true effect that this layer holds, outside, where no other subject's layer is. */
  readonly capture: number | undefined;
  /** The same share held by the other subjects' layers. */
  readonly leak: number | undefined;
  /** Mean α where the truth has none (α* < 0.01). */
  readonly spill: number | undefined;
  /** Mean |α − α*| where the true object's alpha exceeds 0.5. */
  readonly objectMae: number | undefined;
  /** The same where its mask has nothing: what it carries, hair, what a rough mask has lost. */
  readonly unmaskedMae: number | undefined;
}

/** How a result compares with a scene. Colour errors are in 8-bit levels, ratios in dB. */
export interface SceneScore {
  readonly scene: string;
  /** Largest difference between the recomposed layers and the frame. */
  readonly recompositionMax: number;
  /** PSNR of the background where any true layer is (α* > 0.02). */
  readonly backgroundRegion: number | undefined;
  /** PSNR of the background under true effects (> 0.05), outside. */
  readonly backgroundEffect: number | undefined;
  readonly backgroundAll: number | undefined;
  /** By subject, bottom to top. */
  readonly layers: Readonly<Record<string, LayerScore>>;
  /** RMS error of the layers laid over a foreign backdrop, in the pixels of the true layers. */
  readonly swapRmse: number | undefined;
  /** Mean alpha on a waving flag, which belongs to no subject. */
  readonly distractorSpill: number | undefined;
  /** What does not fit: missing layers, other sizes. */
  readonly notes: readonly string[];
}

/**
 * Scores a result against a scene, pooling every measure over all frames. Layers are matched to subjects by name, then by id.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function scoreScene(
  scene: SceneFolder,
  result: ResultFolder,
): Promise<SceneScore> {
  const { document } = result;
  const [background, ...objects] = document.layers;
  const notes: string[] = [];
  for (const key of ["width", "height", "frameCount"] as const) {
    if (document[key] !== scene[key]) {
      notes.push(`${key} is ${document[key]}, the scene's ${scene[key]}`);
    }
  }
  if (notes.length > 0) return incomparable(scene, notes);
  const matched = scene.layers.map(
    (name) =>
      objects.find((layer) => layer.name === name) ??
      objects.find((layer) => layer.id === name),
  );
  matched.forEach((layer, i) => {
    if (layer === undefined) notes.push(`no layer for ${scene.layers[i]!}`);
  });

  const pool = new ScenePool(scene);
  for (let t = 0; t < scene.frameCount; t++) {
    const truth = await readTruth(scene, t);
    const plate = await readLayer(result, background!, t);
    const layers = await Promise.all(
      objects.map((layer) => readLayer(result, layer, t)),
    );
    const bySubject = matched.map((layer) =>
      layer === undefined ? undefined : layers[objects.indexOf(layer)],
    );
    pool.add(truth, plate.rgb, layers, bySubject);
  }
  return pool.score(notes);
}

const incomparable = (
  scene: SceneFolder,
  notes: readonly string[],
): SceneScore => ({
  scene: scene.name,
  recompositionMax: 255,
  backgroundRegion: undefined,
  backgroundEffect: undefined,
  backgroundAll: undefined,
  layers: {},
  swapRmse: undefined,
  distractorSpill: undefined,
  notes,
});

/** The running sums behind one subject's score. */
interface LayerPool {
  readonly effectError: Tally;
  readonly effectOverlap: Tally;
  readonly capture: Tally;
  readonly leak: Tally;
  readonly spill: Tally;
  readonly objectError: Tally;
  readonly unmaskedError: Tally;
}

class ScenePool {
  readonly #scene: SceneFolder;
  readonly #backdrop: Float64Array;
  readonly #all = new Tally();
  readonly #region = new Tally();
  readonly #effect = new Tally();
  readonly #swap = new Tally();
  readonly #distractor = new Tally();
  readonly #layers: readonly LayerPool[];
  readonly #largest = { once: 0, each: 0 };
  readonly #exact = { once: 0, each: 0 };

  constructor(scene: SceneFolder) {
    this.#scene = scene;
    this.#backdrop = foreignBackdrop(scene.width, scene.height);
    this.#layers = scene.layers.map(() => ({
      effectError: new Tally(),
      effectOverlap: new Tally(),
      capture: new Tally(),
      leak: new Tally(),
      spill: new Tally(),
      objectError: new Tally(),
      unmaskedError: new Tally(),
    }));
  }

  add(
    truth: TrueFrame,
    plate: Uint8Array,
    layers: readonly StraightPicture[],
    bySubject: readonly (StraightPicture | undefined)[],
  ): void {
    this.#addRecomposition(truth, plate, layers);
    const area = plate.length / 3;
    const swapped = over(this.#backdrop, layers, false);
    const swappedTruth = over(this.#backdrop, truth.layers, false);
    const unit = (bytes: Uint8Array | undefined, i: number): number =>
      bytes === undefined ? 0 : bytes[i]! / 255;
    const most = (key: "alpha" | "object" | "effect", i: number): number =>
      truth.layers.reduce((m, layer) => Math.max(m, layer[key][i]!), 0) / 255;

    for (let i = 0; i < area; i++) {
      const plateError = squaredError(plate, truth.background, i);
      const inRegion = most("alpha", i) > 0.02;
      const outside =
        most("object", i) < 0.02 &&
        truth.layers.every((layer) => layer.mask[i]! <= 127);
      this.#all.add(plateError, 1);
      if (inRegion) this.#region.add(plateError, 1);
      if (outside && most("effect", i) > 0.05) this.#effect.add(plateError, 1);
      this.#swap.add(squaredError(swapped, swappedTruth, i), inRegion ? 1 : 0);
      if (!inRegion && (truth.distractor?.[i] ?? 0) > 127) {
        const sum = layers.reduce((total, l) => total + unit(l.alpha, i), 0);
        this.#distractor.add(Math.min(1, sum), 1);
      }
      for (const [n, pool] of this.#layers.entries()) {
        const alpha = unit(bySubject[n]?.alpha, i);
        const trueAlpha = unit(truth.layers[n]!.alpha, i);
        const effect = unit(truth.layers[n]!.effect, i);
        const error = Math.abs(alpha - trueAlpha);
        if (trueAlpha < 0.01) pool.spill.add(alpha, 1);
        if (unit(truth.layers[n]!.object, i) > 0.5) {
          pool.objectError.add(error, 1);
          const isMasked = truth.layers.some(({ mask }) => mask[i]! > 127);
          if (!isMasked) pool.unmaskedError.add(error, 1);
        }
        if (!outside) continue;
        if (effect > 0.02) pool.effectError.add(error, 1);
        const found = alpha > 0.15;
        const real = trueAlpha > 0.15;
        pool.effectOverlap.add(found && real ? 1 : 0, found || real ? 1 : 0);
        const alone = truth.layers.every(
          (layer, other) => other === n || layer.alpha[i]! / 255 < 0.02,
        );
        if (effect <= 0.05 || !alone) continue;
        const elsewhere = bySubject.reduce(
          (sum, layer, other) =>
            other === n ? sum : sum + unit(layer?.alpha, i),
          0,
        );
        pool.capture.add(Math.min(alpha, effect), effect);
        pool.leak.add(Math.min(Math.min(1, elsewhere), effect), effect);
      }
    }
  }

  #addRecomposition(
    truth: TrueFrame,
    plate: Uint8Array,
    layers: readonly StraightPicture[],
  ): void {
    for (const rounding of ["once", "each"] as const) {
      const sum = over(plate, layers, rounding === "each");
      for (let i = 0; i < sum.length; i += 3) {
        let worst = 0;
        for (let j = i; j < i + 3; j++) {
          worst = Math.max(worst, Math.abs(sum[j]! - truth.rgb[j]!));
        }
        if (worst === 0) this.#exact[rounding]++;
        else if (worst > this.#largest[rounding])
          this.#largest[rounding] = worst;
      }
    }
  }

  score(notes: readonly string[]): SceneScore {
    const several = this.#layers.length > 1;
    const each = this.#exact.each > this.#exact.once;
    const swap = this.#swap.mean();
    return {
      scene: this.#scene.name,
      recompositionMax: each ? this.#largest.each : this.#largest.once,
      backgroundRegion: this.#region.psnr(),
      backgroundEffect: this.#effect.psnr(),
      backgroundAll: this.#all.psnr(),
      layers: Object.fromEntries(
        this.#layers.map((pool, n) => [
          this.#scene.layers[n]!,
          {
            effectMae: pool.effectError.mean(),
            effectIou: pool.effectOverlap.mean(),
            capture: pool.capture.mean(),
            leak: several ? pool.leak.mean() : undefined,
            spill: pool.spill.mean(),
            objectMae: pool.objectError.mean(),
            unmaskedMae: pool.unmaskedError.mean(),
          },
        ]),
      ),
      swapRmse: swap === undefined ? undefined : Math.sqrt(swap),
      distractorSpill: this.#distractor.mean(),
      notes,
    };
  }
}

/** Mean over the channels of the squared difference at pixel `i`. */
function squaredError(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  i: number,
): number {
  let sum = 0;
  for (let j = 3 * i; j < 3 * i + 3; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum / 3;
}

/** A chequered backdrop, orange and blue, unlike any scene: `[H, W, 3]` code values. */
export function foreignBackdrop(width: number, height: number): Float64Array {
  const side = Math.max(4, Math.floor(height / 12));
  const out = new Float64Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = (Math.floor(x / side) + Math.floor(y / side)) % 2;
      const i = 3 * (y * width + x);
      out[i] = 60 + 140 * k;
      out[i + 1] = Math.round(90 + (110 * x) / width);
      out[i + 2] = Math.round(210 - (130 * k * y) / height - 20 * k);
    }
  }
  return out;
}
