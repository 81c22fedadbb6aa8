/**
 * Takes a lens's shading off three planes: `to = clip((v + offset)·gain − offset, 0, 1)` per channel, `gain` from a table by the pixel's
 * row in it and linearly by the mean of the channels. In float64, so that it is what plain TypeScript gives.
 *
 * @param from `[3, area]` float32
 * @param rows `[area]` bytes: which row of the table
 * @param to `[3, area]` float32
 * @param gains `[…, tabled]` float32, by mean from 0 to 1
 */
export function undoShading(
  from: usize,
  rows: usize,
  to: usize,
  gains: usize,
  area: i32,
  tabled: i32,
  offset: f64,
): void {
  const plane = (<usize>area) << 2;
  const end = from + plane;
  const last = <f64>(tabled - 1);
  const lastColumn = tabled - 2;
  while (from < end) {
    const first = <f64>load<f32>(from);
    const second = <f64>load<f32>(from + plane);
    const third = <f64>load<f32>(from + 2 * plane);
    const mean = (first + second + third) / 3;
    const column = unit(mean) * last;
    const before = min(lastColumn, <i32>column);
    const share = column - <f64>before;
    const cell = gains + ((<usize>(<i32>load<u8>(rows) * tabled + before)) << 2);
    const gain =
      (1 - share) * <f64>load<f32>(cell) + share * <f64>load<f32>(cell, 4);
    store<f32>(to, <f32>unit((first + offset) * gain - offset));
    store<f32>(to + plane, <f32>unit((second + offset) * gain - offset));
    store<f32>(to + 2 * plane, <f32>unit((third + offset) * gain - offset));
    from += 4;
    to += 4;
    rows++;
  }
}

// @ts-ignore: decorator
@inline
function unit(value: f64): f64 {
  return min(1.0, max(0.0, value));
}
