//! How the HTML report looks: in the page, so that one file is the report.

/// The page's style sheet; light or dark as the reader's system says.
pub(crate) const STYLE: &str = "
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1d1d1f;--dim:#6b6b70;--line:#e4e4e2;
--a:#2563eb;--b:#9ca3af;--c:#d97706;--good:#15803d;--bad:#b91c1c;--goodbg:#dcfce7;--badbg:#fee2e2}
@media(prefers-color-scheme:dark){:root{--bg:#131315;--card:#1c1c1f;--ink:#ececee;--dim:#9a9aa2;
--line:#303036;--a:#60a5fa;--b:#6b7280;--c:#fbbf24;--good:#4ade80;--bad:#f87171;--goodbg:#12331f;--badbg:#3b1616}}
*{box-sizing:border-box}
body{margin:0;padding:2rem 1rem 4rem;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif}
main{max-width:64rem;margin:0 auto}
h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:2.2rem 0 .6rem}
.dim{color:var(--dim)}
.chip{display:inline-block;padding:.1rem .7rem;border-radius:1rem;font-weight:600}
.VALID{color:var(--good);background:var(--goodbg)}.INVALID{color:var(--bad);background:var(--badbg)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem;margin:1.2rem 0}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}
.tile b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.card{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim)}tr:last-child td{border-bottom:0}
th:first-child,td:first-child,td.text,th.text{text-align:left}td.text{white-space:normal}
ul{margin:.5rem 0;padding-left:1.2rem}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--dim);font:11px system-ui,sans-serif}
.grid{stroke:var(--line)}.s{fill:none;stroke-width:2;stroke-linejoin:round}
.s0{stroke:var(--a)}.s1{stroke:var(--b);stroke-dasharray:5 4}.s2{stroke:var(--c)}.s3{stroke:var(--bad)}
.dot{fill:var(--card);fill-opacity:0;stroke:none}.dot:hover{fill:var(--ink);fill-opacity:1}
.key{display:inline-block;width:1.1em;height:.22em;vertical-align:middle;margin:0 .4em 0 1em}
.k0{background:var(--a)}.k1{background:var(--b)}.k2{background:var(--c)}.k3{background:var(--bad)}
";
