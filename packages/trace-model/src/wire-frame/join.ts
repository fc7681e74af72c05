import { copyColumns, emptyColumns, type FrameColumns } from './columns.ts';
import type { FrameChunk } from './decoder.ts';

/** Chunks that follow one another as columns in one piece. One chunk is given back as it is. */
export function joinChunks(chunks: readonly FrameChunk[]): FrameColumns {
  if (chunks.length === 1) {
    return chunks[0];
  }
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const messages = chunks.reduce((sum, chunk) => sum + chunk.messages.length, 0);
  const joined = emptyColumns(rows, messages);
  let row = 0;
  let message = 0;
  for (const chunk of chunks) {
    copyColumns(chunk, joined, row, message, -row);
    row += chunk.rows;
    message += chunk.messages.length;
  }
  return joined;
}
