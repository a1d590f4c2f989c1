// The matchup on screen: prompt, both panes, the tabs of narrow screens, and when it was painted.

import { fill } from "./html.js";
import { watch } from "./wide.js";
import { word } from "./words.js";

const GUARD = 250; // ms after painting in which nobody can have read anything
const SWIPE = 64; // px
const find = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 45rem)");

export class MatchupView {
  /** @param {{fold: Function, arranged: Function}} page what is told of the prompt and the window */
  constructor(page) {
    this.root = find("matchup");
    this.panes = { left: find("pane-left"), right: find("pane-right") };
    this.tabs = { left: find("tab-left"), right: find("tab-right") };
    this.prompt = find("prompt-frame");
    this.fold = find("fold");
    this.painting = 0;
    this.guarding = 0;
    this.looked = 0;
    this.seen = new Set();
    document.body.classList.add("live");
    find("tabs").hidden = false;
    this.fold.hidden = false;
    this.fold.addEventListener("click", () => page.fold(!this.isFolded));
    for (const side of ["left", "right"]) this.tabs[side].addEventListener("click", () => this.turnTo(side));
    this.#hearSwipes();
    watch(this.root.querySelectorAll(".text"));
    narrow.addEventListener("change", () => {
      this.turnTo("left");
      page.arranged();
    });
    document.addEventListener("visibilitychange", () => this.#countLooking());
    this.turnTo("left");
    this.#waitForPaint();
  }

  get isFolded() {
    return this.prompt.classList.contains("folded");
  }

  get isNarrow() {
    return narrow.matches;
  }

  /** Whether both panes have been painted for long enough that a vote can be meant. */
  get isReady() {
    return "ready" in this.root.dataset;
  }

  /** The letter of the pane not looked at yet on a narrow screen, "" when both were. */
  get unseen() {
    if (!narrow.matches) return "";
    return ["left", "right"].filter((side) => !this.seen.has(side)).map((side) => (side === "left" ? "A" : "B"))[0] ?? "";
  }

  /** Milliseconds that this matchup was really on screen. */
  get duration() {
    const open = document.hidden ? 0 : performance.now() - this.since;
    return Math.round(this.looked + open);
  }

  /** Show a matchup: both texts in one go. */
  show(matchup) {
    for (const id of ["prompt", "left-text", "right-text"]) find(id).lang = matchup.lang;
    fill(find("prompt"), matchup.prompt);
    fill(find("left-text"), matchup.left);
    fill(find("right-text"), matchup.right);
    for (const box of this.root.querySelectorAll(".scroll")) box.scrollTo(0, 0);
    this.root.classList.remove("empty", "arrives");
    this.seen = new Set(matchup.wasSeen ? ["left", "right"] : []);
    this.turnTo("left");
    requestAnimationFrame(() => this.root.classList.add("arrives"));
    this.#waitForPaint();
  }

  /** Hide the texts while there is nothing to judge. */
  empty() {
    this.#unready();
    this.root.classList.add("empty");
  }

  /** Start the clock anew, after a pause. */
  restartClock() {
    this.looked = 0;
    this.since = performance.now();
  }

  turnTo(side) {
    this.seen.add(side);
    for (const name of ["left", "right"]) {
      this.tabs[name].setAttribute("aria-pressed", String(name === side));
      this.panes[name].classList.toggle("away", narrow.matches && name !== side);
    }
  }

  foldPrompt(isFolded) {
    this.prompt.classList.toggle("folded", isFolded);
    this.prompt.querySelector(".scroll").scrollTo(0, 0);
    this.fold.setAttribute("aria-expanded", String(!isFolded));
    this.fold.textContent = word(isFolded ? "unfold" : "fold");
  }

  #waitForPaint() {
    this.#unready();
    this.painting = requestAnimationFrame(() => {
      this.painting = requestAnimationFrame(() => {
        this.restartClock();
        this.guarding = setTimeout(() => (this.root.dataset.ready = ""), GUARD);
      });
    });
  }

  #unready() {
    cancelAnimationFrame(this.painting);
    clearTimeout(this.guarding);
    delete this.root.dataset.ready;
  }

  #countLooking() {
    if (document.hidden) this.looked += performance.now() - this.since;
    else this.since = performance.now();
  }

  #hearSwipes() {
    let start = null;
    const area = find("panes");
    area.addEventListener("touchstart", (event) => {
      const boxes = ["table", "pre", "p", ".scroll"].map((kind) => event.target.closest(kind));
      const scrolls = boxes.some((box) => box && box.scrollWidth > box.clientWidth + 1);
      start = scrolls || event.touches.length > 1 ? null : event.touches[0];
    }, { passive: true });
    area.addEventListener("touchend", (event) => {
      if (!start || !narrow.matches) return;
      const x = event.changedTouches[0].clientX - start.clientX;
      const y = event.changedTouches[0].clientY - start.clientY;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.turnTo(x < 0 ? "right" : "left");
    }, { passive: true });
  }
}
