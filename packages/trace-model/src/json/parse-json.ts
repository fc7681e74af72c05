/** Digits where a value stands that a double may not hold. It may match within a string, which costs time and nothing else. */
const LONG_NUMBER = /[:,[]\s*-?(?:\d{17}|9\d{15})/;

/**
 * JSON text as a value. A whole number past 2^53 becomes a bigint, so that nanoseconds and 64-bit attributes that were not
 * quoted stay exact; where the engine does not give a number's text (before Chrome 114, Firefox 135, Safari 18.4) it is a
 * number as ever. Throws SyntaxError.
 */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) {
    return JSON.parse(text);
  }
  try {
    return JSON.parse(text, exactInteger);
  } catch (error) {
    // Visiting the values needs the stack that parsing does not.
    if (error instanceof RangeError) {
      return JSON.parse(text);
    }
    throw error;
  }
}

function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}
