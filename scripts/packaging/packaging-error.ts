/** Why no package can be made, in one sentence. */
export class PackagingError extends Error {
  override readonly name = "PackagingError";
}
