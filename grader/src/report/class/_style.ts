/** The look of the class page. Colour only repeats what words and numbers say. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #fff; --ink: #1d2126; --soft: #5b6470; --line: #dfe3e8;
  --accent: #1f5fbf; --bar: #7aa7e8; --code: #f3f5f7;
  --full: #cfe8d5; --most: #e2f0e0; --some: #fdf1cf; --few: #fbe0cc; --none: #f8d3d0; --off: #eceff2;
  --mark: #9a5b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1b1f24; --ink: #e6e9ec; --soft: #9aa4af; --line: #313840;
    --accent: #8ab4f8; --bar: #3f6cb0; --code: #22272d;
    --full: #1f4a2d; --most: #294330; --some: #4a3f1a; --few: #51341d; --none: #572a28; --off: #262b31;
    --mark: #f0b35a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 3rem 0 0.75rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1.1rem; }
h4 { margin: 1.5rem 0 0.5rem; font-size: 1rem; }
h4 small, h3 small { color: var(--soft); font-weight: 400; font-size: 0.9rem; margin-left: 0.5rem; }
p { margin: 0.25rem 0; }
p + .wide { margin-top: 0.5rem; }
.soft { color: var(--soft); }
.tiles { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.tiles li {
  flex: 1 1 8rem; padding: 0.75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
}
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.75rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); font-size: 0.85rem; color: var(--soft); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tfoot > tr > * { border-top: 2px solid var(--line); color: var(--soft); font-weight: 400; }
.matrix th[scope="row"] { position: sticky; left: 0; background: var(--card); font-weight: 500; white-space: nowrap; }
.matrix td, .matrix thead th + th { text-align: right; }
.matrix td { padding: 0; min-width: 5.5rem; }
.matrix td > a, .matrix td > span { display: block; padding: 0.35rem 0.75rem; color: inherit; text-decoration: none; }
.matrix td > a:hover { text-decoration: underline; }
.matrix tfoot td { padding: 0.35rem 0.75rem; }
.full { background: var(--full); } .most { background: var(--most); } .some { background: var(--some); }
.few { background: var(--few); } .none { background: var(--none); } .off { background: var(--off); color: var(--soft); }
.late { color: var(--mark); font-size: 0.85rem; font-weight: 400; }
.bugs td { vertical-align: middle; }
.bugs svg { display: block; width: 100%; min-width: 6rem; height: 0.8rem; }
.bugs rect { fill: var(--bar); }
.num { text-align: right; white-space: nowrap; }
.student { margin: 1.5rem 0 0; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.student:target, section:target > h4 { border-color: var(--accent); color: var(--accent); }
.student:target > * , section:target > * { color: var(--ink); }
.rubric { margin: 0.25rem 0 0.75rem; padding: 0; list-style: none; font-size: 0.9rem; columns: 20rem; column-gap: 2rem; }
.rubric li { break-inside: avoid; display: flex; gap: 0.5rem; }
.rubric .pts { flex: none; width: 4.4rem; white-space: nowrap; text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.rubric .lost { font-weight: 500; }
details { margin: 0.5rem 0; border: 1px solid var(--line); border-radius: 6px; }
summary { padding: 0.4rem 0.75rem; cursor: pointer; }
details[open] > summary { border-bottom: 1px solid var(--line); }
.failure { padding: 0.75rem; font-size: 0.92rem; }
.label { color: var(--mark); font-weight: 500; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0 0 0.75rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre, .story { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85rem; }
code { background: var(--code); padding: 0.1rem 0.3rem; border-radius: 4px; }
pre { margin: 0.5rem 0; padding: 0.6rem 0.75rem; overflow-x: auto; background: var(--code); border-radius: 6px; }
.story { margin: 0.5rem 0 0.75rem; }
.story td { min-width: 13rem; padding: 0.15rem 0.75rem; }
.story td:empty { min-width: 0; }
.time-line td:not(:last-child) { min-width: 0; width: 1%; white-space: nowrap; }
.place, .returns { white-space: nowrap; }
.story tbody tr + tr > * { border-top: 0; }
.story td + td, .story th + th { border-left: 1px solid var(--line); }
.story tbody tr:first-child td { padding-top: 0.4rem; } .story tbody tr:last-child td { padding-bottom: 0.4rem; }
.place { color: var(--soft); margin-right: 0.75rem; }
.returns { color: var(--soft); margin-left: 1rem; }
.cut { color: var(--mark); font-weight: 600; }
@media print { body { max-width: none; padding: 0; } .student, details { break-inside: avoid; } }
@media (max-width: 40rem) { body { padding: 1rem 0.75rem 3rem; } dl { grid-template-columns: 1fr; } dd + dt { margin-top: 0.4rem; } .bugs tr > :nth-child(3) { display: none; } }
`;
