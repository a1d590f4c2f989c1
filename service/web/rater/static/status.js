// The line under the texts: what was done, what fills a silence, and that the connection is lost.

import { word } from "./words.js";

const SLOW = 800; // ms

export class StatusLine {
  /** @param {HTMLElement} element where it stands */
  constructor(element) {
    this.element = element;
    this.filler = ""; // what fills the silence until the next matchup is there
    this.before = ""; // and what it took the place of
    this.timer = 0;
    this.notice = ""; // what was said about a lost connection, until it is back
  }

  say(text) {
    this.element.textContent = text;
  }

  /** Say after a while that the next matchup comes, where nothing else tells why none is there. */
  expect() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.notice || this.filler || this.fill(word("coming")), SLOW);
  }

  /** Say why nothing stands there; what was said before comes back with the texts. */
  fill(text) {
    const standing = this.element.textContent;
    if (standing === text) return;
    if (standing !== this.filler) this.before = standing;
    this.filler = text;
    this.say(text);
  }

  arrived() {
    clearTimeout(this.timer);
    if (this.filler && this.element.textContent === this.filler) this.say(this.before);
    this.filler = "";
  }

  /** Say why nothing is sent for now, and that words which wait live in this page alone. */
  cutOff(why, hasWords) {
    this.notice = why + (hasWords ? ` ${word("keep_open")}` : "");
    this.say(this.notice);
  }

  /** Say that the connection is there again, where it still says that it is not. */
  back() {
    if (this.notice && this.element.textContent === this.notice) this.say(word("back"));
    this.notice = "";
  }
}
