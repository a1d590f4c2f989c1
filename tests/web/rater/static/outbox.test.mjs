// The outbox: what was done is kept first, sent in order, and forgotten when the server has it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const AT = "/rate/handle/";
const kept = {};
const listeners = {};
let answers = []; // what the server does next: [status, content], or "away"
let requests = [];
let timers = [];

globalThis.localStorage = new Proxy(
  {
    getItem: (name) => kept[name] ?? null,
    setItem(name, value) {
      if (kept.isFull) throw new Error("full");
      kept[name] = value;
    },
    removeItem: (name) => delete kept[name],
  },
  { ownKeys: () => Object.keys(kept), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
);
globalThis.addEventListener = (name, act) => (listeners[name] = act);
globalThis.document = { addEventListener: (name, act) => (listeners[name] = act), hidden: false };
globalThis.setTimeout = (act, time) => timers.push({ act, time });
globalThis.clearTimeout = () => {};
AbortSignal.timeout = () => undefined; // no real clock
globalThis.fetch = async (address, { body }) => {
  requests.push([address, JSON.parse(body)]);
  const answer = answers.shift() ?? [200, {}];
  if (answer === "away") throw new TypeError("network");
  return { ok: answer[0] < 300, status: answer[0], json: async () => answer[1] };
};

const { Outbox, freshKey, waitAfter } = await import("../../../../service/web/rater/static/outbox.js");

beforeEach(() => {
  for (const name of Object.keys(kept)) delete kept[name];
  [answers, requests, timers] = [[], [], []];
});

/** Open an outbox that writes down what it tells. */
function open(more = {}) {
  const told = [];
  const outbox = new Outbox(AT, {
    saved: (entry, content) => told.push(["saved", entry.act, content]),
    refused: (entry, problem) => told.push(["refused", entry.act, problem]),
    stuck: (why, number) => told.push(["stuck", why, number]),
    changed() {},
    ...more,
  });
  return [outbox, told];
}

/** Let everything that has begun come to its end. */
const settle = () => new Promise((go) => setImmediate(go));
const vote = (key, choice = "left") => ({ choice, key, supersedes: 0, duration_ms: 5 });

test("an act is kept before it is sent, and forgotten when the server has it", async () => {
  const [outbox, told] = open();
  outbox.add("vote", "t1", vote("k1"));
  const [entry] = Object.values(kept).map((text) => JSON.parse(text));
  assert.deepEqual([entry.act, entry.token, entry.body], ["vote", "t1", vote("k1")]);
  await settle();
  assert.deepEqual(requests, [[`${AT}vote/t1`, vote("k1")]]);
  assert.deepEqual([told, Object.keys(kept), outbox.isEmpty], [[["saved", "vote", {}]], [], true]);
});

test("acts go one after the other, in the order in which they were done", async () => {
  const [outbox] = open();
  for (const number of [1, 2, 3]) outbox.add("vote", `t${number}`, vote(`k${number}`));
  outbox.add("undo", "t3", { key: "u", token: "t3" });
  assert.equal(requests.length, 1);
  await settle();
  assert.deepEqual(requests.map(([address]) => address), [1, 2, 3].map((n) => `${AT}vote/t${n}`).concat(`${AT}undo`));
});

test("what is held is named with each act as it is sent, and is not kept", async () => {
  let tokens = ["a", "b"];
  const [outbox] = open({ held: () => tokens });
  answers = ["away"];
  outbox.add("vote", "t1", vote("k1"));
  await settle();
  assert.ok(!Object.values(kept)[0].includes("have"));
  tokens = ["c"];
  await outbox.flush();
  assert.deepEqual(requests.map(([, body]) => body.have), [["a", "b"], ["c"]]);
});

test("offline, everything waits; the same keys go out when the network is back", async () => {
  const [outbox, told] = open();
  answers = ["away"];
  outbox.add("vote", "t1", vote("k1"));
  await settle();
  outbox.add("vote", "t2", vote("k2"));
  answers = ["away"];
  await settle();
  assert.deepEqual(told.map(([name, why]) => `${name} ${why}`), ["stuck away", "saved vote", "stuck away"]);
  listeners.online();
  await settle();
  assert.ok(outbox.isEmpty);
  const keys = requests.map(([, body]) => body.key);
  assert.deepEqual([...new Set(keys)], ["k1", "k2"]);
});

test("an act is tried again later and later, below a bound", async () => {
  const [outbox] = open();
  answers = ["away", "away", "away"];
  outbox.add("vote", "t1", vote("k1"));
  await settle();
  await outbox.flush();
  await outbox.flush();
  assert.equal(outbox.failures, 3);
  assert.equal(timers.length, 3);
  for (const failures of [1, 3, 50]) {
    const wait = waitAfter(failures);
    assert.ok(wait >= 500 && wait <= 30_500 && wait <= 500 + 500 * 2 ** failures);
  }
});

test("after a reload what was kept goes out again with its key", async () => {
  const [before] = open();
  answers = ["away"];
  before.add("vote", "t1", vote("k1"));
  await settle();
  requests = [];
  const [after, told] = open();
  assert.deepEqual(after.waiting.map((entry) => [entry.act, entry.token, entry.wasSent]), [["vote", "t1", true]]);
  await after.flush();
  assert.deepEqual(requests, [[`${AT}vote/t1`, vote("k1")]]);
  assert.deepEqual([told.length, Object.keys(kept)], [1, []]);
});

test("what another sitting keeps in this browser is left alone", () => {
  kept["evenhand:/rate/other/:1"] = JSON.stringify({ id: "1", act: "vote", token: "x", body: vote("k") });
  const [outbox] = open();
  assert.ok(outbox.isEmpty);
});

test("two tabs send the same act with the same key, so that it counts once", async () => {
  const [one] = open();
  answers = ["away"];
  one.add("vote", "t1", vote("k1"));
  await settle();
  const [other] = open();
  await other.flush();
  await one.flush();
  assert.deepEqual(new Set(requests.map(([, body]) => body.key)), new Set(["k1"]));
  assert.ok(one.isEmpty && other.isEmpty);
});

test("only what was never sent can be withdrawn, the latest first", async () => {
  const [outbox] = open();
  answers = ["away"];
  outbox.add("vote", "t1", vote("k1"));
  await settle();
  assert.equal(outbox.withdraw("vote", "t1"), false, "it may have arrived");
  answers = ["away"];
  outbox.isSending = true; // nothing is sent meanwhile
  outbox.add("undo", "t1", { key: "u", token: "t1" });
  outbox.add("vote", "t1", vote("k2", "right"));
  assert.equal(outbox.withdraw("vote", "t1"), true);
  assert.deepEqual(outbox.waiting.map((entry) => entry.body.key), ["k1", "u"]);
  assert.equal(outbox.withdraw("vote", "t9"), false);
});

test("a refusal that the server means is told once and not sent again", async () => {
  for (const status of [400, 404, 409, 413, 422]) {
    const [outbox, told] = open();
    answers = [[status, { detail: "No." }]];
    outbox.add("vote", "t1", vote("k1"));
    await settle();
    assert.deepEqual(told, [["refused", "vote", { detail: "No." }]]);
    assert.ok(outbox.isEmpty);
  }
});

test("a server in trouble and a lost cookie lose nothing", async () => {
  for (const [status, why] of [[500, "away"], [503, "away"], [403, "locked"], [429, "away"]]) {
    const [outbox, told] = open();
    answers = [[status, {}]];
    outbox.add("vote", "t1", vote("k1"));
    await settle();
    assert.deepEqual(told, [["stuck", why, 1]]);
    await outbox.flush();
    assert.ok(outbox.isEmpty);
  }
});

test("what was written stays in the page, goes out with its act, and holds the page open", async () => {
  const [outbox] = open();
  answers = ["away"];
  outbox.add("flag", "t1", { kind: "broken", key: "f" }, "private words");
  await settle();
  assert.ok(!JSON.stringify(kept).includes("private"));
  assert.ok(outbox.hasWords);
  let isHeld = false;
  listeners.beforeunload({ preventDefault: () => (isHeld = true) });
  assert.ok(isHeld);
  await outbox.flush();
  assert.equal(requests.at(-1)[1].note, "private words");
  assert.ok(!outbox.hasWords);
});

test("a reason is kept in the page alone", async () => {
  const [outbox] = open();
  answers = ["away"];
  outbox.add("reason", "t1", { kinds: ["tone"], key: "r" });
  await settle();
  assert.deepEqual([Object.keys(kept), outbox.hasWords], [[], true]);
});

test("a full storage keeps nothing from being sent", async () => {
  kept.isFull = true;
  const [outbox, told] = open();
  outbox.add("vote", "t1", vote("k1"));
  await settle();
  assert.deepEqual(told, [["saved", "vote", {}]]);
});

test("keys are random, of one length, and safe in an address", () => {
  const keys = new Set(Array.from({ length: 200 }, freshKey));
  assert.equal(keys.size, 200);
  for (const key of keys) assert.match(key, /^[\w-]{22}$/);
});
