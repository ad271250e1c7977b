package chart

import "image/color"

// role is what a stroke or fill stands for. The library knows colours only, so a
// role and the index of its mark travel as one: red is the role, green and blue
// are the index. The rewriting turns them into classes.
type role uint8

const (
	roleAxis role = 1 + iota
	roleTick
	roleTickText
	roleUnit
	roleSource
	roleGrid
	roleZero
	roleLine
	roleUnder
	roleLabel
	roleKeyText
	roleBreak
	// From here on a piece belongs to a mark.
	roleHit
	rolePoint
	roleListed
	roleBand
	roleStem
	roleBound
	roleBoundOpen
	roleArrow
	roleProvisional
	roleFilled
	roleRing
	roleStale
	roleKeyBand
	roleBeside
	roleDense
)

// keyIndex is where the indexes of marks end: those from here on are of the key, one
// for each group.
const keyIndex = 1<<16 - 16

// classes are the names that the style sheet knows, by role.
var classes = map[role]string{
	roleAxis: "c-axis", roleTick: "c-tick", roleTickText: "c-ticktext", roleUnit: "c-unit", roleSource: "c-source",
	roleGrid: "c-grid", roleZero: "c-zero", roleLine: "c-line", roleUnder: "c-line c-under", roleLabel: "c-label", roleHit: "c-hit", rolePoint: "c-point",
	roleListed: "c-listed", roleBand: "c-band", roleStem: "c-stem", roleBound: "c-bound", roleBoundOpen: "c-bound c-open",
	roleArrow: "c-arrow", roleKeyText: "c-keytext", roleBreak: "c-break", roleProvisional: "c-point c-provisional", roleFilled: "c-point c-filled",
	roleRing: "c-ring", roleStale: "c-ring c-stale", roleKeyBand: "c-band c-key", roleBeside: "c-point", roleDense: "c-point c-dense",
}

func (r role) ofMark() bool { return r >= roleHit }

// grouped reports whether a piece has the colour of its group.
func (r role) grouped() bool { return r == roleLine || r == roleUnder || r.ofMark() && r != roleHit }

// ink is the colour that carries a role, and a mark's index where it has one.
func ink(r role, mark int) color.Color {
	return color.NRGBA{R: uint8(r), G: uint8(mark >> 8), B: uint8(mark), A: 255}
}

// readInk is the inverse of ink for a colour as SVG writes it.
func readInk(rgb uint32) (r role, mark int) { return role(rgb >> 16), int(rgb & 0xffff) }
