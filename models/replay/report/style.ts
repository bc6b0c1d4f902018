/** The page's style: no font or file from elsewhere, readable on paper and in dark mode. */
export const STYLE = `
:root { --ink: #1c2430; --soft: #5b6675; --line: #dfe3e8; --paper: #fff; --card: #f6f7f9; --good: #1a7f4b; --bad: #b42318; --mark: #d9822b; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #9aa5b3; --line: #323a45; --paper: #14181e; --card: #1c222a; --good: #4cc38a; --bad: #ff8577; --mark: #f0a04b; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1120px; padding: 32px 24px 64px; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px } h2 { font-size: 19px; margin: 44px 0 12px } h3 { font-size: 15px; margin: 20px 0 8px }
p { margin: 6px 0; max-width: 75ch } .soft { color: var(--soft) }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin: 20px 0 }
.card { background: var(--card); border-radius: 10px; padding: 14px 16px } .card b { display: block; font-size: 25px; line-height: 1.25; font-variant-numeric: tabular-nums } .card small { color: var(--soft); display: block }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 20px }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums } .scroll { overflow-x: auto }
th, td { text-align: right; padding: 5px 8px; border-bottom: 1px solid var(--line); white-space: nowrap } th { color: var(--soft); font-weight: 600; white-space: normal; vertical-align: bottom }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 110px }
.bad { color: var(--bad) } .good { color: var(--good) }
svg { width: 100%; height: auto; display: block } .grid { stroke: var(--line) } .tick { fill: var(--soft); font-size: 11px } .axis { fill: var(--ink); font-size: 12px } .mark { stroke: var(--paper); stroke-width: 1.5 }
.legend { display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 13px; margin: 6px 0 } .legend i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: 5px; vertical-align: middle }
.sounds { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(330px, 100%), 1fr)); gap: 16px }
.sound { background: var(--card); border-radius: 10px; padding: 12px; break-inside: avoid } .sound b { font-size: 14px } .sound p { font-size: 13px; margin: 4px 0; overflow-wrap: anywhere }
.sound .view { position: relative; height: 110px; margin: 8px 0 0 } .sound img { width: 100%; height: 100%; display: block; border-radius: 4px }
.sound .event { position: absolute; top: 0; bottom: 0; border: 2px solid #fff; border-width: 0 2px; background: #ffffff1c; pointer-events: none }
.bars { display: flex; align-items: flex-end; height: 30px; gap: 1px; margin: 2px 0 8px } .bars span { flex: 1; background: var(--mark); min-height: 1px; border-radius: 1px 1px 0 0 }
audio { width: 100%; height: 34px } details { margin: 8px 0 } summary { cursor: pointer; color: var(--soft) } code { font-size: 13px }
@media print {
:root { --ink: #1c2430; --soft: #5b6675; --line: #dfe3e8; --paper: #fff; --card: #fff; --good: #1a7f4b; --bad: #b42318; color-scheme: light }
body { max-width: none; padding: 0; font-size: 11px } table { font-size: 10px } th, td { padding: 3px 5px } .card, .sound { border: 1px solid var(--line) }
audio, details:not([open]) { display: none } h2, h3 { break-after: avoid } tr, .card, .pair > div { break-inside: avoid }
.pair { grid-template-columns: 1fr 1fr } .cards { grid-template-columns: repeat(5, 1fr) } .sounds { grid-template-columns: repeat(3, 1fr) } .bars span, .view, .legend i { print-color-adjust: exact }
}
`;
