import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPlace, numberAt, placeOf } from "../../../../service/web/researcher/static/slider.js";

const RATERS = { low: 1, high: 200, scale: "log" };
const SHARE = { low: 51, high: 95, scale: "even" };

test("every number of a slider is found again at its place", () => {
  for (const bounds of [RATERS, SHARE]) {
    for (let number = bounds.low; number <= bounds.high; number += 1) {
      assert.equal(numberAt(placeOf(number, bounds), bounds), number);
    }
  }
});

test("numbers beyond the ends stand at the ends", () => {
  assert.equal(placeOf(10_000, RATERS), 1000);
  assert.equal(placeOf(-3, RATERS), 0);
  assert.equal(numberAt(5000, SHARE), 95);
});

test("small numbers have room on a scale of powers", () => {
  assert.ok(placeOf(14, RATERS) > 450 && placeOf(14, RATERS) < 550);
});

test("a key press always goes to another number, and stays within the ends", () => {
  for (const bounds of [RATERS, SHARE]) {
    let place = 0;
    let last = numberAt(place, bounds);
    while (place < 1000) {
      place = nextPlace(place, 1, bounds);
      assert.ok(numberAt(place, bounds) > last || place === 1000);
      last = numberAt(place, bounds);
    }
    assert.equal(last, bounds.high);
    assert.equal(nextPlace(1000, 1, bounds), 1000);
    assert.equal(nextPlace(0, -1, bounds), 0);
    assert.ok(numberAt(nextPlace(500, -1, bounds), bounds) < numberAt(500, bounds));
  }
});
