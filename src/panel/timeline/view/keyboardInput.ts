import { actionOf, type TimelineAction } from './keymap';

/** Keys on the timeline's element. The space bar acts when it is let go: with a drag in between it moves the window. */
export class KeyboardInput {
  readonly #run: (action: TimelineAction) => void;
  #spaceHeld = false;
  #dragged = false;

  constructor(element: HTMLElement, run: (action: TimelineAction) => void, signal: AbortSignal) {
    this.#run = run;
    element.addEventListener('keydown', (event) => this.#down(event), { signal });
    element.addEventListener('keyup', (event) => this.#up(event), { signal });
    element.addEventListener('blur', () => (this.#spaceHeld = false), { signal });
  }

  get spaceHeld(): boolean {
    return this.#spaceHeld;
  }

  /** The space bar was held for a drag. */
  dragged(): void {
    this.#dragged = true;
  }

  #down(event: KeyboardEvent): void {
    if (event.key === ' ') {
      event.preventDefault();
      if (!this.#spaceHeld) {
        this.#spaceHeld = true;
        this.#dragged = false;
      }
      return;
    }
    const action = actionOf(event);
    if (action) {
      event.preventDefault();
      event.stopPropagation();
      this.#run(action);
    }
  }

  #up(event: KeyboardEvent): void {
    if (event.key === ' ' && this.#spaceHeld) {
      this.#spaceHeld = false;
      if (!this.#dragged) {
        this.#run('toggle');
      }
    }
  }
}
