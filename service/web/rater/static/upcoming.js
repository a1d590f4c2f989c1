// Asks for what comes next: ahead of need, and more eagerly while nothing stands there to judge.

import { PATIENCE, waitAfter } from "./outbox.js";

const HASTE = 4_000; // ms for an answer that somebody waits for; doubled until it is patience

export class Upcoming {
  /**
   * @param {string} at address of the sitting
   * @param {{held: Function, isWaiting: Function, received: Function, locked: Function, missed: Function}} page
   */
  constructor(at, page) {
    this.at = at;
    this.page = page;
    this.asked = null; // what is under way
    this.misses = 0;
    this.timer = 0;
  }

  /** Ask, unless that is under way; what was asked ahead of need is given up once there is need. */
  ask() {
    const isNeeded = this.page.isWaiting();
    if (this.asked && (this.asked.isNeeded || !isNeeded)) return;
    this.#giveUp();
    this.#fetch(isNeeded);
  }

  /** Ask anew whatever is under way: the network has changed. */
  askAnew() {
    this.misses = 0;
    this.#giveUp();
    this.ask();
  }

  #giveUp() {
    clearTimeout(this.timer);
    this.asked?.way.abort();
    this.asked = null;
  }

  async #fetch(isNeeded) {
    const own = { way: new AbortController(), isNeeded };
    this.asked = own;
    const limit = setTimeout(() => own.way.abort(), isNeeded ? Math.min(PATIENCE, HASTE * 2 ** this.misses) : PATIENCE);
    const answer = await this.#answer(own.way.signal);
    clearTimeout(limit);
    if (this.asked !== own) return; // another took its place
    this.asked = null;
    if (answer === "locked") return this.page.locked();
    if (answer) {
      this.misses = 0;
      return this.page.received(answer);
    }
    this.#missed();
  }

  async #answer(signal) {
    try {
      const answer = await fetch(`${this.at}next?have=${this.page.held().join(",")}`, {
        headers: { Accept: "application/json" },
        signal,
      });
      if (answer.status === 403) return "locked";
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** Try again where that is needed, after a random time below a doubling bound. */
  #missed() {
    if (!this.page.isWaiting()) return;
    this.misses += 1;
    this.timer = setTimeout(() => this.page.isWaiting() && this.ask(), waitAfter(this.misses));
    this.page.missed();
  }
}
