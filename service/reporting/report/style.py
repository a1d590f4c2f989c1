"""The style of a report: it stands in the file itself, and prints; charts look as on pages."""

from importlib import resources

_PICTURES = (resources.files("service.reporting") / "static" / "pictures.css").read_text("utf-8")
_PAPER = """
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
.swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
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

STYLE = f"\n{_PICTURES}{_PAPER}"
