package demodata

import (
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// maxName is how long a name may be in code points.
const maxName = 200

// names are the entities that speak in GUM: by the Wikipedia article that the
// corpus gives, else by document and chain, since equal names may be others.
type names struct {
	byName map[string]*statementsv1.Entity
	// spoken are the entities of the speakers of interviews, by document and the
	// corpus's name of the speaker.
	spoken map[[2]string]string
}

// gumNames reads who speaks. The corpus is small: 22 documents.
func gumNames(path string) (*names, error) {
	from, err := open(source{path: path})
	if err != nil {
		return nil, err
	}
	defer from.file.Close()
	n := &names{byName: map[string]*statementsv1.Entity{}, spoken: map[[2]string]string{}}
	for {
		var document gumDoc
		if err := from.decoder.Decode(&document); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return nil, errors.Join(errors.New(path), err)
		}
		for _, a := range document.Attributions {
			if a.Source != nil && named(a.Source) {
				n.add(document.Doc, a.Source)
			}
		}
		for _, sentence := range document.Sentences {
			if sentence.Speaker != "" {
				n.addSpeaker(document, sentence.Speaker)
			}
		}
	}
}

var gumTypes = map[string]statementsv1.Entity_EntityType{
	"person": statementsv1.Entity_PERSON, "organization": statementsv1.Entity_ORGANIZATION, "place": statementsv1.Entity_PLACE,
}

// named says that a source has a name, and is somebody.
func named(s *gumSource) bool { return s.CanonicalKind == "named" && gumTypes[s.Type] != 0 }

func (s *gumSource) entity(doc string) string {
	if s.Wikipedia != "" {
		return "entities/" + idFrom("wp "+s.title())
	}
	return "entities/" + idFrom(doc+"-e"+s.Entity)
}

// title is the title of its Wikipedia article.
func (s *gumSource) title() string {
	title, err := url.PathUnescape(s.Wikipedia)
	if err != nil {
		title = s.Wikipedia
	}
	return strings.ReplaceAll(title, "_", " ")
}

func (n *names) add(doc string, s *gumSource) {
	name := s.entity(doc)
	entity := n.byName[name]
	if entity == nil {
		entity = &statementsv1.Entity{Name: name, EntityType: gumTypes[s.Type], DisplayName: s.Canonical}
		if s.Wikipedia != "" {
			entity.DisplayName = s.title()
			entity.Identifiers = map[string]string{"wikipedia": s.Wikipedia}
		}
		n.byName[name] = entity
	}
	for _, alias := range append(s.Aliases, s.Canonical) {
		if alias != "" && alias != entity.GetDisplayName() && len([]rune(alias)) <= maxName && !slices.Contains(entity.GetAliases(), alias) {
			entity.Aliases = append(entity.Aliases, alias)
		}
	}
}

// addSpeaker finds who a speaker of an interview is: the source of an attribution
// of that name, or else an entity of its own.
func (n *names) addSpeaker(document gumDoc, speaker string) {
	key := [2]string{document.Doc, speaker}
	if n.spoken[key] != "" {
		return
	}
	for _, a := range document.Attributions {
		if a.Source == nil || !named(a.Source) {
			continue
		}
		for _, alias := range append(a.Source.Aliases, a.Source.title()) {
			if strings.EqualFold(letters(alias), letters(speaker)) {
				n.spoken[key] = a.Source.entity(document.Doc)
				return
			}
		}
	}
	entity := &statementsv1.Entity{Name: "entities/" + idFrom(document.Doc+"-"+speaker), EntityType: statementsv1.Entity_PERSON, DisplayName: spaced(speaker)}
	if speaker == "Wikinews" {
		entity = &statementsv1.Entity{Name: "entities/wp-wikinews", EntityType: statementsv1.Entity_ORGANIZATION, DisplayName: speaker}
	}
	n.spoken[key], n.byName[entity.GetName()] = entity.GetName(), entity
}

func letters(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, words)
}

// spaced is "NickBos" as "Nick Bos".
func spaced(name string) string {
	var out strings.Builder
	last := ' '
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		last = r
	}
	return out.String()
}

// entities are all entities, in the order of their names.
func (n *names) entities() []*statementsv1.Entity {
	all := make([]*statementsv1.Entity, 0, len(n.byName))
	for _, name := range slices.Sorted(maps.Keys(n.byName)) {
		all = append(all, n.byName[name])
	}
	return all
}

func (n *names) speaker(doc, speaker string) string { return n.spoken[[2]string{doc, speaker}] }

// speakerOf is the source of an attribution as a speaker.
func (n *names) speakerOf(doc string, s *gumSource) *statementsv1.Speaker {
	speaker := &statementsv1.Speaker{AttributionText: clip(s.Text)}
	if named(s) {
		speaker.Entity, speaker.ValueType = s.entity(doc), statementsv1.Speaker_VALUE
	}
	switch {
	case s.Type == "person" && named(s):
		speaker.SourceType = statementsv1.Speaker_NAMED_INDIVIDUAL
	case s.Type == "person":
		speaker.SourceType = statementsv1.Speaker_UNNAMED_INDIVIDUAL
	case s.Type == "organization" && named(s), s.Type == "place" && named(s):
		speaker.SourceType = statementsv1.Speaker_NAMED_GROUP
	case s.Type == "organization":
		speaker.SourceType = statementsv1.Speaker_UNNAMED_GROUP
	}
	return speaker
}

// mentions are where the source is named: at the cue and, if those words are no
// name of it, the nearest before that are.
func mentions(from gumDoc, s *gumSource, words text) []*typev1.TextSpan {
	all := []*typev1.TextSpan{words.span(s.passage())}
	if all[0] == nil || slices.Contains(s.Aliases, s.Text) {
		return slices.DeleteFunc(all, func(span *typev1.TextSpan) bool { return span == nil })
	}
	for _, mention := range slices.Backward(from.Entities) {
		p := mention.passage()
		if mention.Chain == s.Entity && p.end <= s.Start && slices.Contains(s.Aliases, words.words(p)) {
			return append(all, words.span(p))
		}
	}
	return all
}
