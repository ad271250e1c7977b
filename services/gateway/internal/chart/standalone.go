package chart

// standalone is the style sheet of a drawing that is a file of its own: the rules
// of the pages' style sheet for drawings, with the colours in place. Nothing of
// the record stands in it.
const standalone = `
.chart{--paper:#fdfcf9;--ink:#1d1b18;--soft:#5f5a52;--rule:#dfd9cd;--point:#1f6f78;--bound:#7a4bb0;--none:#a2432f;` +
	`--g1:#b4531a;--g2:#5b4bb5;--g3:#5f7d1c;--g4:#a8346f;--g5:#7a6a4f}
@media (prefers-color-scheme:dark){.chart{--paper:#16171a;--ink:#e9e6df;--soft:#a49f95;--rule:#373a41;--point:#74c7cf;--bound:#c3a2ee;` +
	`--none:#ef9a86;--g1:#f0a066;--g2:#ab9ff0;--g3:#b3cf6b;--g4:#ee8fbd;--g5:#cbb993}}
.c-paper{fill:var(--paper)}
.chart text{font-family:Arial,"Liberation Sans",Helvetica,sans-serif;fill:var(--soft)}
.chart .c-unit,.chart .c-keytext{fill:var(--ink)}.chart .c-unit{font-weight:600}
.chart .c-label{fill:var(--ink);stroke:var(--paper);stroke-width:3.5;stroke-linejoin:round;paint-order:stroke}
.chart path{fill:none}
.c-axis,.c-tick,.c-zero{stroke:var(--soft);stroke-width:1}.c-grid{stroke:var(--rule);stroke-width:1}
.chart .c-line{stroke:var(--g,var(--point));stroke-width:2;stroke-linejoin:round}
.chart .c-point{fill:var(--g,var(--point));stroke:var(--paper);stroke-width:1}
.chart .c-dense{stroke:none}.chart .c-under{stroke-width:6;stroke-opacity:.5}
.chart .c-provisional,.chart .c-filled{fill:var(--paper);stroke:var(--g,var(--point));stroke-width:1.6}
.chart .c-listed{fill:var(--paper);stroke:var(--g,var(--point));stroke-width:1.8}
.chart .c-band{fill:var(--g,var(--bound));fill-opacity:.16}.chart .c-hit{fill:transparent}
.c-stem,.c-arrow{stroke:var(--g,var(--bound));stroke-width:1.5}.c-bound{stroke:var(--g,var(--bound));stroke-width:2.5}.c-open{stroke-dasharray:3 2.5}
.c-ring{stroke:var(--none);stroke-width:1.4}.c-stale{stroke-dasharray:2 2}.c-break{stroke:var(--none);stroke-width:1.5;stroke-dasharray:5 4}
.c-g1{--g:var(--g1)}.c-g2{--g:var(--g2)}.c-g3{--g:var(--g3)}.c-g4{--g:var(--g4)}.c-g5{--g:var(--g5)}.c-g0{--g:var(--point)}
.c-beside{--g:var(--ink)}
`
