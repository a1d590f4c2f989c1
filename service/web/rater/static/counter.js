// The line at the top: how many are done, how long it may still take, whether all is saved.

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

  saved() {
    find("saved").textContent = "saved ✓";
  }

  saving() {
    find("saved").textContent = "saving";
  }

  kept(number) {
    find("saved").textContent = `${number} kept here`;
  }

  #write() {
    find("count").textContent = `${this.done} of ${this.total}`;
    const remaining = this.total - this.done;
    const minutes = Math.max(1, Math.ceil((remaining * (this.pace ?? 0)) / 60));
    find("left").textContent = this.pace && remaining > 0 ? `about ${minutes} min left` : "";
  }
}
