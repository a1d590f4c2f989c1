import assert from "node:assert/strict";
import { test } from "node:test";
import { pressed } from "../../../../service/web/researcher/static/review.js";

const root = { querySelector: (selector) => selector };
const key = (name, more = {}) => ({ key: name, target: { closest: () => null }, ...more });

test("a single key presses what names it", () => {
  assert.equal(pressed(key("k"), root), '[data-key="k"]');
  assert.equal(pressed(key("0"), root), '[data-key="0"]');
});

test("nothing is pressed while somebody types, holds a key, or means the browser", () => {
  assert.equal(pressed(key("k", { target: { closest: () => ({}) } }), root), null);
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }]) {
    assert.equal(pressed(key("d", more), root), null);
  }
  for (const name of ["Enter", "K", '"]', "ä", "F5"]) assert.equal(pressed(key(name), root), null);
});
