// The matchup to try things on: the same page and keys, and nothing is kept.

import { openKeys } from "./dialogs.js";
import { listen } from "./keys.js";
import { Stage } from "./stage.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const stage = new Stage();
const bar = find("bar");

bar.addEventListener("submit", (event) => {
  if (!stage.unseen) return;
  event.preventDefault();
  find("said").textContent = word("look", { side: stage.unseen });
});
find("help").addEventListener("click", (event) => {
  event.preventDefault();
  openKeys();
});
const choose = (button) => stage.isReady && button.click();
listen({
  ...Object.fromEntries([...bar.querySelectorAll(".choice")].map((button, index) => [String(index + 1), () => choose(button)])),
  s: () => find("skip").click(),
  "?": openKeys,
});
