/** As far as it is used: the package has no types of its own. */
declare module 'snappyjs' {
  /** In Snappy's block format. */
  export function compress(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
  export function uncompress(bytes: Uint8Array): Uint8Array;
}
