package drawing

// Names are names in the order in which they came, each once; an empty one is none.
type Names struct {
	list []string
	at   map[string]int
}

// Add adds a name and returns its place; -1 of an empty one.
func (n *Names) Add(name string) int {
	if name == "" {
		return -1
	}
	at, known := n.at[name]
	if known {
		return at
	}
	if n.at == nil {
		n.at = map[string]int{}
	}
	n.at[name] = len(n.list)
	n.list = append(n.list, name)
	return len(n.list) - 1
}

// List are the names. It is not to be changed.
func (n *Names) List() []string { return n.list }

// Len is how many there are.
func (n *Names) Len() int { return len(n.list) }
