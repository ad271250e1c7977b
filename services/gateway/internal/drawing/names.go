package drawing

// Names are names in the order in which they came, each once; an empty one is none.
type Names struct {
	list []string
	has  map[string]bool
}

// Add adds a name.
func (n *Names) Add(name string) {
	if name == "" || n.has[name] {
		return
	}
	if n.has == nil {
		n.has = map[string]bool{}
	}
	n.has[name] = true
	n.list = append(n.list, name)
}

// List are the names. It is not to be changed.
func (n *Names) List() []string { return n.list }

// Len is how many there are.
func (n *Names) Len() int { return len(n.list) }
