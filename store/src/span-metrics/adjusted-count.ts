const COMMA = 0x2c;
const SPACE = 0x20;
const TAB = 0x09;
const SEMICOLON = 0x3b;
const OT = Uint8Array.of(0x6f, 0x74, 0x3d); // ot=
const TH = Uint8Array.of(0x74, 0x68, 0x3a); // th:
/** Hex digits of a threshold; those left out at its end are zeros. */
const DIGITS = 14;

/**
 * How many spans the one with this W3C tracestate stands for: 2^56 / (2^56 - T), where `ot=th:<T>` is the threshold below
 * which its sampler dropped (https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/). 1 where the state has no
 * threshold, or one that is not 1 to 14 lowercase hex digits.
 */
export function adjustedCount(state: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end;) {
    while (at < end && (state[at] === SPACE || state[at] === TAB)) {
      at++;
    }
    const comma = state.indexOf(COMMA, at);
    const memberEnd = comma < 0 || comma > end ? end : comma;
    if (beginsWith(state, at, memberEnd, OT)) {
      return countOfMember(state, at + OT.length, memberEnd);
    }
    at = memberEnd + 1;
  }
  return 1;
}

/** `key:value` pairs between semicolons. */
function countOfMember(state: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end;) {
    const semicolon = state.indexOf(SEMICOLON, at);
    const pairEnd = semicolon < 0 || semicolon > end ? end : semicolon;
    if (beginsWith(state, at, pairEnd, TH)) {
      return countOfThreshold(state, at + TH.length, pairEnd);
    }
    at = pairEnd + 1;
  }
  return 1;
}

function countOfThreshold(state: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && (state[last - 1] === SPACE || state[last - 1] === TAB)) {
    last--;
  }
  if (last === start || last - start > DIGITS) {
    return 1;
  }
  // As what is left below 1: 2^56 itself is no exact number, and its last bits matter at high thresholds.
  let dropped = 0n;
  for (let at = start; at < last; at++) {
    const digit = hexDigit(state[at]);
    if (digit < 0) {
      return 1;
    }
    dropped = dropped * 16n + BigInt(digit);
  }
  dropped <<= BigInt(4 * (DIGITS - (last - start)));
  return 2 ** 56 / Number((1n << 56n) - dropped);
}

function hexDigit(letter: number): number {
  if (letter >= 0x30 && letter <= 0x39) {
    return letter - 0x30;
  }
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function beginsWith(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  return at + prefix.length <= end && prefix.every((byte, index) => bytes[at + index] === byte);
}
