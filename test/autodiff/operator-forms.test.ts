import assert from "node:assert/strict";
import { Graph } from "../../src/autodiff/graph.ts";
import * as op from "../../src/autodiff/operations.ts";
import type { ConvGeometry } from "../../src/autodiff/primitives.ts";
import {
  type AffineForm,
  type ForwardForm,
  type InputGradientForm,
  type Strategy,
  type UpsampleForm,
  type WeightGradientForm,
  strategies,
} from "../../src/autodiff/strategy.ts";
import { relativeDifference, runGraph, uniform } from "./run-graph.ts";

/** Typed as records so that a form without a test does not compile. */
const weightGradientForms: Record<WeightGradientForm, true> = {
  "giant-kernel": true,
  "grouped-kernel": true,
  "tap-matmul": true,
  columns: true,
  "unfolded-input": true,
  "unfolded-result": true,
  separated: true,
};
/** Forms that walk over the result's gradient, or turn the kernel round. */
const strideOneOnly: ReadonlySet<string> = new Set([
  "unfolded-result",
  "separated",
  "flipped",
  "folded",
] satisfies (WeightGradientForm | InputGradientForm | ForwardForm)[]);
const forwardForms: Record<ForwardForm, true> = {
  direct: true,
  unfolded: true,
  folded: true,
};
const inputGradientForms: Record<InputGradientForm, true> = {
  transposed: true,
  flipped: true,
};
const upsampleForms: Record<UpsampleForm, true> = {
  resize: true,
  matmul: true,
};
const affineForms: Record<AffineForm, true> = {
  "batch-normalization": true,
  "multiply-add": true,
};

const geometries: readonly ConvGeometry[] = [
  { stride: 1, pads: [1, 1, 1, 1] },
  { stride: 1, pads: [0, 1, 2, 0] },
  { stride: 2, pads: [1, 1, 1, 1] },
  { stride: 2, pads: [0, 0, 0, 0] },
  { stride: 3, pads: [1, 0, 1, 2] },
];
const height = 9;
const width = 8;

const names = <T extends string>(forms: Record<T, true>): readonly T[] =>
  Object.keys(forms) as T[];

function assertAgree(results: ReadonlyMap<string, Float32Array>): void {
  const [[firstName, first] = ["", new Float32Array()], ...others] = results;
  assert.ok(
    first.some((value) => Math.abs(value) > 0.01),
    `${firstName} is not all zeros`,
  );
  for (const [name, values] of others) {
    const difference = relativeDifference(first, values);
    assert.ok(difference < 1e-5, `${firstName} and ${name}: ${difference}`);
  }
}

/** Result of a convolution or an adjoint of it under a strategy; x [3,4,9,8], w [5,4,3,2]. */
async function adjoint(
  which: "forward" | "input" | "weight",
  geometry: ConvGeometry,
  strategy: Strategy,
): Promise<Float32Array> {
  const graph = new Graph();
  const x = graph.input("x", [3, 4, height, width]);
  const w = graph.input("w", [5, 4, 3, 2]);
  const y = op.conv(x, w, geometry);
  const g = graph.input("g", y.shape);
  const result = {
    forward: () => y,
    input: () => op.convInputGradient(g, w, geometry, height, width),
    weight: () => op.convWeightGradient(x, g, geometry, 3, 2),
  }[which]();
  const count = y.shape.reduce((a, b) => a * b, 1);
  const feeds = {
    x: uniform(3 * 4 * height * width, -1, 1, 1),
    w: uniform(5 * 4 * 3 * 2, -1, 1, 2),
    g: uniform(count, -1, 1, 3),
  };
  return (await runGraph(graph, { result }, feeds, strategy))["result"]!;
}

describe("operator forms", () => {
  for (const geometry of geometries) {
    const title = `stride ${geometry.stride}, pads ${geometry.pads.join(" ")}`;

    it(`agree on a convolution at ${title}`, async () => {
      const results = new Map<string, Float32Array>();
      for (const form of names(forwardForms)) {
        if (strideOneOnly.has(form) && geometry.stride > 1) continue;
        results.set(
          form,
          await adjoint("forward", geometry, {
            ...strategies.cpu,
            forward: () => form,
          }),
        );
      }
      assertAgree(results);
    });

    it(`agree on a convolution's gradient in its kernel at ${title}`, async () => {
      const results = new Map<string, Float32Array>();
      for (const form of names(weightGradientForms)) {
        if (strideOneOnly.has(form) && geometry.stride > 1) continue;
        results.set(
          form,
          await adjoint("weight", geometry, {
            ...strategies.cpu,
            weightGradient: () => form,
          }),
        );
      }
      assertAgree(results);
    });

    it(`agree on a convolution's gradient in its input at ${title}`, async () => {
      const results = new Map<string, Float32Array>();
      for (const form of names(inputGradientForms)) {
        if (strideOneOnly.has(form) && geometry.stride > 1) continue;
        results.set(
          form,
          await adjoint("input", geometry, {
            ...strategies.cpu,
            inputGradient: () => form,
          }),
        );
      }
      assertAgree(results);
    });
  }

  it("agree on bilinear enlargement", async () => {
    const results = new Map<string, Float32Array>();
    for (const upsample of names(upsampleForms)) {
      const graph = new Graph();
      const result = op.upsampleBilinear(graph.input("x", [2, 3, 5, 4]));
      const feeds = { x: uniform(120, -1, 1, 1) };
      const strategy = { ...strategies.cpu, upsample };
      results.set(
        upsample,
        (await runGraph(graph, { result }, feeds, strategy))["result"]!,
      );
    }
    assertAgree(results);
  });

  it("agree on scale and shift per channel", async () => {
    const results = new Map<string, Float32Array>();
    for (const affine of names(affineForms)) {
      const graph = new Graph();
      const result = op.channelAffine(
        graph.input("x", [2, 3, 5, 4]),
        graph.input("scale", [3]),
        graph.input("shift", [3]),
      );
      const feeds = {
        x: uniform(120, -1, 1, 1),
        scale: uniform(3, -2, 2, 2),
        shift: uniform(3, -2, 2, 3),
      };
      const strategy = { ...strategies.cpu, affine };
      results.set(
        affine,
        (await runGraph(graph, { result }, feeds, strategy))["result"]!,
      );
    }
    assertAgree(results);
  });

  it("joins as many parts as there are, however few one operator may take", async () => {
    const graph = new Graph();
    const parts = Array.from({ length: 17 }, (_, i) =>
      graph.constant(Float32Array.of(i), [1]),
    );
    const result = op.concat(parts, 0);
    const joined = await runGraph(graph, { result }, {}, strategies.webgpu);
    assert.deepEqual(
      [...joined["result"]!],
      Array.from({ length: 17 }, (_, i) => i),
    );
  });
});
