//! How the HTML report looks: in the page, so that one file is the report.

/// The page's style sheet; light or dark as the reader's system says, and light
/// on paper.
pub(super) const STYLE: &str = "
:root{color-scheme:light;--bg:#f6f6f4;--card:#fff;--ink:#1b1b1d;--dim:#66666d;--line:#e2e2df;--grid:#ececea;
--p50:#0d9488;--p90:#2563eb;--p99:#7c3aed;--p999:#db2777;--max:#a1a1aa;--base:#71717a;
--amber:#d97706;--red:#dc2626;--good:#15803d;--bad:#b91c1c;--goodbg:#dcfce7;--badbg:#fee2e2;--plainbg:#ececea}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--bg:#111113;--card:#19191c;--ink:#ececee;
--dim:#9d9da6;--line:#2d2d33;--grid:#26262b;--p50:#2dd4bf;--p90:#60a5fa;--p99:#a78bfa;--p999:#f472b6;--max:#71717a;
--base:#a1a1aa;--amber:#fbbf24;--red:#f87171;--good:#4ade80;--bad:#f87171;--goodbg:#12331f;--badbg:#3f1818;--plainbg:#2b2b30}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;padding:2rem 1rem 3rem;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif}
main{max-width:72rem;margin:0 auto}
h1{font-size:1.6rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:0 0 .2rem}h3{font-size:1rem;margin:0 0 .2rem;overflow-wrap:anywhere}
section,.alert{margin-top:2rem}p{margin:.3rem 0}
.dim,.note,dt,footer{color:var(--dim)}h3 .dim{font-weight:400}
.note{margin:0 0 .6rem;max-width:52rem;overflow-wrap:anywhere}.note,footer{font-size:.87rem}
.lead{font-size:1.1rem;margin:.6rem 0}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.6rem 0}
.chip{display:inline-block;padding:.05rem .6rem;border-radius:1rem;font-weight:600;font-size:.87rem;white-space:nowrap;
background:var(--plainbg)}
.VALID,.chip.good{color:var(--good);background:var(--goodbg)}
.INVALID,.chip.bad{color:var(--bad);background:var(--badbg)}b.bad{color:var(--bad)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.6rem 1.5rem;margin:1rem 0 0}
.facts div{min-width:0}dt{font-size:.8rem}dd{margin:0;overflow-wrap:anywhere}
.alert{background:var(--badbg);color:var(--bad);border-radius:.6rem;padding:.7rem 1rem;overflow-wrap:anywhere}
header .alert{margin-top:1.2rem}section .alert{margin-top:.6rem}ul{margin:0;padding-left:1.2rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.4rem,1fr));gap:.7rem;margin-top:1.4rem}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.tile{padding:.6rem .8rem;min-width:0}
.tile span{display:block;color:var(--dim);font-size:.8rem}
.tile b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
.card{padding:.8rem 1rem;margin-top:.7rem;min-width:0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.7rem;margin-top:.7rem}
.pair .card{margin-top:0}
.counts{font-size:.93rem}
.scroll{overflow-x:auto;margin:0 -1rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.93rem}
th,td{padding:.32rem .6rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
th{font-weight:500;color:var(--dim);font-size:.85rem}tr:last-child td{border-bottom:0}
.t{text-align:left}td.w{white-space:normal;min-width:14rem;overflow-wrap:anywhere}
.below td{white-space:normal;overflow-wrap:anywhere;padding-top:0;color:var(--dim)}tr:has(+.below) td{border-bottom:0}
th.group{color:var(--ink);font-weight:600;padding-top:.8rem}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--bg);border-radius:.4rem;padding:.6rem .8rem;margin:.4rem 0 .8rem}
summary{cursor:pointer;margin-top:.6rem;color:var(--dim)}
.chart{margin:0}figcaption{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;font-size:.85rem;color:var(--dim);margin-bottom:.6rem;
overflow-wrap:anywhere}
.key svg{width:20px;height:6px;margin-right:.4rem;vertical-align:middle}
.frame{display:grid;grid-template:14rem 1.5rem/3.9rem minmax(0,1fr);padding-right:1.1rem}
.pair .frame{grid-template-rows:9rem 1.5rem}
.ys,.xs,.plot{position:relative;min-width:0}.xs{grid-column:2}
.ys span,.xs span{position:absolute;font-size:.75rem;line-height:1;color:var(--dim);white-space:nowrap;font-variant-numeric:tabular-nums}
.ys span{right:.5rem;transform:translateY(-50%)}.xs span{top:.5rem;transform:translateX(-50%)}
.plot svg{display:block;width:100%;height:100%;overflow:visible}
.plot path,.key path{vector-effect:non-scaling-stroke}
.grid{stroke:var(--grid);fill:none}.over{fill:var(--grid);opacity:.7}
.line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.area{stroke:none;opacity:.13}
.p50{stroke:var(--p50);fill:var(--p50)}.p90{stroke:var(--p90);fill:var(--p90)}.p99{stroke:var(--p99)}.p999{stroke:var(--p999)}
.max{stroke:var(--max);stroke-width:3.5;opacity:.6}.base{stroke:var(--base);stroke-dasharray:1 4;stroke-width:2}
.offered{stroke:var(--max);stroke-width:3}.achieved{stroke:var(--p90)}.dropped{stroke:var(--amber)}.failed{stroke:var(--red)}
.one{stroke:var(--p90)}.area.one{fill:var(--p90);stroke:none}.two{stroke:var(--p50)}.area.two{fill:var(--p50);stroke:none}
.dot{fill:none;stroke-width:6;stroke-linecap:round;stroke-dasharray:none}
.line.dashed{stroke-dasharray:5 4}.line{fill:none}
.hair{position:absolute;top:0;bottom:0;width:1px;background:var(--dim);pointer-events:none}
.tip{position:absolute;top:.3rem;z-index:1;background:var(--card);border:1px solid var(--line);border-radius:.4rem;
padding:.3rem .6rem;font-size:.8rem;line-height:1.45;white-space:pre;pointer-events:none;font-variant-numeric:tabular-nums;
box-shadow:0 2px 8px #0003}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.8rem}
@media(max-width:600px){.below div{max-width:calc(100vw - 3.2rem)}body{padding:1.2rem .7rem 2rem}.card{padding:.7rem .8rem}.scroll{margin:0 -.8rem;padding:0 .8rem}
.xs .odd{display:none}th:first-child,td:first-child{position:sticky;left:-.8rem;padding-left:.8rem;background:var(--card)}table{margin-left:-.8rem}.tiles{grid-template-columns:repeat(auto-fill,minmax(6.6rem,1fr));gap:.5rem}.tile b{font-size:1.1rem}
.facts{grid-template-columns:1fr;gap:.3rem}.facts div{display:grid;grid-template-columns:6rem minmax(0,1fr)}dt{font-size:.9rem}}
@media print{html{font-size:11px}body{padding:0;background:#fff;font-size:1rem}.card,.tile,.alert,.note,figure,tr{break-inside:avoid}
h2,h3,.note{break-after:avoid}.scroll{overflow:visible}table{font-size:.85rem}th,td{padding:.2rem .35rem}code,pre{font-size:.85rem}
section{margin-top:1.2rem}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
";
