/** Why nothing was packaged, in words for who asked for it. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}
