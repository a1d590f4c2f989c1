// A sitting as a pure state: what stands there, what comes next, and what follows from an event.
//
// `next` takes a state, an event and what the page knows at that moment, and returns the new state
// and the commands to carry out. There is no document, network, clock or chance in here: rate.js
// carries out the commands and tells what happened.

const REMEMBERED = 20;
const MOST_HELD = 50; // tokens that a server takes

/**
 * @typedef {object} Matchup what stands in both panes, and what was done with it here
 * @property {string} token names the assignment
 * @property {number} [supersedes] the revision of the vote that a new one replaces, 0 for none
 * @property {boolean} [isMarked] whether its criteria and grades were given before
 * @property {string} [choice] what was chosen, once it was
 * @property {boolean} [wasSkipped] whether it was left out
 * @property {boolean} [wasSeen] whether both sides were looked at before
 *
 * @typedef {object} State
 * @property {Matchup | null} current what stands there to be judged
 * @property {Matchup[]} ahead what stands ready after it
 * @property {Matchup[]} past what was judged or left out in this page, to come back to
 * @property {{done: number, total: number, pace: number | null}} progress with what is unsent
 * @property {"nothing" | "after" | "instead"} asks whether marks follow a vote or replace it
 * @property {boolean} areMarksOpen whether criteria and grades are asked at the moment
 * @property {boolean | null} isFolded whether the rater wants the prompt folded, null before they said
 *
 * @typedef {object} Page what the page knows when something happens
 * @property {{act: string, token: string, wasSent: boolean}[]} waiting what the outbox holds
 * @property {boolean} isReady whether both panes have been painted for long enough
 * @property {string} unseen the letter of the side that was not looked at yet, "" for none
 * @property {number} duration milliseconds that the matchup was on screen
 * @property {number} pauseEvery after how many a pause is offered
 * @property {number} quota how many a rater is asked for, 0 where the study does not say
 * @property {boolean} isNarrow whether the page shows one pane at a time
 */

/** Return the state that a fresh page begins with. */
export function open({ current, progress, asks, areMarksOpen, isFolded = null }) {
  return { current, ahead: [], past: [], progress, asks, areMarksOpen, isFolded };
}

/** Return the new state and the commands that follow from an event. */
export function next(state, event, page) {
  const turn = new Turn(state, page);
  turn[event.type](event);
  return [turn.state, turn.commands];
}

/** Return the tokens that need not be sent again: held here, or judged here and still unsent. */
export function held(state, waiting) {
  const here = [state.current, ...state.ahead].filter(Boolean).map((matchup) => matchup.token);
  const tokens = new Set([...here, ...waiting.map((entry) => entry.token)]);
  return [...tokens].filter(Boolean).slice(0, MOST_HELD);
}

/** What an event does to a copy of the state; each method without an underscore is an event. */
class Turn {
  constructor(state, page) {
    this.state = { ...state, ahead: [...state.ahead], past: [...state.past] };
    this.page = page;
    this.commands = [];
  }

  // What the rater does.

  vote({ choice }) {
    const { current, asks, areMarksOpen } = this.state;
    if (!this._mayAct || areMarksOpen || this._mustLook()) return;
    const waits = asks !== "nothing" && !current.isMarked;
    const supersedes = current.supersedes ?? 0;
    this._remember({ ...current, choice });
    if (!supersedes) this._count(1);
    this._tell("said", { choice });
    if (waits) this._openMarks(current.token);
    else this._advance();
    this._send("vote", current.token, { choice, supersedes, duration_ms: this.page.duration });
    if (!waits && !supersedes) this._offerPause();
  }

  /** Keep criteria and grades: after the vote, or instead of one. */
  mark({ answers }) {
    const { current, asks } = this.state;
    if (!this._mayAct || (asks === "instead" && this._mustLook())) return;
    if (asks === "instead") {
      this._remember(current);
      if (!answers.supersedes) this._count(1);
    }
    this._tell("marked");
    this._closeMarks();
    this._advance();
    this._send("marks", current.token, answers);
    if (!answers.supersedes) this._offerPause();
  }

  skip() {
    const { current } = this.state;
    if (!this._mayAct || (this._areMarksWaiting && !current.isMarked)) return;
    if (current.supersedes || current.isMarked) return this._leaveAsItIs();
    this._remember({ ...current, wasSkipped: true });
    this._count(1);
    this._tell("skipped");
    this._advance();
    this._send("skip", current.token, {});
    if (this._isEnough) this._do("thank");
  }

  flag() {
    if (this._mayAct) this._do("askForFlag", { token: this.state.current.token });
  }

  flagged({ token, kind, note }) {
    this._send("flag", token, { kind }, note);
    this._tell("flagged");
  }

  reason() {
    if (this.state.asks === "instead") return;
    const last = this.state.past.findLast((matchup) => matchup.choice);
    if (last) this._do("askForReason", { token: last.token, choice: last.choice });
    else this._tell("no_vote");
  }

  reasoned({ token, kinds, note }) {
    this._send("reason", token, { kinds }, note);
    this._tell("reasoned");
  }

  /** Take the last thing back: in this page alone where it was not sent yet. */
  undo() {
    const wasWaiting = this._areMarksWaiting;
    const last = this.state.past.pop() ?? (wasWaiting ? this.state.current : undefined);
    if (wasWaiting) {
      this._closeMarks();
      this.state.current = null; // the vote to take back is the one whose marks wait
    }
    if (!last) return this._send("undo", "", {});
    const areMarksUnsent = this._withdraw("marks", last.token);
    const isVoteUnsent = this._withdraw(last.wasSkipped ? "skip" : "vote", last.token);
    if (isVoteUnsent || (areMarksUnsent && this.state.asks === "instead")) {
      this._comeBackTo(last, !last.supersedes);
      return;
    }
    this._send("undo", last.token, { token: last.token });
    this._comeBackTo(last, true);
  }

  /** Fold the prompt or unfold it, and all that come after it; only this browser is told. */
  fold({ isFolded }) {
    this.state.isFolded = isFolded;
    this._do("fold", { isFolded });
    this._do("rememberFold", { isFolded });
  }

  /** The page came up, or became narrow or wide: what the rater chose stays, else a narrow one folds. */
  arranged() {
    this._do("fold", { isFolded: this.state.isFolded ?? this.page.isNarrow });
  }

  // What the page and the network tell.

  /** The page has come up: what was left over from last time goes first. */
  begin() {
    const { current, asks } = this.state;
    const done = this.page.waiting
      .filter((entry) => entry.token === current.token && !["undo", "flag"].includes(entry.act))
      .map((entry) => entry.act);
    if (asks !== "nothing" && done.length === 1 && done[0] === "vote" && !current.isMarked) {
      this._openMarks(current.token);
    } else if (done.length) {
      this._closeMarks();
      this._advance();
    }
    if (this.page.waiting.length) this._do("flush");
    else this._refill();
  }

  /** An act was stored; its answer may bring what comes next. */
  saved({ act, isRevision, content }) {
    if (content.assignment) this._reopen(content.assignment);
    else if (act === "undo") this._tell("nothing_undone");
    if (this.page.waiting.length) return this._stock(content.assignments); // counts are older than what was done
    this._take(content.progress);
    this._do("saved");
    this._do("back");
    if (content.progress.is_over) return this._do("leave"); // closed, finished or withdrawn meanwhile
    this._stock(content.assignments);
    const isEmpty = this.state.current === null;
    if (isEmpty && isRevision && ["vote", "marks"].includes(act)) this._do("leave");
    else if (isEmpty || !content.assignments) this._refill();
  }

  /** An act was refused for good: the server's word stands. */
  refused({ problem }) {
    if (problem.choice) this._tell("already", { choice: problem.choice });
    else this._do("say", { text: problem.detail });
    if (!this.page.waiting.length) this._do("saved");
    this._refill();
  }

  /** Nothing can be sent for now: offline, or the sitting is locked. */
  stuck({ why }) {
    this._do("kept", { number: this.page.waiting.length });
    this._do("cutOff", { why });
  }

  /** The outbox holds more or less than before. */
  changed({ failures }) {
    if (this.page.waiting.length && failures === 0) this._do("saving");
  }

  /** What comes next was asked for, and here it is. */
  received({ assignments, progress }) {
    if (this.page.waiting.length) return this._stock(assignments); // counts are older than what was done
    this._do("back");
    if (progress.is_over) return this._do("leave");
    this._take(progress);
    this._stock(assignments);
    if (this.state.current === null) this._do("leave"); // the server says why there is none
  }

  online() {
    if (this.state.current === null && !this.page.waiting.length) this._do("ask", { isAnew: true });
  }

  /** Some time has passed. */
  tick() {
    if (this.state.current === null) this._refill();
  }

  // How.

  /** Whether just now all was done that the rater was asked for. */
  get _isEnough() {
    return this.page.quota > 0 && this.state.progress.done === this.page.quota;
  }

  get _mayAct() {
    return this.state.current !== null && this.page.isReady;
  }

  /** Whether marks wait after a vote, so that nothing else may be judged. */
  get _areMarksWaiting() {
    return this.state.areMarksOpen && this.state.asks === "after";
  }

  _mustLook() {
    if (this.page.unseen) this._tell("look", { side: this.page.unseen });
    return this.page.unseen !== "";
  }

  _remember(matchup) {
    this.state.past.push(matchup);
    if (this.state.past.length > REMEMBERED) this.state.past.shift();
  }

  /** Count what was done here before the server knows of it. */
  _count(step) {
    const { done, total, pace } = this.state.progress;
    const now = Math.max(0, done + step);
    this._take({ done: now, total: Math.max(total, now), pace });
  }

  _take({ done, total, pace }) {
    // An answer that brings nothing new says no pace either: the one known stays.
    this.state.progress = { done, total, pace: pace ?? this.state.progress.pace };
    this._do("count", { progress: this.state.progress });
  }

  _offerPause() {
    const { done, total } = this.state.progress;
    if (this._isEnough) this._do("thank");
    else if (done % this.page.pauseEvery === 0 && done < total) this._do("offerPause");
  }

  _openMarks(token) {
    this.state.areMarksOpen = true;
    this._do("openMarks", { token });
  }

  _closeMarks() {
    if (!this._areMarksWaiting) return;
    this.state.areMarksOpen = false;
    this._do("closeMarks");
  }

  /** Go on from something judged before, and leave it as it stands. */
  _leaveAsItIs() {
    this._tell("left");
    this._closeMarks();
    this._advance();
    if (this.state.current === null) this._refill();
  }

  _withdraw(act, token) {
    const isThere = this.page.waiting.some((entry) => entry.act === act && entry.token === token && !entry.wasSent);
    if (isThere) this._do("withdraw", { act, token });
    return isThere;
  }

  _comeBackTo(matchup, isOneLess) {
    if (isOneLess) this._count(-1);
    if (this.state.current) this.state.ahead.unshift(this.state.current);
    this._tell("undone");
    const standing = { supersedes: isOneLess ? 0 : matchup.supersedes, isMarked: !isOneLess && matchup.isMarked };
    this._show({ ...matchup, ...standing, wasSeen: !matchup.wasSkipped, wasSkipped: false, choice: undefined });
  }

  /** The server took something back, and this is what is to be judged anew. */
  _reopen(matchup) {
    const { token } = matchup;
    this.state.ahead = this.state.ahead.filter((waiting) => waiting.token !== token);
    if (this.state.current?.token === token || this.page.waiting.some((entry) => entry.token === token)) return;
    if (this.state.current) this.state.ahead.unshift(this.state.current);
    this._tell("undone");
    this._show(matchup);
  }

  /** Put what is new to the end of what stands ready, and show it where nothing stands there. */
  _stock(assignments = []) {
    const here = [...held(this.state, this.page.waiting), ...this.state.past.map((matchup) => matchup.token)];
    this.state.ahead.push(...assignments.filter((matchup) => !here.includes(matchup.token)));
    if (this.state.current === null && this.state.ahead.length) this._advance();
  }

  _advance() {
    const next = this.state.ahead.shift();
    if (next) return this._show(next);
    this.state.current = null;
    this._do("empty");
  }

  _show(matchup) {
    this.state.current = matchup;
    const { done, total } = this.state.progress;
    this._do("show", { matchup, number: done + 1, total });
    if (this.state.asks === "instead") this._openMarks(matchup.token);
  }

  /** Ask for what comes next, once everything done here is stored. */
  _refill() {
    if (!this.page.waiting.length) this._do("ask", { isAnew: false });
  }

  _send(act, token, body, note = "") {
    this._do("send", { act, token, body, note });
  }

  _tell(name, values = {}) {
    this._do("tell", { name, values });
  }

  _do(name, values = {}) {
    this.commands.push({ do: name, ...values });
  }
}
