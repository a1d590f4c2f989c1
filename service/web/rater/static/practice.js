// The matchup to try things on: the same page, keys and lines, and nothing is kept.

import { openKeys } from "./dialogs.js";
import * as kept from "./kept.js";
import { listen } from "./keys.js";
import { Marks } from "./marks.js";
import { MatchupView } from "./matchup.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const view = new MatchupView({ fold, arranged });
const bar = find("bar");
const marks = new Marks({ keep: () => mayGoOn() && location.assign(find("skip").href), say, isPractice: true });

arranged();

function fold(isFolded) {
  kept.fold(isFolded);
  view.foldPrompt(isFolded);
}

function arranged() {
  view.foldPrompt(kept.isFolded() ?? view.isNarrow);
}

function say(text) {
  find("said").textContent = text;
}

function mayGoOn() {
  if (view.unseen) say(word("look", { side: view.unseen }));
  return !view.unseen;
}

bar.addEventListener("submit", (event) => {
  if (mayGoOn() && !marks.areAsked) return; // the form leads on by itself
  event.preventDefault();
  if (!view.unseen) marks.open(location.href);
});
find("help").addEventListener("click", (event) => {
  event.preventDefault();
  openKeys();
});
const choose = (button) => view.isReady && button.click();
listen({
  ...Object.fromEntries([...bar.querySelectorAll(".choice")].map((button, index) => [String(index + 1), () => (marks.isOpen ? marks.press(index + 1) : choose(button))])),
  s: () => find("skip").click(),
  z: () => marks.isOpen && marks.back(),
  "?": openKeys,
});
