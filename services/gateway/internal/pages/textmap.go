package pages

const (
	// mapWidth is the width of a text map in its own units.
	mapWidth = 1000
	// mapLeast is the least width of a mark in it, so that every fact is seen.
	mapLeast = 3
	// mapMost is up to how many marks a map is drawn; more could not be told apart.
	mapMost = 1000
)

// textMap shows where in a text the facts stand: statements in the upper row,
// figures in the lower.
type textMap struct{ Items []mapItem }

// mapItem is a passage in the map, in its units.
type mapItem struct {
	Href, Title, Class string
	X, Width           int
	Figure             bool
}

// At and Wide are the place and the width of the passage in per cent.
func (m mapItem) At() string   { return percent(m.X) }
func (m mapItem) Wide() string { return percent(m.Width) }

func newTextMap(length int, marks []mark, facts []factView) textMap {
	if length <= 0 || len(marks) > mapMost {
		return textMap{}
	}
	var m textMap
	for _, mk := range marks {
		if mk.Class == "cue" || mk.Start < 0 || mk.End > length {
			continue
		}
		f := facts[mk.Fact]
		x := mk.Start * mapWidth / length
		m.Items = append(m.Items, mapItem{
			Href: "#" + f.anchor(), Title: f.title(), Class: mk.Class, X: x,
			Width: min(max((mk.End-mk.Start)*mapWidth/length, mapLeast), mapWidth-x), Figure: f.Figure != nil,
		})
	}
	return m
}
