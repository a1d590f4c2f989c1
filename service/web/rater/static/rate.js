// A sitting: what is on the stage, what comes next, and what the rater does with it.

import { Counter } from "./counter.js";
import { askForFlag, askForReason, offerPause, openKeys } from "./dialogs.js";
import { listen } from "./keys.js";
import { Marks } from "./marks.js";
import { Outbox, freshKey } from "./outbox.js";
import { Stage } from "./stage.js";
import { Supply } from "./supply.js";
import { Views } from "./views.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const given = document.body.dataset;
const bar = find("bar");
const buttons = [...bar.querySelectorAll(".choice")];
const labels = Object.fromEntries(buttons.map((button) => [button.value, button.querySelector("span").textContent]));

const LOOK_AGAIN = 20_000; // ms
const SLOW = 800; // ms
const REMEMBERED = 20;

const counter = new Counter(given);
const stage = new Stage();
const outbox = new Outbox(given.at, { saved, refused, stuck, changed });
const views = new Views(given.at, { say, matchup: () => current });
const marks = new Marks({ keep, say });
const supply = new Supply(given.at, {
  having: () => [current, ...ahead].filter(Boolean).map((matchup) => matchup.token),
  isWaiting: () => current === null && outbox.isEmpty,
  received: receive,
  missed: () => fillSilence(word("slow")),
  locked,
});
const ahead = []; // matchups that stand ready
const past = []; // matchups voted on, to come back to
let current = {
  token: given.token,
  supersedes: Number(given.supersedes),
  lang: find("prompt").lang,
  isMarked: given.marked !== undefined,
  prompt: find("prompt").innerHTML,
  left: find("left-text").innerHTML,
  right: find("right-text").innerHTML,
};
let filler = ""; // what fills the silence until the next matchup is there, and what it took the place of
let said = "";
let silence = 0; // the timer of that
let notice = ""; // what was said about a lost connection, until it is back

// What the rater does.

function vote(choice) {
  if (!mayAct() || marks.isOpen) return;
  if (stage.unseen) return say(word("look", { side: stage.unseen }));
  const { token, supersedes } = current;
  const waits = marks.areAsked && !current.isMarked;
  const body = { choice, key: freshKey(), supersedes, duration_ms: stage.duration };
  remember({ ...current, choice });
  if (!supersedes) counter.add(1);
  say(word("said", { choice: labels[choice] }));
  if (waits) openMarks(token);
  else advance();
  outbox.add("vote", token, body);
  if (!waits && !supersedes) pauseNowAndThen();
}

/** Keep criteria and grades: after the vote, or instead of one. */
function keep(answers) {
  if (!mayAct()) return;
  if (marks.areAlone && stage.unseen) return say(word("look", { side: stage.unseen }));
  const { token } = current;
  if (marks.areAlone) {
    remember(current);
    if (!answers.supersedes) counter.add(1);
  }
  say(word("marked"));
  marks.close();
  advance();
  outbox.add("marks", token, { ...answers, key: freshKey() });
  if (!answers.supersedes) pauseNowAndThen();
}

function openMarks(token) {
  marks.open(`${given.at}marks/${token}`);
}

function remember(matchup) {
  past.push(matchup);
  if (past.length > REMEMBERED) past.shift();
}

function pauseNowAndThen() {
  if (counter.done % Number(given.pauseEvery) || counter.remaining <= 0) return;
  offerPause(counter.done, counter.toCome, () => stage.restartClock());
}

function skip() {
  if (!mayAct() || (marks.areWaiting && !current.isMarked)) return;
  if (current.supersedes || current.isMarked) return leave();
  const { token } = current;
  remember({ ...current, wasSkipped: true });
  counter.add(1);
  say(word("skipped"));
  advance();
  outbox.add("skip", token, { key: freshKey() });
}

/** Go on from something judged before, and leave it as it stands. */
function leave() {
  say(word("left"));
  marks.close();
  advance();
  if (!current) refill();
}

function flag() {
  if (!mayAct()) return;
  const { token } = current;
  askForFlag((kind, note) => {
    outbox.add("flag", token, { kind, key: freshKey() }, note);
    say(word("flagged"));
  });
}

function reason() {
  if (marks.areAlone) return;
  const last = past.findLast((matchup) => matchup.choice);
  if (!last) return say(word("no_vote"));
  askForReason(labels[last.choice], (kinds, note) => {
    outbox.add("reason", last.token, { kinds, key: freshKey() }, note);
    say(word("reasoned"));
  });
}

function undo() {
  if (marks.isOpen && marks.back()) return;
  const last = past.pop() ?? (marks.areWaiting ? current : undefined);
  if (marks.areWaiting) {
    marks.close();
    current = null; // the vote to take back is the one whose lines wait
  }
  const isMarkUnsent = last && outbox.withdraw("marks", last.token);
  if (last && (outbox.withdraw(last.wasSkipped ? "skip" : "vote", last.token) || (isMarkUnsent && marks.areAlone))) {
    comeBackTo(last, !last.supersedes);
    return;
  }
  outbox.add("undo", last?.token ?? "", { key: freshKey(), ...(last && { token: last.token }) });
  if (last) comeBackTo(last, true);
}

function comeBackTo(matchup, isOneLess) {
  if (isOneLess) counter.add(-1);
  if (current) ahead.unshift(current);
  say(word("undone"));
  const standing = { supersedes: isOneLess ? 0 : matchup.supersedes, isMarked: !isOneLess && matchup.isMarked };
  show({ ...matchup, ...standing, wasSeen: !matchup.wasSkipped, wasSkipped: false, choice: undefined });
}

function mayAct() {
  return current !== null && stage.isReady;
}

// What comes next.

function advance() {
  current = null;
  const next = ahead.shift();
  if (next) return show(next);
  stage.rest();
  clearTimeout(silence);
  silence = setTimeout(() => notice || filler || fillSilence(word("coming")), SLOW);
}

/** Say why nothing stands there; what was said before comes back with the texts. */
function fillSilence(text) {
  const standing = find("said").textContent;
  if (standing === text) return;
  if (standing !== filler) said = standing;
  filler = text;
  say(filler);
}

function breakSilence() {
  clearTimeout(silence);
  if (filler && find("said").textContent === filler) say(said);
  filler = "";
}

function show(matchup) {
  current = matchup;
  breakSilence();
  bar.action = `${given.at}vote/${matchup.token}`;
  bar.elements.supersedes.value = matchup.supersedes ?? 0;
  bar.elements.key.value = freshKey();
  find("skip").formAction = `${given.at}skip/${matchup.token}`;
  find("flag").href = `${given.at}flag/${matchup.token}`;
  for (const button of buttons) button.removeAttribute("aria-pressed");
  find("leave")?.remove();
  find("skip").hidden = false;
  if (!matchup.supersedes) find("heard").textContent = word("next", { number: counter.done + 1, total: counter.total });
  views.reset();
  stage.show(matchup);
  if (marks.areAlone) openMarks(matchup.token);
}

function refill() {
  if (outbox.isEmpty) supply.ask();
}

function receive({ assignments, progress }) {
  if (!outbox.isEmpty) return; // older than what was done meanwhile
  back();
  if (progress.is_over) return location.assign(given.at); // closed, finished or withdrawn meanwhile
  counter.take(progress);
  const known = new Set([current, ...ahead].filter(Boolean).map((matchup) => matchup.token));
  ahead.push(...assignments.filter((matchup) => !known.has(matchup.token)));
  if (current) return;
  if (ahead.length) advance();
  else location.assign(given.at); // the server says why there is none
}

// What the server says.

function saved(entry, content) {
  if (content.assignment) reopened(content.assignment);
  if (!outbox.isEmpty) return;
  counter.take(content.progress);
  counter.saved();
  back();
  if (["vote", "marks"].includes(entry.act) && entry.body.supersedes && current === null && !ahead.length) location.assign(given.at);
  else refill();
}

function reopened(matchup) {
  const at = ahead.findIndex((waiting) => waiting.token === matchup.token);
  if (at >= 0) ahead.splice(at, 1);
  if (current?.token === matchup.token || outbox.waiting.some((entry) => entry.token === matchup.token)) return;
  if (current) ahead.unshift(current);
  say(word("undone"));
  show(matchup);
}

function refused(entry, problem) {
  const choice = labels[problem.choice];
  say(choice ? word("already", { choice }) : problem.detail);
  if (outbox.isEmpty) counter.saved();
  refill();
}

function stuck(why, number) {
  counter.kept(number);
  if (why === "locked") locked();
  else offline();
}

function offline() {
  notice = word("offline") + keepOpen();
  say(notice);
}

function locked() {
  notice = word("locked") + keepOpen();
  say(notice);
}

/** Say that the connection is there again, where the page still says that it is not. */
function back() {
  if (notice && find("said").textContent === notice) say(word("back"));
  notice = "";
}

function keepOpen() {
  return outbox.hasWords ? ` ${word("keep_open")}` : "";
}

function changed() {
  if (!outbox.isEmpty && outbox.failures === 0) counter.saving();
}

function say(text) {
  find("said").textContent = text;
}

// Buttons and keys.

bar.addEventListener("click", (event) => {
  if (event.detail > 1) event.preventDefault(); // the second half of a double click
});
bar.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter === find("skip")) skip();
  else if (event.submitter) vote(event.submitter.value);
});
find("undo-form").addEventListener("submit", (event) => {
  event.preventDefault();
  undo();
});
find("flag").addEventListener("click", (event) => {
  event.preventDefault();
  flag();
});
find("reason").hidden = marks.areAlone;
find("reason").addEventListener("click", reason);
find("help").addEventListener("click", (event) => {
  event.preventDefault();
  openKeys();
});
listen({
  ...Object.fromEntries(buttons.map((button, index) => [String(index + 1), () => (marks.isOpen ? marks.press(index + 1) : vote(button.value))])),
  s: skip,
  f: flag,
  r: reason,
  d: () => views.toggleDifferences(),
  z: undo,
  "?": openKeys,
});

// Begin: what was left over from last time goes first.

const leftOver = outbox.waiting.filter((entry) => entry.token === current.token && entry.act !== "undo" && entry.act !== "flag").map((entry) => entry.act);
if (marks.areAsked && leftOver.length === 1 && leftOver[0] === "vote" && !current.isMarked) openMarks(current.token);
else if (leftOver.length) {
  marks.close();
  advance();
}
if (outbox.isEmpty) refill();
else outbox.flush();
addEventListener("online", () => current || (outbox.isEmpty && supply.askAnew()));
setInterval(() => current || refill(), LOOK_AGAIN);
