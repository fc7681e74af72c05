import { invalid, type Parameters } from './parameters.ts';

/** Where a list goes on, as opaque text. */
export const pageCursor = (parts: ReadonlyArray<string | number>): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of the parameter `cursor`: as many as there are checks, each of which holds. Throws ApiError. */
export function readPageCursor(
  parameters: Parameters,
  checks: ReadonlyArray<(part: unknown) => boolean>
): unknown[] | undefined {
  const text = parameters.text('cursor');
  if (text === undefined) {
    return undefined;
  }
  const parts = parsed(text);
  if (!Array.isArray(parts) || parts.length !== checks.length || !checks.every((check, index) => check(parts[index]))) {
    throw invalid('cursor', 'is not one that this list gave: begin again without it');
  }
  return parts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
