// What is wider than its pane scrolls by itself: by keys too, and named for those who hear the page.

import { word } from "./words.js";

const NAMES = { TABLE: word("wide_table"), PRE: word("wide_code"), P: word("wide_formula") };

/** Keep every table, code and formula of some texts reachable, however often texts and sizes change. */
export function watch(texts) {
  const sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => mark(target)));
  const contents = new MutationObserver((changed) => changed.forEach(({ target }) => mark(target)));
  for (const text of texts) {
    sizes.observe(text);
    contents.observe(text, { childList: true });
  }
  document.fonts.addEventListener("loadingdone", () => texts.forEach(mark)); // formulas have another width then
}

function mark(text) {
  for (const part of text.querySelectorAll("table, pre:not(.plain), p:has(> math)")) {
    if (part.scrollWidth > part.clientWidth + 1) name(part);
    else unname(part);
  }
}

function name(part) {
  part.tabIndex = 0;
  if (part.tagName !== "TABLE") part.setAttribute("role", "group"); // a table has a role that takes a name
  part.setAttribute("aria-label", NAMES[part.tagName]);
}

function unname(part) {
  for (const one of ["tabindex", "role", "aria-label"]) part.removeAttribute(one);
}
