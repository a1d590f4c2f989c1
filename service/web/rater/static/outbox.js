// What the rater did and the server has not confirmed yet: kept first, sent then, never lost.
// An entry holds the assignment's token, the choice, a key and a duration; no text, no name.

const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 30_000;
export const PATIENCE = 15_000; // ms for an answer that may hang
const UNDERSTOOD = new Set([400, 404, 409, 413, 422]);

/** Return a random key: the server gives the same answer to the same key and body. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);
}

/** How long to wait after so many failures in a row: a random time below a doubling bound. */
export function waitAfter(failures) {
  return SHORTEST_WAIT + Math.random() * Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** failures);
}

export class Outbox {
  /**
   * @param {string} at address of the sitting, with a slash at its end
   * @param {{saved: Function, refused: Function, stuck: Function, changed: Function, held?: Function}} hears
   *   what is told; `held` names the assignments that the page has, so that an answer can bring more
   */
  constructor(at, hears) {
    this.at = at;
    this.hears = hears;
    this.prefix = `evenhand:${at}:`;
    this.memory = new Map(); // entries as they stand here, should the storage be full or off
    this.notes = new Map(); // free texts wait in this page only
    this.isSending = false;
    this.failures = 0;
    this.timer = 0;
    this.count = 0;
    this.#load();
    addEventListener("online", () => this.flush());
    addEventListener("pageshow", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    addEventListener("beforeunload", (event) => this.hasWords && event.preventDefault());
  }

  /** Every entry that waits, oldest first. */
  get waiting() {
    return [...this.memory.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  get isEmpty() {
    return this.memory.size === 0;
  }

  /** Whether something that was written waits: it is kept in this page only. */
  get hasWords() {
    return this.notes.size > 0 || this.waiting.some((entry) => entry.act === "reason");
  }

  /** Keep an act, then try to send it. */
  add(act, token, body, note = "") {
    this.count += 1;
    const id = `${String(Date.now()).padStart(15, "0")}-${String(this.count).padStart(4, "0")}-${body.key}`;
    const entry = { id, act, token, body };
    this.memory.set(id, entry);
    if (note) this.notes.set(id, note);
    try {
      if (act !== "reason") localStorage.setItem(this.prefix + id, JSON.stringify(entry));
    } catch {
      // Private windows may refuse; the entry still waits in this page.
    }
    this.hears.changed();
    this.flush();
  }

  /** Take an entry back that was not sent yet; tells whether there was one. */
  withdraw(act, token) {
    const found = this.waiting.findLast((entry) => entry.act === act && entry.token === token && !entry.wasSent);
    if (!found) return false;
    this.#forget(found);
    return true;
  }

  /** Send what waits, one after the other, in the order in which it was done. */
  async flush() {
    if (this.isSending) return;
    clearTimeout(this.timer);
    this.isSending = true;
    try {
      for (let entry = this.waiting[0]; entry; entry = this.waiting[0]) {
        if (!(await this.#send(entry))) return;
      }
    } finally {
      this.isSending = false;
    }
  }

  async #send(entry) {
    entry.wasSent = true;
    let answer;
    let content;
    try {
      const path = entry.token && entry.act !== "undo" ? `${entry.act}/${entry.token}` : entry.act;
      answer = await fetch(this.at + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(this.#body(entry)),
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE),
      });
      content = await answer.json();
    } catch {
      return this.#wait("away");
    }
    if (answer.ok) {
      this.failures = 0;
      this.#forget(entry);
      this.hears.saved(entry, content);
      return true;
    }
    if (UNDERSTOOD.has(answer.status)) {
      this.#forget(entry);
      this.hears.refused(entry, content);
      return true;
    }
    return this.#wait(answer.status === 403 ? "locked" : "away");
  }

  /** What is sent: what was kept, and what is known only now. */
  #body(entry) {
    const note = this.notes.get(entry.id);
    return { ...entry.body, ...(note && { note }), ...(this.hears.held && { have: this.hears.held() }) };
  }

  #wait(why) {
    this.failures += 1;
    this.timer = setTimeout(() => this.flush(), waitAfter(this.failures));
    this.hears.stuck(why, this.memory.size);
    return false;
  }

  #forget(entry) {
    this.memory.delete(entry.id);
    this.notes.delete(entry.id);
    try {
      localStorage.removeItem(this.prefix + entry.id);
    } catch {
      // Nothing was kept there.
    }
    this.hears.changed();
  }

  #load() {
    try {
      for (const name of Object.keys(localStorage).filter((key) => key.startsWith(this.prefix))) {
        const entry = JSON.parse(localStorage.getItem(name));
        // It may have reached the server before the page went away: then it is sent once more.
        entry.wasSent = true;
        this.memory.set(entry.id, entry);
      }
    } catch {
      // No storage: nothing can have been kept.
    }
  }
}
