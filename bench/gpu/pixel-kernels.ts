/** Pixels are `vec4f`, row by row; borders are replicated, as in `src/vision/image`. */
const head = `
struct Sizes { width: u32, height: u32 }
@group(0) @binding(0) var<uniform> sizes: Sizes;
fn at(x: i32, y: i32) -> u32 {
  let column = u32(clamp(x, 0, i32(sizes.width) - 1));
  let row = u32(clamp(y, 0, i32(sizes.height) - 1));
  return row * sizes.width + column;
}`;

/** Invocations of a workgroup: a row of pixels, so that neighbours read neighbours. */
export const GROUP = 64;

const main = `@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= sizes.width) { return; }
  let x = i32(id.x);
  let y = i32(id.y);`;

const tapLoop = (
  taps: readonly number[],
  sample: (offset: string) => string,
): string => {
  const radius = (taps.length - 1) / 2;
  return `
  var taps = array<f32, ${taps.length}>(${taps.join(", ")});
  var sum = vec4f();
  for (var i = 0; i < ${taps.length}; i++) { sum += taps[i] * ${sample(`i - ${radius}`)}; }
  dst[at(x, y)] = sum;
}`;
};

/** Sampled Gaussian along rows of 8-bit RGBA. */
export const rowsKernel = (taps: readonly number[]): string => `${head}
@group(0) @binding(1) var<storage, read> src: array<u32>;
@group(0) @binding(2) var<storage, read_write> dst: array<vec4f>;
${main}${tapLoop(taps, (i) => `unpack4x8unorm(src[at(x + ${i}, y)])`)}`;

/** The same along columns. */
export const columnsKernel = (taps: readonly number[]): string => `${head}
@group(0) @binding(1) var<storage, read> src: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dst: array<vec4f>;
${main}${tapLoop(taps, (i) => `src[at(x, y + ${i})]`)}`;

/** Bicubic warp (Keys, a = −½) by the homography that takes target pixels to the source, in nine numbers. */
export const warpKernel = (map: readonly number[]): string => `${head}
@group(0) @binding(1) var<storage, read> src: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dst: array<vec4f>;
fn cubic(u: f32) -> vec4f {
  return vec4f(
    ((-0.5 * u + 1.0) * u - 0.5) * u,
    (1.5 * u - 2.5) * u * u + 1.0,
    ((-1.5 * u + 2.0) * u + 0.5) * u,
    (0.5 * u - 0.5) * u * u);
}
${main}
  let h = array<f32, 9>(${map.join(", ")});
  let p = vec2f(f32(x), f32(y));
  let w = 1.0 / (h[6] * p.x + h[7] * p.y + h[8]);
  let s = clamp(
    vec2f(h[0] * p.x + h[1] * p.y + h[2], h[3] * p.x + h[4] * p.y + h[5]) * w,
    vec2f(-2.0), vec2f(f32(sizes.width) + 1.0, f32(sizes.height) + 1.0));
  let whole = floor(s);
  let i = vec2i(whole);
  let wx = cubic(s.x - whole.x);
  let wy = cubic(s.y - whole.y);
  var sum = vec4f();
  for (var k = 0; k < 4; k++) {
    let row = i.y + k - 1;
    sum += wy[k] * (wx.x * src[at(i.x - 1, row)] + wx.y * src[at(i.x, row)]
      + wx.z * src[at(i.x + 1, row)] + wx.w * src[at(i.x + 2, row)]);
  }
  dst[at(x, y)] = vec4f(sum.rgb, 1.0);
}`;

/** Mode of the samples, `fuseSamples` of `src/vision/background/mode-fusion.ts` with weights of 1; the spread is the fourth channel. */
export const fuseKernel = (count: number, sigma: number): string => `${head}
${Array.from({ length: count }, (_, k) => `@group(0) @binding(${k + 1}) var<storage, read> sample${k}: array<vec4f>;`).join("\n")}
@group(0) @binding(${count + 1}) var<storage, read_write> dst: array<vec4f>;
fn agreement(d: vec3f) -> f32 {
  let steps = floor(dot(d, d) * ${64 / (6 * sigma * sigma)});
  return select(exp(-steps / 64.0), 0.0, steps >= 1024.0);
}
${main}
  let i = at(x, y);
  let s = array<vec3f, ${count}>(${Array.from({ length: count }, (_, k) => `sample${k}[i].rgb`).join(", ")});
  var best = 0;
  var most = 0.0;
  for (var p = 0; p < ${count}; p++) {
    var score = 0.0;
    for (var q = 0; q < ${count}; q++) { score += agreement(s[p] - s[q]); }
    if (score > most) { most = score; best = p; }
  }
  var centre = s[best];
  var variance = vec3f();
  for (var step = 0; step <= 2; step++) {
    var total = 0.0;
    var sum = vec3f();
    variance = vec3f();
    for (var p = 0; p < ${count}; p++) {
      let d = s[p] - centre;
      let a = agreement(d);
      total += a;
      sum += a * s[p];
      variance += a * d * d;
    }
    variance /= total;
    if (step < 2) { centre = sum / total; }
  }
  dst[i] = vec4f(centre, sqrt(max(variance.x, max(variance.y, variance.z))));
}`;

/** Pixels as 8-bit RGBA, for the way back. */
export const packKernel = `${head}
@group(0) @binding(1) var<storage, read> src: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dst: array<u32>;
${main}
  dst[at(x, y)] = pack4x8unorm(src[at(x, y)]);
}`;
