// The rating page: carries out what the sitting decides, and tells it what happens.

import { Counter } from "./counter.js";
import { askForFlag, askForReason, offerPause, openKeys, thank } from "./dialogs.js";
import * as kept from "./kept.js";
import { listen } from "./keys.js";
import { Marks } from "./marks.js";
import { MatchupView } from "./matchup.js";
import { Outbox, freshKey } from "./outbox.js";
import * as sitting from "./sitting.js";
import { StatusLine } from "./status.js";
import { Upcoming } from "./upcoming.js";
import { Views } from "./views.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);
const given = document.body.dataset;
const bar = find("bar");
const buttons = [...bar.querySelectorAll(".choice")];
const labels = Object.fromEntries(buttons.map((button) => [button.value, button.querySelector("span").textContent]));
const LOOK_AGAIN = 20_000; // ms

const progress = { done: Number(given.done), total: Number(given.total), pace: given.pace ? Number(given.pace) : null };
const counter = new Counter(progress);
const view = new MatchupView({
  fold: (isFolded) => happen("fold", { isFolded }),
  arranged: () => happen("arranged"),
});
const status = new StatusLine(find("said"));
const outbox = new Outbox(given.at, {
  saved: (entry, content) => happen("saved", { act: entry.act, isRevision: Boolean(entry.body.supersedes), content }),
  refused: (_, problem) => happen("refused", { problem }),
  stuck: (why) => happen("stuck", { why }),
  changed: () => happen("changed", { failures: outbox.failures }),
  held,
});
const marks = new Marks({ keep: (answers) => happen("mark", { answers }), say: (text) => status.say(text) });
const views = new Views(given.at, { say: (text) => status.say(text), matchup: () => state.current });
const upcoming = new Upcoming(given.at, {
  held,
  isWaiting: () => state.current === null && outbox.isEmpty,
  received: (answer) => happen("received", answer),
  missed: () => status.fill(word("slow")),
  locked: () => status.cutOff(word("locked"), outbox.hasWords),
});
let state = sitting.open({
  current: {
    token: given.token,
    supersedes: Number(given.supersedes),
    lang: find("prompt").lang,
    isMarked: given.marked !== undefined,
    prompt: find("prompt").innerHTML,
    left: find("left-text").innerHTML,
    right: find("right-text").innerHTML,
  },
  progress,
  asks: marks.areAlone ? "instead" : marks.areAsked ? "after" : "nothing",
  areMarksOpen: marks.isOpen,
  isFolded: kept.isFolded(),
});
const commands = [];
let isBusy = false;

/** Tell the sitting what happened, and carry out what follows; what that causes comes after it. */
function happen(type, values = {}) {
  const page = {
    waiting: outbox.waiting,
    isReady: view.isReady,
    unseen: view.unseen,
    duration: view.duration,
    pauseEvery: Number(given.pauseEvery),
    quota: Number(given.quota),
    isNarrow: view.isNarrow,
  };
  const [after, follows] = sitting.next(state, { type, ...values }, page);
  state = after;
  commands.push(...follows);
  if (isBusy) return;
  isBusy = true;
  try {
    while (commands.length) carryOut(commands.shift());
  } finally {
    isBusy = false;
  }
}

function held() {
  return sitting.held(state, outbox.waiting);
}

function carryOut(command) {
  HOW[command.do](command);
}

const HOW = {
  send: ({ act, token, body, note }) => outbox.add(act, token, { ...body, key: freshKey() }, note),
  withdraw: ({ act, token }) => outbox.withdraw(act, token),
  flush: () => outbox.flush(),
  ask: ({ isAnew }) => (isAnew ? upcoming.askAnew() : upcoming.ask()),
  leave: () => location.assign(given.at),
  show,
  fold: ({ isFolded }) => view.foldPrompt(isFolded),
  rememberFold: ({ isFolded }) => kept.fold(isFolded),
  empty() {
    view.empty();
    status.expect();
  },
  openMarks: ({ token }) => marks.open(`${given.at}marks/${token}`),
  closeMarks: () => marks.close(),
  say: ({ text }) => status.say(text),
  tell: ({ name, values }) => status.say(word(name, { ...values, choice: labels[values.choice] })),
  cutOff: ({ why }) => status.cutOff(why === "locked" ? word("locked") : word("offline"), outbox.hasWords),
  back: () => status.back(),
  count: (command) => counter.show(command.progress),
  saved: () => counter.saved(),
  saving: () => counter.saving(),
  kept: ({ number }) => counter.kept(number),
  offerPause: () => offerPause(counter.done, counter.toCome, () => view.restartClock()),
  thank: () => thank(() => view.restartClock()),
  askForFlag: ({ token }) => askForFlag((kind, note) => happen("flagged", { token, kind, note })),
  askForReason: ({ token, choice }) =>
    askForReason(labels[choice], (kinds, note) => happen("reasoned", { token, kinds, note })),
};

function show({ matchup, number, total }) {
  status.arrived();
  bar.action = `${given.at}vote/${matchup.token}`;
  bar.elements.supersedes.value = matchup.supersedes ?? 0;
  bar.elements.key.value = freshKey();
  find("skip").formAction = `${given.at}skip/${matchup.token}`;
  find("flag").href = `${given.at}flag/${matchup.token}`;
  for (const button of buttons) button.removeAttribute("aria-pressed");
  find("leave")?.remove();
  find("skip").hidden = false;
  if (!matchup.supersedes) find("heard").textContent = word("next", { number, total });
  views.reset();
  view.show(matchup);
}

// Buttons and keys.

/** Marks take a key first: a digit answers a line, undo empties the one before. */
function press(digit) {
  if (marks.isOpen) marks.press(digit);
  else happen("vote", { choice: buttons[digit - 1].value });
}

function undo() {
  if (!marks.isOpen || !marks.back()) happen("undo");
}

function instead(act) {
  return (event) => {
    event.preventDefault();
    act(event);
  };
}

bar.addEventListener("click", (event) => {
  if (event.detail > 1) event.preventDefault(); // the second half of a double click
});
bar.addEventListener("submit", instead(({ submitter }) => {
  if (submitter === find("skip")) happen("skip");
  else if (submitter) happen("vote", { choice: submitter.value });
}));
find("undo-form").addEventListener("submit", instead(undo));
find("flag").addEventListener("click", instead(() => happen("flag")));
find("help").addEventListener("click", instead(openKeys));
find("reason").hidden = marks.areAlone;
find("reason").addEventListener("click", () => happen("reason"));
listen({
  ...Object.fromEntries(buttons.map((_, index) => [String(index + 1), () => press(index + 1)])),
  s: () => happen("skip"),
  f: () => happen("flag"),
  r: () => happen("reason"),
  d: () => views.toggleDifferences(),
  z: undo,
  "?": openKeys,
});
addEventListener("online", () => happen("online"));
setInterval(() => happen("tick"), LOOK_AGAIN);
happen("arranged");
happen("begin");
