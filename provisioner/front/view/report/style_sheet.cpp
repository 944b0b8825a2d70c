// A report's style sheet.

#include "provisioner/front/view/report/style_sheet.h"

namespace provisioner::view {

std::string_view style_sheet() {
  return R"css(:root {
  --page: #f6f7f9; --card: #fff; --ink: #1b2330; --faint: #667085; --line: #e3e7ed; --code: #f2f4f7;
  --ok: #2f9e64; --changed: #d98a13; --failed: #d13438; --unreachable: #8b2fc9; --skipped: #b4bfcc;
  --unknown: #c2185b; --ignored: #e58a8c; --row: #eef1f5;
  --ins: #e3f6ea; --ins-ink: #14683c; --del: #fde8e8; --del-ink: #a01c20;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2028; --ink: #e4e9f0; --faint: #93a0b2; --line: #2b343f; --code: #141a21;
    --ok: #3fb277; --changed: #e3a133; --failed: #ef5b5f; --unreachable: #b678ea; --skipped: #4d5a69;
    --unknown: #f06292; --ignored: #9c4a4d; --row: #232b35;
    --ins: #12301f; --ins-ink: #86dba9; --del: #3a1a1c; --del-ink: #ff9ea1;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.45;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1440px; margin: 0 auto; padding: 20px 16px 48px; }
header, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 20px; margin-bottom: 16px; }
h1 { margin: 0; font-size: 26px; letter-spacing: -.01em; }
h2 { margin: 0 0 12px; font-size: 18px; }
h3 { margin: 0 0 4px; font-size: 15px; overflow-wrap: anywhere; }
p { margin: 0 0 8px; }
small, .where { color: var(--faint); font-size: 12.5px; }
code, pre, .hosts { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 13px; }
pre { margin: 8px 0; padding: 10px 12px; background: var(--code); border-radius: 6px; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.command { margin: 4px 0 12px; color: var(--faint); overflow-wrap: anywhere; }
.verdict { float: right; margin: 4px 0 0 12px; padding: 4px 14px; border-radius: 99px; font-weight: 600;
  color: #fff; background: var(--faint); }
.verdict.good { background: var(--ok); } .verdict.bad { background: var(--failed); }
.verdict.warn { background: var(--changed); }
dl { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 0 0 14px; }
dl div { display: flex; gap: 8px; } dt { color: var(--faint); } dd { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 10px; }
.tile { padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; }
.tile b { display: block; font-size: 22px; font-weight: 650; } .tile span { color: var(--faint); font-size: 13px; }
.tile.changed b { color: var(--changed); } .tile.failed b { color: var(--failed); }
.failure { border-left: 4px solid var(--failed); padding: 2px 0 2px 14px; margin: 0 0 18px; }
.failure.mild { border-color: var(--ignored); }
.badge { display: inline-block; padding: 0 9px; border-radius: 99px; font-size: 12.5px; font-weight: 600;
  color: #fff; background: var(--faint); }
.badge.failed { background: var(--failed); } .badge.unreachable { background: var(--unreachable); }
.badge.unknown { background: var(--unknown); }
.badge.fate { color: var(--faint); background: none; border: 1px solid var(--line); }
summary { cursor: pointer; color: var(--faint); }
.scroll, .bars { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 5px 12px 5px 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--faint); font-weight: 500; font-size: 12.5px; white-space: nowrap; }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
tbody th small { display: block; font-weight: 400; }
#recap .scroll { max-height: 520px; overflow: auto; }
.recap tbody th { white-space: nowrap; } .more > summary { margin: 4px 0 12px; }
#recap thead th { position: sticky; top: 0; background: var(--card); }
.recap td, .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.recap td { font-weight: 600; } .recap .bad th { color: var(--failed); font-weight: 700; }
td.zero { color: var(--line); font-weight: 400; }
td.ok { color: var(--ok); } td.changed { color: var(--changed); } td.failed { color: var(--failed); }
td.unreachable { color: var(--unreachable); } td.skipped { color: var(--faint); }
td.ignored { color: var(--ignored); } td.unknown { color: var(--unknown); }
.slow tbody th { min-width: 180px; }
.share { width: 26%; min-width: 120px; }
.share i { display: block; height: 8px; margin-top: 6px; border-radius: 4px; background: var(--changed); min-width: 2px; }
.share span { color: var(--faint); font-size: 12px; }
.change { padding: 6px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.change > summary, div.change { color: var(--ink); }
.change .hosts { color: var(--faint); margin-left: 6px; }
div.change { padding-left: 16px; }
ins, del, .diff b { display: inline-block; min-width: 100%; text-decoration: none; font-weight: 400; }
ins { background: var(--ins); color: var(--ins-ink); } del { background: var(--del); color: var(--del-ink); }
.diff b { color: var(--faint); }
.notes { margin: 0; padding-left: 20px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; color: var(--faint); font-size: 13px; }
.legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 3px; vertical-align: -1px; }
.timeline { display: flex; }
.timeline .names { flex: none; } .bars { flex: 1; min-width: 0; } .bars svg { display: block; min-width: 100%; }
.names text { text-anchor: end; fill: var(--ink); } svg { font-family: inherit; }
.scale { font-size: 11px; fill: var(--faint); } .tick { stroke: var(--line); fill: none; stroke-width: 1; }
.row { fill: var(--row); } .task { fill: var(--row); stroke: var(--card); } .task.odd { fill: var(--line); }
.what { font-size: 11.5px; fill: var(--ink); pointer-events: none; }
rect.ok, path.ok { fill: var(--ok); } rect.changed, path.changed { fill: var(--changed); }
rect.failed, path.failed { fill: var(--failed); } rect.skipped, path.skipped { fill: var(--skipped); }
rect.unreachable, path.unreachable { fill: var(--unreachable); }
rect.unknown, path.unknown { fill: var(--unknown); } rect.ignored { fill: var(--ignored); }
i.ok { background: var(--ok); } i.changed { background: var(--changed); } i.failed { background: var(--failed); }
i.skipped { background: var(--skipped); } i.unreachable { background: var(--unreachable); }
i.unknown { background: var(--unknown); } i.ignored { background: var(--ignored); }
@media (max-width: 640px) {
  main { padding: 8px 8px 32px; } header, section { padding: 14px 12px; border-radius: 8px; }
  .verdict { float: none; display: inline-block; margin: 0 0 8px; }
}
@media print {
  #recap .scroll { max-height: none; }
  :root { --page: #fff; } body { font-size: 11px; } main { max-width: none; padding: 0; }
  header, section { border: 0; padding: 8px 0; } .failure, tr { break-inside: avoid; }
  .bars { overflow: visible; } .bars svg { width: 100%; height: auto; min-width: 0; }
  .timeline .names { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";
}

}  // namespace provisioner::view
