// The style sheet of a report: light or dark as the reader's system is, and fit for printing.
#pragma once
#include <string_view>  // string_view

#include "../version.hpp"

namespace igata::inline IGATA_ABI::train::detail {

inline constexpr std::string_view report_style = R"css(
:root { color-scheme: light dark; --back: #fdfdfc; --panel: #ffffff; --ink: #22262b; --soft: #6b7280; --line: #e2e4e8;
  --curve0: #1f6fc4; --curve1: #d9641c; --curve2: #2a9d5c; --curve3: #8a4fbf; }
@media (prefers-color-scheme: dark) {
  :root { --back: #15181c; --panel: #1c2026; --ink: #e4e6ea; --soft: #9aa2ad; --line: #31363e;
    --curve0: #5aa5f2; --curve1: #f2935a; --curve2: #5ac98b; --curve3: #b98ae6; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1200px; padding: 2rem 1.5rem 4rem; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.7rem; font-weight: 650; margin: 0 0 1.2rem; }
h2 { font-size: 1.15rem; font-weight: 600; margin: 2.2rem 0 .8rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.facts th { text-align: left; font-weight: 400; color: var(--soft); padding: .2rem 2rem .2rem 0; }
.facts td { padding: .2rem 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 1rem; }
.chart { width: 100%; max-width: 700px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.chart text { font: 12px system-ui, sans-serif; fill: var(--soft); }
.chart .title { font-size: 13px; font-weight: 600; fill: var(--ink); }
.chart .grid { stroke: var(--line); }
.chart .axis { stroke: var(--soft); fill: none; }
.chart path { fill: none; stroke-width: 2; stroke-linejoin: round; }
.chart .axis { stroke-width: 1; }
.chart path.curve0 { stroke: var(--curve0); } .chart circle.curve0 { fill: var(--curve0); }
.chart path.curve1 { stroke: var(--curve1); } .chart circle.curve1 { fill: var(--curve1); }
.chart path.curve2 { stroke: var(--curve2); } .chart circle.curve2 { fill: var(--curve2); }
.chart path.curve3 { stroke: var(--curve3); } .chart circle.curve3 { fill: var(--curve3); }
.scroll { overflow-x: auto; }
.confusion th { font-weight: 500; color: var(--soft); padding: .3rem .6rem; font-size: .85rem; }
.confusion td { border: 1px solid var(--line); padding: .3rem .6rem; min-width: 2.8rem; text-align: center; }
.confusion .zero { color: var(--soft); opacity: .55; }
.confusion .measure { border: none; color: var(--soft); }
.note { color: var(--soft); }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 1rem; }
figure { margin: 0; padding: .6rem; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; text-align: center; }
figure img { width: 96px; height: 96px; object-fit: contain; image-rendering: pixelated; background: #000; border-radius: 4px; }
figcaption { font-size: .8rem; color: var(--soft); margin-top: .4rem; }
figcaption b { color: var(--ink); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto;
  font: 12.5px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
@media print { body { max-width: none; } section { break-inside: avoid-page; } }
)css";

}  // namespace igata::inline IGATA_ABI::train::detail
