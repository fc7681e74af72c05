/** UTF-8 bytes of query text. Ten times what the longest dashboards send, and parsed in milliseconds. */
export const MAX_TEXT_BYTES = 128 * 1024;

/** Parentheses, prefix operators and right-hand nesting, one inside the other. Chains of `&&` do not nest. */
export const MAX_DEPTH = 64;
