import { Journal } from '../../store/src/journal/journal.ts';
import { crcOfBody, NO_LIMITS } from '../../store/src/journal/record.ts';

/** A segment in the journal's folder, sealed, as a store that was killed leaves it. Answers its name. */
export async function writeSegment(journal: Journal, bodies: readonly Buffer[]): Promise<string> {
  const segment = await journal.begin();
  for (const body of bodies) {
    await segment.append({ receivedMs: Date.now(), tenant: '', limits: NO_LIMITS, body, bodyCrc: crcOfBody(body) });
  }
  await segment.seal();
  return segment.name;
}
