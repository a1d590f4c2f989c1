"""The style of a report: it stands in the file itself, and prints."""

STYLE = """
:root { --paper: #fbfaf7; --raised: #fff; --ink: #1c1b19; --quiet: #5e5b55; --hairline: #e3e0d8;
  --accent: #3646c4; --win: #0072b2; --loss: #d55e00; --edge: #1c1b19; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14161a; --raised: #1b1e24; --ink: #eceae4; --quiet: #a6a29a;
    --hairline: #2c3038; --accent: #9aa6ff; --win: #3b9fd8; --loss: #e07b2d; --edge: #eceae4; }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system,
  "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
body { max-width: 60rem; margin: 0 auto; padding: 32px 24px; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 1.15rem; margin: 32px 0 8px; }
h3 { font-size: 1rem; margin: 24px 0 4px; }
p, ul, dl { margin: 0 0 12px; }
li { margin: 0 0 6px; }
.quiet { color: var(--quiet); }
.card { background: var(--raised); border: 1px solid var(--hairline); border-radius: 10px;
  padding: 16px 20px; margin: 16px 0; }
.card dl { margin: 0; }
.card dl > div { padding: 6px 0; }
.card dl > div + div { border-top: 1px solid var(--hairline); }
.card dt { font-weight: 600; }
.card dl > div:first-child dt { font-size: 1.25rem; line-height: 1.3; }
.card dd { margin: 0; color: var(--quiet); }
.written { white-space: pre-wrap; }
.fingerprint { font-family: ui-monospace, monospace; font-size: 0.85rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.92rem; }
th, td { text-align: start; padding: 4px 10px; border-bottom: 1px solid var(--hairline);
  vertical-align: top; font-weight: 400; }
thead th { color: var(--quiet); font-size: 0.85rem; }
.n { text-align: end; }
.c0 { --c: #0072b2; } .c1 { --c: #d55e00; } .c2 { --c: #009e73; } .c3 { --c: #cc79a7; }
.c4 { --c: #e69f00; } .c5 { --c: #56b4e9; } .c6 { --c: #8a8a8a; } .c7 { --c: #f0e442; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 3px;
  margin-inline-end: 8px;
  background: var(--c); outline: 1px solid var(--quiet); outline-offset: -1px;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.intervals { list-style: none; padding: 0; }
.intervals li { display: grid; grid-template-columns: minmax(7rem, 14rem) minmax(0, 1fr) 8rem auto;
  gap: 0 12px; margin: 0; }
.intervals .name, .intervals .figure { align-self: center; padding: 6px 0; line-height: 1.3; }
.intervals .figure { text-align: end; white-space: nowrap; }
.track { position: relative; min-height: 38px; }
.track svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.axis .track { min-height: 20px; }
.grid { stroke: var(--hairline); stroke-width: 1; }
.grid.middle { stroke: var(--quiet); stroke-dasharray: 2 3; }
.span { stroke: var(--c); stroke-width: 10; }
.span.thin { stroke-width: 2; }
.tick { stroke: var(--ink); stroke-width: 3; }
.dot { fill: var(--c); stroke: var(--raised); stroke-width: 1.5; }
.dot.open { fill: var(--raised); stroke: var(--c); stroke-width: 2.5; }
.frontier { stroke: var(--ink); stroke-width: 1.5; }
.frontier.unsure { stroke-dasharray: 5 4; }
svg text { fill: var(--quiet); font-size: 12.5px; }
svg text.label { fill: var(--ink); font-size: 13.5px; paint-order: stroke; stroke: var(--paper);
  stroke-width: 4px; stroke-linejoin: round; }
.brackets { display: flex; align-items: stretch; min-width: 4px; }
.bracket { position: relative; width: 10px; }
.bracket::before { content: ""; position: absolute; inset: 0 2px 0 0;
  border-right: 2px solid var(--quiet); }
.bracket.none::before { content: none; }
.bracket.start::before { top: 50%; border-top: 2px solid var(--quiet); }
.bracket.end::before { bottom: 50%; border-bottom: 2px solid var(--quiet); }
.bracket.mid::after { content: ""; position: absolute; left: 0; right: 2px; top: 50%;
  border-top: 2px solid var(--quiet); }
.bracket.pass::before { border-right-style: dotted; }
.scatter { display: grid; grid-template-columns: 52px minmax(0, 1fr); margin: 16px 28px 4px 0; }
.scatter svg.y, .scatter svg.field { height: 300px; width: 100%; overflow: visible;
  display: block; }
.scatter .field { border-left: 1px solid var(--quiet); border-bottom: 1px solid var(--quiet); }
.scatter svg.x { grid-column: 2; height: 20px; width: 100%; overflow: visible; display: block; }
@media (max-width: 720px) {
  .intervals li { grid-template-columns: minmax(0, 1fr) auto auto; }
  .intervals .track { grid-column: 1 / 3; grid-row: 2; margin: 0 12px; }
  .intervals .brackets { grid-column: 3; grid-row: 1 / 3; }
}
@media print {
  :root { --paper: #fff; --raised: #fff; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; }
  .card, .scatter, .intervals, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: 2px 5px; }
}
"""
