package places

// Kind is what kind of place it is, as the proto's enum has it.
type Kind string

// The kinds.
const (
	World         Kind = "WORLD"
	Region        Kind = "REGION"
	Country       Kind = "COUNTRY"
	Subdivision   Kind = "SUBDIVISION"
	FormerCountry Kind = "FORMER_COUNTRY"
)

// Place is a place with its codes. It is shared: nobody changes it.
type Place struct {
	// ID is the code in lower case ("us", "us-ca"), "m49-" and three digits for a region, "former-" and four letters for a former country.
	ID   string
	Kind Kind
	// Name is the English name to show.
	Name string
	// Code is the one of ISO 3166-1 with two letters, of a subdivision that of ISO 3166-2; "" for a region of M49.
	Code string
	// Alpha3, M49 and Wikidata are its codes there; "" where the table has none.
	Alpha3, M49, Wikidata string
	// Parents are the ids of what it is directly within, Successors of what replaced a former country.
	Parents, Successors []string
	// FormerCodes are codes that it once had; of a former country its four letters of ISO 3166-3.
	FormerCodes []string
	// Aliases are other names, Adjectives words such as "Mexican".
	Aliases, Adjectives []string
}

// Lookup returns the place with an id.
func Lookup(id string) (Place, bool) {
	p, found := table().byID[id]
	if !found {
		return Place{}, false
	}
	return *p, true
}

// After returns up to limit places in the order of their ids, those after an id ("": from the first), and only those within another, at
// any depth ("": all).
func After(id, within string, limit int) []Place {
	var found []Place
	for _, p := range table().places {
		if len(found) == limit {
			break
		}
		if p.ID > id && (within == "" || p.within(within)) {
			found = append(found, *p)
		}
	}
	return found
}

// within says whether a place lies in another.
func (p *Place) within(id string) bool {
	for _, parent := range p.Parents {
		if parent == id || table().byID[parent].within(id) {
			return true
		}
	}
	return false
}
