// The line at the top: how many are done, how long it may still take, whether all is saved.

import { word } from "./words.js";

const find = (id) => document.getElementById(id);

export class Counter {
  constructor({ done, total, pace }) {
    this.take({ done: Number(done), total: Number(total), pace: pace ? Number(pace) : null });
  }

  /** Believe the server. */
  take({ done, total, pace }) {
    Object.assign(this, { done, total, pace });
    this.#write();
  }

  /** Count what was done here before the server knows of it. */
  add(step) {
    this.done = Math.max(0, this.done + step);
    this.total = Math.max(this.total, this.done);
    this.#write();
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

  #write() {
    find("count").textContent = word("count", { done: this.done, total: this.total });
    find("left").textContent = this.pace && this.remaining > 0 ? word("minutes", { minutes: this.#minutes() }) : "";
  }

  #minutes() {
    return Math.max(1, Math.ceil((this.remaining * this.pace) / 60));
  }
}
