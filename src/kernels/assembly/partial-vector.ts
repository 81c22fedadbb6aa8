/** Loads four values, of which `count` lie within the picture: the rest are zero. */
export function loadSome(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let out = f32x4.splat(0);
  out = f32x4.replace_lane(out, 0, load<f32>(from));
  if (count > 1) out = f32x4.replace_lane(out, 1, load<f32>(from, 4));
  if (count > 2) out = f32x4.replace_lane(out, 2, load<f32>(from, 8));
  return out;
}

/** Stores the first `count` values of a vector. */
export function storeSome(to: usize, values: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, values);
    return;
  }
  store<f32>(to, f32x4.extract_lane(values, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(values, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(values, 2), 8);
}
