/** Said of at most so many spans; the rest are counted. */
const MAX_MESSAGES = 50;

/** What was left out of a document while the rest of it was taken. */
export class Problems {
  /** Spans that were left out. */
  refused = 0;
  readonly messages: string[] = [];

  /** A span was left out. */
  refuse(message: string): void {
    this.refused += 1;
    this.note(message);
  }

  /** Something other than a span was left out or changed. */
  note(message: string): void {
    if (this.messages.length < MAX_MESSAGES) {
      this.messages.push(message);
    }
  }
}
