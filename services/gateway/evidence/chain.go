package evidence

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// revision is a revision of any fact.
type revision interface {
	named
	GetCreateTime() *timestamppb.Timestamp
}

// fact is what revisions are of.
type fact interface {
	named
	GetUid() string
	GetRevisionId() string
}

// chain is the revisions of one fact, by number.
type chain struct {
	links map[int]link
	// hidden are those that are said not to be there.
	hidden map[int]bool
}

type link struct {
	path     string
	recorded time.Time
	snapshot fact
}

func (c *chain) has(number string) bool {
	n, plain := numberOf(number)
	_, there := c.links[n]
	return plain && (there || c.hidden[n])
}

// numberOf is the number of a revision; plain is false for what is not written as the
// record writes numbers, such as 01: it would be a second revision of one number.
func numberOf(text string) (n int, plain bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && strconv.Itoa(n) == text
}

// chainOf is the chain of a fact, by its name.
func (v *verifier) chainOf(name string) *chain {
	if v.chains[name] == nil {
		v.chains[name] = &chain{links: map[int]link{}, hidden: map[int]bool{}}
	}
	return v.chains[name]
}

// addHidden takes a revision that the manifest says is not there.
func (v *verifier) addHidden(name string) {
	of, number, _ := strings.Cut(name, "/revisions/")
	if n, plain := numberOf(number); plain {
		v.chainOf(of).hidden[n] = true
	} else {
		v.wrong(manifestPath, "%s, which it says is hidden, is no revision", name)
	}
}

func (v *verifier) addRevision(path string, r revision, snapshot fact) {
	v.report.Revisions++
	of, number, _ := strings.Cut(r.GetName(), "/revisions/")
	n, plain := numberOf(number)
	if !plain {
		v.wrong(path, "it has no number")
		return
	}
	if snapshot.GetName() != of {
		v.wrong(path, "it is a revision of %s and shows %s", of, snapshot.GetName())
		return
	}
	v.chainOf(of).links[n] = link{path: path, recorded: r.GetCreateTime().AsTime(), snapshot: snapshot}
}

// checkChains checks that the revisions of each fact are numbered from 1 on without a gap,
// but for those that are hidden, were recorded one after another up to the time of the pack,
// are of one resource, and that the last one is the fact.
func (v *verifier) checkChains() {
	facts := map[string]fact{}
	for _, s := range v.statements {
		facts[s.GetName()] = s
	}
	for _, f := range v.figures {
		facts[f.GetName()] = f
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		if len(v.chainOf(name).links) == 0 {
			v.wrong(recordFolder+name+".json", "none of its revisions is in the pack")
			continue
		}
		v.checkChain(facts[name], v.chains[name])
	}
	for _, name := range slices.Sorted(maps.Keys(v.chains)) {
		switch {
		case facts[name] != nil:
		case len(v.chains[name].links) > 0:
			v.wrong(recordFolder+name+".json", "its revisions are in the pack, and it is not")
		default:
			v.wrong(manifestPath, "it says that revisions of %s are hidden, which is not in the pack", name)
		}
	}
}

func (v *verifier) checkChain(of fact, c *chain) {
	numbers := slices.Sorted(maps.Keys(c.links))
	v.checkHidden(of.GetName(), c, numbers[len(numbers)-1])
	last, next := time.Time{}, 1
	for _, n := range numbers {
		one := c.links[n]
		for next < n && c.hidden[next] {
			next++
		}
		switch {
		case n != next:
			v.wrong(one.path, "revision %d is missing before it", next)
			return
		case one.snapshot.GetRevisionId() != strconv.Itoa(n):
			v.wrong(one.path, "it shows revision %q", one.snapshot.GetRevisionId())
		case one.snapshot.GetUid() != of.GetUid():
			v.wrong(one.path, "it is of another resource that had the name")
		case one.recorded.Before(last):
			v.wrong(one.path, "it was recorded before the one before it")
		case one.recorded.After(v.at):
			v.wrong(one.path, "it was recorded after the time of the pack")
		}
		last, next = one.recorded, n+1
	}
	newest := c.links[numbers[len(numbers)-1]]
	if of.GetRevisionId() != newest.snapshot.GetRevisionId() || !proto.Equal(protoinput.Of[proto.Message](of), protoinput.Of[proto.Message](newest.snapshot)) {
		v.wrong(newest.path, "the last revision is not the fact as the pack has it")
	}
}

// checkHidden checks that what is hidden of a fact is not there, and comes before its newest revision.
func (v *verifier) checkHidden(name string, c *chain, newest int) {
	for _, n := range slices.Sorted(maps.Keys(c.hidden)) {
		if _, there := c.links[n]; there || n > newest {
			v.wrong(manifestPath, "revision %d of %s is not hidden, as it says", n, name)
		}
	}
}
