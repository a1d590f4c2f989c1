// The lines of criteria and grades: one after the other by digits, or in any order by pointer.

const GUARD = 250; // ms in which the key of the vote may still be down
const find = (id) => document.getElementById(id);

export class Marks {
  /** @param {{keep: Function, say: Function}} page what happens to answers, and how to speak */
  constructor(page) {
    this.page = page;
    this.form = find("marks"); // null where the study asks for nothing
    this.lines = [...(this.form?.querySelectorAll(".line") ?? [])];
    this.guarding = 0;
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.form?.addEventListener("change", (event) => this.#pointAfter(event.target.closest(".line")));
    if (this.isOpen) {
      this.form.dataset.ready = "";
      this.#point(this.lines.find((line) => !answer(line)) ?? null);
    }
  }

  get areAsked() {
    return this.form !== null;
  }

  /** Whether grades are all that is asked, so that the lines are always there. */
  get areAlone() {
    return this.form?.dataset.alone !== undefined;
  }

  get isOpen() {
    return this.form !== null && !this.form.hidden;
  }

  /** Whether the lines wait after a vote, so that nothing else may be judged. */
  get areWaiting() {
    return this.isOpen && !this.areAlone;
  }

  /** Show empty lines for a matchup; `action` is where a form without this module would send them. */
  open(action) {
    for (const input of this.form.querySelectorAll("input[type=radio]")) input.checked = false;
    this.form.action = action;
    this.form.elements.supersedes.value = 0;
    this.form.scrollTo(0, 0);
    this.#show(true);
    this.#point(this.lines[0]);
    if (!this.areAlone) this.page.say(this.form.dataset.asks);
    clearTimeout(this.guarding);
    delete this.form.dataset.ready;
    this.guarding = setTimeout(() => (this.form.dataset.ready = ""), GUARD);
  }

  close() {
    if (this.areWaiting) this.#show(false);
  }

  /** Answer the line that is next, by its place from 1. */
  press(digit) {
    if (!("ready" in this.form.dataset)) return;
    const line = this.lines.find((one) => one.classList.contains("current"));
    const option = line?.querySelectorAll("input")[digit - 1];
    if (!option) return;
    option.checked = true;
    this.#pointAfter(line);
  }

  /** Empty the line before; tells whether there was one. */
  back() {
    const at = this.lines.findIndex((line) => line.classList.contains("current"));
    const before = this.lines[(at < 0 ? this.lines.length : at) - 1];
    if (!before || !answer(before)) return false;
    answer(before).checked = false;
    this.#point(before);
    return true;
  }

  #show(isOpen) {
    this.form.hidden = !isOpen;
    find("bar").querySelector("fieldset").hidden = isOpen;
    find("skip").hidden = isOpen && !this.areAlone && !this.page.isPractice;
  }

  #pointAfter(line) {
    const open = this.lines.filter((one) => !answer(one));
    const next = open.find((one) => this.lines.indexOf(one) > this.lines.indexOf(line)) ?? open[0];
    this.#point(next ?? null);
  }

  /** Let a line be the next to answer; after the last, what keeps them all. */
  #point(line) {
    for (const one of this.lines) one.classList.toggle("current", one === line);
    (line ?? find("keep")).focus({ preventScroll: line === this.lines[0] });
  }

  #send() {
    const left = this.lines.find((line) => !answer(line));
    if (left) return this.#point(left);
    const given = this.lines.map((line) => answer(line));
    this.page.keep({
      criteria: given.filter((one) => one.name.startsWith("criterion-")).map((one) => one.value),
      grades: given.filter((one) => one.name.startsWith("grade-")).map((one) => Number(one.value)),
      supersedes: Number(this.form.elements.supersedes.value),
    });
  }
}

function answer(line) {
  return line.querySelector("input:checked");
}
