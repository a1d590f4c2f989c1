// The line at the top: how many are done, how long it may still take, whether all is saved.

import { word } from "./words.js";

const find = (id) => document.getElementById(id);

export class Counter {
  constructor(progress) {
    this.show(progress);
  }

  /** @param {{done: number, total: number, pace: number | null}} progress pace in seconds for each */
  show(progress) {
    Object.assign(this, progress);
    find("count").textContent = word("count", { done: this.done, total: this.total });
    find("left").textContent = this.pace && this.remaining > 0 ? word("minutes", { minutes: this.#minutes() }) : "";
  }

  get remaining() {
    return this.total - this.done;
  }

  /** How much is to come, and how long that may take; for the pause. */
  get toCome() {
    const number = this.remaining;
    return this.pace ? word("to_come_at_pace", { number, minutes: this.#minutes() }) : word("to_come", { number });
  }

  saved() {
    find("saved").textContent = word("saved");
  }

  saving() {
    find("saved").textContent = word("saving");
  }

  kept(number) {
    find("saved").textContent = word("kept", { number });
  }

  #minutes() {
    return Math.max(1, Math.ceil((this.remaining * this.pace) / 60));
  }
}
