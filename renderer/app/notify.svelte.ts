/** A short message at the bottom right; it goes by itself. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
}

/** The messages that are shown now. */
export class Notices {
  #list = $state.raw<readonly Notice[]>([]);
  #next = 1;

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** Shows a message for six seconds. */
  show(text: string, tone: Notice['tone'] = 'plain'): void {
    const notice = { id: this.#next, text, tone };
    this.#next += 1;
    this.#list = [...this.#list, notice];
    setTimeout(() => {
      this.#list = this.#list.filter(({ id }) => id !== notice.id);
    }, 6000);
  }
}
