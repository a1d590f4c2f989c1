// What a sitting does with each event: pure, so every test is a short story of states and commands.

import assert from "node:assert/strict";
import { test } from "node:test";

import { held, next, open } from "../../../../service/web/rater/static/sitting.js";

const matchup = (token, more = {}) => ({ token, lang: "", prompt: "?", left: "one", right: "other", ...more });
const entry = (act, token, more = {}) => ({ act, token, wasSent: false, ...more });
const PROGRESS = { done: 3, total: 24, pace: 30, is_over: false, is_waiting: false };

/** A page with a sitting: remembers what was sent as the outbox would, and every command. */
class Told {
  constructor(given = {}) {
    this.waiting = [];
    this.look = { isReady: true, unseen: "", duration: 1200, pauseEvery: 10, quota: 0, isNarrow: false };
    this.commands = [];
    this.state = open({
      current: matchup("a"),
      progress: { done: 3, total: 24, pace: 30 },
      asks: "nothing",
      areMarksOpen: false,
      ...given,
    });
  }

  /** Let something happen; return what follows from it. */
  happen(type, values = {}) {
    const before = JSON.stringify(this.state);
    const [state, commands] = next(this.state, { type, ...values }, { waiting: [...this.waiting], ...this.look });
    assert.equal(JSON.stringify(this.state), before, "the old state is left as it was");
    this.state = state;
    this.commands = commands;
    for (const one of commands) {
      if (one.do === "send") this.waiting.push(entry(one.act, one.token, { body: one.body, note: one.note }));
      if (one.do === "withdraw") {
        const at = this.waiting.findLastIndex((each) => each.act === one.act && each.token === one.token);
        assert.ok(!this.waiting[at].wasSent);
        this.waiting.splice(at, 1);
      }
    }
    return commands;
  }

  stock(...tokens) {
    this.happen("received", { assignments: tokens.map((token) => matchup(token)), progress: PROGRESS });
    return this;
  }

  /** The server confirms the oldest that waits. */
  confirm(content = {}) {
    const { act, body } = this.waiting.shift();
    return this.happen("saved", {
      act,
      isRevision: Boolean(body.supersedes),
      content: { progress: { ...PROGRESS, ...this.state.progress }, ...content },
    });
  }

  get does() {
    return this.commands.map((command) => command.do);
  }

  of(name) {
    return this.commands.find((command) => command.do === name);
  }

  get current() {
    return this.state.current?.token ?? null;
  }

  get ahead() {
    return this.state.ahead.map((one) => one.token);
  }

  get sent() {
    return this.waiting.map(({ act, token }) => `${act} ${token}`);
  }
}

test("a vote shows the next matchup at once, says what was chosen and is sent", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  assert.deepEqual(told.does, ["count", "tell", "show", "send"]);
  assert.deepEqual(told.of("tell"), { do: "tell", name: "said", values: { choice: "left" } });
  assert.deepEqual(told.of("send"), {
    do: "send",
    act: "vote",
    token: "a",
    body: { choice: "left", supersedes: 0, duration_ms: 1200 },
    note: "",
  });
  assert.deepEqual(told.of("show"), { do: "show", matchup: matchup("b"), number: 5, total: 24 });
  assert.equal(told.state.progress.done, 4);
});

test("nothing counts before both panes were painted, or while a side was not looked at", () => {
  const told = new Told();
  told.look.isReady = false;
  for (const type of ["vote", "skip", "flag", "mark"]) assert.deepEqual(told.happen(type, { choice: "left" }), []);
  told.look = { ...told.look, isReady: true, unseen: "B" };
  told.happen("vote", { choice: "left" });
  assert.deepEqual(told.commands, [{ do: "tell", name: "look", values: { side: "B" } }]);
  assert.equal(told.current, "a");
});

test("where nothing stands ready the page is empty until more comes", () => {
  const told = new Told();
  told.happen("vote", { choice: "right" });
  assert.deepEqual(told.does, ["count", "tell", "empty", "send"]);
  assert.deepEqual(told.happen("vote", { choice: "right" }), []);
  told.confirm();
  assert.deepEqual(told.of("ask"), { do: "ask", isAnew: false });
  told.stock("b", "c");
  assert.equal(told.current, "b");
  assert.deepEqual(told.ahead, ["c"]);
});

test("a revision names the vote it replaces and counts nothing", () => {
  const told = new Told({ current: matchup("a", { supersedes: 2 }) }).stock("b");
  told.happen("vote", { choice: "both_bad" });
  assert.equal(told.of("send").body.supersedes, 2);
  assert.equal(told.of("count"), undefined);
  assert.equal(told.current, "b");
});

test("a revision with nothing after it leads to what the server says", () => {
  const told = new Told({ current: matchup("a", { supersedes: 1 }) });
  told.happen("vote", { choice: "left" });
  told.confirm();
  assert.ok(told.does.includes("leave"));
  assert.ok(!told.does.includes("ask"));
});

test("a skip of something judged before leaves it as it stands", () => {
  const told = new Told({ current: matchup("a", { supersedes: 1 }) }).stock("b");
  told.happen("skip");
  assert.deepEqual(told.does, ["tell", "show"]);
  assert.equal(told.of("tell").name, "left");
  assert.deepEqual(told.sent, []);
});

test("a skip counts, is sent, and undo brings it back unseen", () => {
  const told = new Told().stock("b");
  told.happen("skip");
  assert.deepEqual(told.sent, ["skip a"]);
  assert.equal(told.state.progress.done, 4);
  told.happen("undo");
  assert.deepEqual(told.sent, []);
  assert.equal(told.current, "a");
  assert.equal(told.state.current.wasSeen, false);
  assert.equal(told.state.progress.done, 3);
  assert.deepEqual(told.ahead, ["b"]);
});

test("undo of an unsent vote takes it from the outbox and sends nothing", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.happen("undo");
  assert.deepEqual(told.does, ["withdraw", "count", "tell", "show"]);
  assert.deepEqual(told.sent, []);
  assert.equal(told.current, "a");
  assert.equal(told.state.current.wasSeen, true);
  assert.equal(told.state.current.choice, undefined);
});

test("undo of a vote that may have arrived is sent, and the matchup is back at once", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.waiting[0].wasSent = true;
  told.happen("undo");
  assert.deepEqual(told.of("send"), { do: "send", act: "undo", token: "a", body: { token: "a" }, note: "" });
  assert.equal(told.current, "a");
  assert.deepEqual(told.sent, ["vote a", "undo a"]);
  told.confirm();
  told.confirm({ assignment: matchup("a") });
  assert.equal(told.current, "a");
  assert.deepEqual(told.ahead, ["b"]);
});

test("a vote cast anew after a sent undo is withdrawn alone", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.waiting[0].wasSent = true;
  told.happen("undo");
  told.happen("vote", { choice: "right" });
  told.happen("undo");
  assert.deepEqual(told.sent, ["vote a", "undo a"]);
  assert.equal(told.current, "a");
});

test("undo after a reload asks the server what to take back", () => {
  const told = new Told();
  told.happen("undo");
  assert.deepEqual(told.of("send"), { do: "send", act: "undo", token: "", body: {}, note: "" });
  assert.equal(told.current, "a");
  told.confirm({ assignment: matchup("z") });
  assert.equal(told.current, "z");
  assert.deepEqual(told.ahead, ["a"]);
});

test("an undo that finds nothing says so, and everything stays", () => {
  const told = new Told();
  told.happen("undo");
  told.confirm({ assignment: null });
  assert.equal(told.of("tell").name, "nothing_undone");
  assert.equal(told.current, "a");
});

test("undo of an unsent revision leaves the earlier vote standing", () => {
  const told = new Told({ current: matchup("a", { supersedes: 1 }) }).stock("b");
  told.happen("vote", { choice: "right" });
  told.happen("undo");
  assert.equal(told.state.current.supersedes, 1);
  assert.equal(told.state.progress.done, 3);
});

test("marks wait after a vote, and only then the next matchup comes", () => {
  const told = new Told({ asks: "after" }).stock("b");
  told.happen("vote", { choice: "left" });
  assert.deepEqual(told.does, ["count", "tell", "openMarks", "send"]);
  assert.equal(told.current, "a");
  assert.deepEqual(told.happen("vote", { choice: "right" }), []);
  assert.deepEqual(told.happen("skip"), []);
  told.happen("mark", { answers: { criteria: ["left"], grades: [], supersedes: 0 } });
  assert.deepEqual(told.does, ["tell", "closeMarks", "show", "send"]);
  assert.deepEqual(told.sent, ["vote a", "marks a"]);
  assert.equal(told.current, "b");
});

test("undo while marks wait takes back the vote they belong to", () => {
  const told = new Told({ asks: "after" }).stock("b");
  told.happen("vote", { choice: "left" });
  told.happen("undo");
  assert.deepEqual(told.does, ["closeMarks", "withdraw", "count", "tell", "show"]);
  assert.deepEqual([told.current, told.sent, told.ahead], ["a", [], ["b"]]);
  assert.equal(told.state.areMarksOpen, false);
});

test("undo takes back unsent marks and their unsent vote, and sends one undo where the vote is gone", () => {
  for (const wasSent of [false, true]) {
    const told = new Told({ asks: "after" }).stock("b");
    told.happen("vote", { choice: "left" });
    told.happen("mark", { answers: { criteria: ["left"], grades: [], supersedes: 0 } });
    told.waiting[0].wasSent = wasSent;
    told.happen("undo");
    assert.deepEqual(told.sent, wasSent ? ["vote a", "undo a"] : []);
    assert.equal(told.current, "a");
  }
});

test("marks instead of votes are open at every matchup, and their undo withdraws them", () => {
  const told = new Told({ asks: "instead", areMarksOpen: true }).stock("b");
  assert.deepEqual(told.happen("vote", { choice: "left" }), []);
  told.happen("mark", { answers: { criteria: [], grades: [4, 2], supersedes: 0 } });
  assert.deepEqual(told.does, ["count", "tell", "show", "openMarks", "send"]);
  told.happen("undo");
  assert.deepEqual([told.sent, told.current, told.state.progress.done], [[], "a", 3]);
  assert.deepEqual(told.happen("reason"), []);
});

test("a pause is offered after ten, but neither after a revision nor at the end", () => {
  const told = new Told({ progress: { done: 9, total: 24, pace: null } }).stock("b");
  told.state.progress.done = 9;
  told.happen("vote", { choice: "left" });
  assert.equal(told.does.at(-1), "offerPause");
  const last = new Told();
  last.state.progress = { done: 9, total: 10, pace: null };
  last.happen("vote", { choice: "left" });
  assert.ok(!last.does.includes("offerPause"));
});

test("an answer without a pace leaves the one that is known", () => {
  const told = new Told();
  told.happen("vote", { choice: "left" });
  told.confirm({ progress: { ...PROGRESS, done: 4, pace: null } });
  assert.deepEqual(told.state.progress, { done: 4, total: 24, pace: 30 });
});

test("the answer to a vote brings what comes next, and nothing more is asked", () => {
  const told = new Told();
  told.happen("vote", { choice: "left" });
  told.confirm({ assignments: [matchup("b"), matchup("c")] });
  assert.deepEqual(told.does, ["count", "saved", "back", "show"]);
  assert.deepEqual([told.current, told.ahead], ["b", ["c"]]);
  told.happen("vote", { choice: "left" });
  told.confirm({ assignments: [] });
  assert.ok(!told.does.includes("ask"));
});

test("an answer that brings nothing lets the page ask once nothing is left", () => {
  const told = new Told();
  told.happen("vote", { choice: "left" });
  told.confirm({ assignments: [] });
  assert.ok(told.does.includes("ask"));
  told.happen("received", { assignments: [], progress: PROGRESS });
  assert.deepEqual(told.does, ["back", "count", "leave"]);
});

test("an answer without assignments lets the page ask, as with an older server", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.confirm();
  assert.ok(told.does.includes("ask"));
});

test("an answer that comes while more is unsent brings texts but no counts", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.happen("vote", { choice: "right" });
  assert.equal(told.current, null);
  told.confirm({ assignments: [matchup("b"), matchup("c")], progress: { ...PROGRESS, done: 4 } });
  assert.equal(told.current, "c", "b was judged here already");
  assert.equal(told.state.progress.done, 5);
  assert.deepEqual(told.does, ["show"]);
});

test("a matchup that was judged here is not shown again by a late answer", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.confirm({ assignments: [] });
  told.stock("a", "b", "c");
  assert.deepEqual([told.current, told.ahead], ["b", ["c"]]);
});

test("what is held is what stands here and what was judged but not sent", () => {
  const told = new Told().stock("b", "c");
  told.happen("vote", { choice: "left" });
  assert.deepEqual(held(told.state, told.waiting), ["b", "c", "a"]);
  told.happen("undo");
  told.waiting.push(entry("undo", ""));
  assert.deepEqual(held(told.state, told.waiting), ["a", "b", "c"]);
});

test("no more is named as held than a server takes", () => {
  const told = new Told();
  told.waiting = Array.from({ length: 80 }, (_, number) => entry("flag", `t${number}`));
  assert.equal(held(told.state, told.waiting).length, 50);
});

test("nothing is asked while anything is unsent", () => {
  const told = new Told();
  told.happen("vote", { choice: "left" });
  assert.deepEqual(told.happen("tick"), []);
  assert.deepEqual(told.happen("online"), []);
  told.waiting = [];
  assert.deepEqual(told.happen("tick"), [{ do: "ask", isAnew: false }]);
  assert.deepEqual(told.happen("online"), [{ do: "ask", isAnew: true }]);
  told.stock("b");
  assert.deepEqual([...told.happen("tick"), ...told.happen("online")], []);
});

test("offline, votes are kept one after the other, and back online all is saved", () => {
  const told = new Told().stock("b", "c");
  told.happen("vote", { choice: "left" });
  told.waiting[0].wasSent = true;
  told.happen("stuck", { why: "away" });
  assert.deepEqual(told.commands, [{ do: "kept", number: 1 }, { do: "cutOff", why: "away" }]);
  told.happen("vote", { choice: "right" });
  told.happen("changed", { failures: 1 });
  assert.deepEqual(told.commands, [], "it goes on saying that they are kept here");
  told.confirm();
  told.confirm();
  assert.deepEqual(told.does, ["count", "saved", "back", "ask"]);
  assert.equal(told.current, "c");
});

test("after a reload what was left over goes first, and what it judged is not shown", () => {
  const told = new Told();
  told.waiting = [entry("vote", "a", { wasSent: true, body: {} })];
  told.happen("begin");
  assert.deepEqual(told.does, ["empty", "flush"]);
  told.confirm();
  assert.deepEqual(told.of("ask"), { do: "ask", isAnew: false });
});

test("after a reload a vote left over opens the marks that wait for it", () => {
  const told = new Told({ asks: "after" });
  told.waiting = [entry("vote", "a", { wasSent: true })];
  told.happen("begin");
  assert.deepEqual(told.does, ["openMarks", "flush"]);
  assert.equal(told.current, "a");
});

test("after a reload an undo or a report left over hides nothing", () => {
  for (const act of ["undo", "flag"]) {
    const told = new Told();
    told.waiting = [entry(act, "a", { wasSent: true })];
    told.happen("begin");
    assert.deepEqual([told.does, told.current], [["flush"], "a"]);
  }
});

test("a fresh page asks for what comes next", () => {
  assert.deepEqual(new Told().happen("begin"), [{ do: "ask", isAnew: false }]);
});

test("a study that closed meanwhile leads to the page that says so", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.confirm({ assignments: [], progress: { ...PROGRESS, is_over: true } });
  assert.ok(told.does.includes("leave"));
  const other = new Told();
  other.happen("received", { assignments: [], progress: { ...PROGRESS, is_over: true } });
  assert.deepEqual(other.does, ["back", "leave"]);
});

test("a closing is not followed while votes are unsent", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "left" });
  told.happen("received", { assignments: [], progress: { ...PROGRESS, is_over: true } });
  assert.deepEqual(told.commands, []);
});

test("of two tabs the server keeps the first, and the second says so", () => {
  const told = new Told().stock("b");
  told.happen("vote", { choice: "right_much" });
  told.waiting = [];
  told.happen("refused", { problem: { choice: "left_much", detail: "…" } });
  assert.deepEqual(told.of("tell"), { do: "tell", name: "already", values: { choice: "left_much" } });
  assert.deepEqual(told.does, ["tell", "saved", "ask"]);
  told.happen("refused", { problem: { detail: "This is closed." } });
  assert.deepEqual(told.of("say"), { do: "say", text: "This is closed." });
});

test("what another tab judged comes back through undo, and stands here once", () => {
  const told = new Told().stock("b");
  told.happen("undo");
  told.confirm({ assignment: matchup("b") });
  assert.deepEqual([told.current, told.ahead], ["b", ["a"]]);
});

test("a report and a reason go with the matchup that they were opened for", () => {
  const told = new Told().stock("b");
  assert.equal(told.happen("reason")[0].name, "no_vote");
  assert.deepEqual(told.happen("flag"), [{ do: "askForFlag", token: "a" }]);
  told.happen("vote", { choice: "left" });
  told.happen("flagged", { token: "a", kind: "broken", note: "cut off" });
  assert.deepEqual(told.of("send"), { do: "send", act: "flag", token: "a", body: { kind: "broken" }, note: "cut off" });
  assert.deepEqual(told.happen("reason"), [{ do: "askForReason", token: "a", choice: "left" }]);
  told.happen("reasoned", { token: "a", kinds: ["tone"], note: "" });
  assert.deepEqual(told.sent, ["vote a", "flag a", "reason a"]);
});

test("a prompt is folded on a narrow page and open on a wide one, until the rater says", () => {
  const told = new Told();
  assert.deepEqual(told.happen("arranged"), [{ do: "fold", isFolded: false }]);
  told.look.isNarrow = true;
  assert.deepEqual(told.happen("arranged"), [{ do: "fold", isFolded: true }]);
});

test("a prompt that was unfolded stays so at the next matchup, and in this browser", () => {
  const told = new Told().stock("b", "c");
  told.look.isNarrow = true;
  told.happen("arranged");
  assert.deepEqual(told.happen("fold", { isFolded: false }), [
    { do: "fold", isFolded: false },
    { do: "rememberFold", isFolded: false },
  ]);
  told.happen("vote", { choice: "left" });
  assert.ok(!told.does.includes("fold"));
  assert.deepEqual(told.happen("arranged"), [{ do: "fold", isFolded: false }]);
  const later = new Told({ isFolded: told.state.isFolded });
  later.look.isNarrow = true;
  assert.deepEqual(later.happen("arranged"), [{ do: "fold", isFolded: false }]);
});

test("folding the prompt is told to nobody else", () => {
  const told = new Told();
  told.happen("fold", { isFolded: true });
  assert.deepEqual(told.sent, []);
});

test("who has done all that was asked is thanked once, by a vote or a skip, and may go on", () => {
  for (const act of ["vote", "skip"]) {
    const told = new Told({ progress: { done: 10, total: 12, pace: 30 } }).stock("b", "c", "d");
    told.look.quota = 12;
    told.state.progress = { done: 10, total: 12, pace: 30 };
    assert.ok(!told.happen(act, { choice: "left" }).some((one) => one.do === "thank"));
    assert.equal(told.happen(act, { choice: "left" }).at(-1).do, "thank");
    assert.equal(told.current, "c");
    assert.ok(!told.happen(act, { choice: "left" }).some((one) => one.do === "thank"));
  }
});

test("thanks take the place of a pause", () => {
  const told = new Told({ progress: { done: 19, total: 20, pace: 30 } }).stock("b");
  told.look.quota = 20;
  told.state.progress = { done: 19, total: 20, pace: 30 };
  told.happen("vote", { choice: "left" });
  assert.ok(told.does.includes("thank"));
  assert.ok(!told.does.includes("offerPause"));
});
