// Other ways to look at both texts: their differences, in step, as plain text; both sides alike.

import { fill } from "./html.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const sides = ["left", "right"];

export class Views {
  /**
   * @param {string} at address of the sitting
   * @param {{say: Function, matchup: Function}} page what it says, and which matchup it shows
   */
  constructor(at, page) {
    this.at = at;
    this.page = page;
    this.scrollers = sides.map((side) => document.querySelector(`#pane-${side} .scroll`));
    this.follows = null;
    this.#offer("differ", () => this.toggleDifferences());
    this.#offer("in-step", () => this.#press("in-step", !this.#isOn("in-step")));
    this.#offer("as-plain", () => {
      this.#press("as-plain", !this.#isOn("as-plain"));
      find("panes").classList.toggle("plainly", this.#isOn("as-plain"));
    });
    this.scrollers.forEach((box, index) => {
      box.addEventListener("scroll", () => this.#follow(box, this.scrollers[1 - index]), { passive: true });
    });
  }

  /** Go back to the texts as they are: another matchup stands there. */
  reset() {
    this.#press("differ", false);
  }

  async toggleDifferences() {
    const matchup = this.page.matchup();
    if (!matchup) return;
    if (this.#isOn("differ")) {
      this.#press("differ", false);
      this.#put(matchup);
      return;
    }
    const marked = await this.#fetch(matchup.token);
    if (!marked) return this.page.say(word("no_differences"));
    if (this.page.matchup() !== matchup) return;
    this.#press("differ", true);
    this.#put(marked);
  }

  async #fetch(token) {
    try {
      const answer = await fetch(`${this.at}differences/${token}`, { headers: { Accept: "application/json" } });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  #put(texts) {
    for (const side of sides) fill(find(`${side}-text`), texts[side]);
  }

  #follow(box, other) {
    if (!this.#isOn("in-step") || this.follows === box) {
      this.follows = null;
      return;
    }
    const way = box.scrollHeight - box.clientHeight;
    const place = Math.round((box.scrollTop / Math.max(1, way)) * (other.scrollHeight - other.clientHeight));
    if (Math.abs(other.scrollTop - place) < 1) return;
    this.follows = other; // its own event must not push back
    other.scrollTop = place;
  }

  #offer(id, act) {
    find(id).hidden = false;
    find(id).addEventListener("click", act);
  }

  #isOn(id) {
    return find(id).getAttribute("aria-pressed") === "true";
  }

  #press(id, isOn) {
    find(id).setAttribute("aria-pressed", String(isOn));
  }
}
