/** A logit as a probability from 0 to 255: 128 and more just where the logit is above 0. */
export function logitToByte(logit: number): number {
  const byte = Math.round(255 / (1 + Math.exp(-logit)));
  return logit > 0 ? Math.max(128, byte) : Math.min(127, byte);
}
