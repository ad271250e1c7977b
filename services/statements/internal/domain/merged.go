package domain

import (
	"cmp"
	"slices"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// MaxAppearances is how many statements can be merged into one.
const MaxAppearances = 100

// appearance is the statement as another lists it that it is merged into.
func (s Statement) appearance() Appearance {
	return Appearance{
		Statement: s.Name(), Document: s.Document, Version: s.Version,
		Contents: s.Contents, Cue: s.Cue, SourceMentions: s.SourceMentions,
		PublishTime: s.PublishTime, AccessTime: s.AccessTime, LatestAnchor: s.LatestAnchor,
	}
}

// IsMerged reports whether the statement was merged into another.
func (s Statement) IsMerged() bool { return s.RedirectTo != "" }

// SameSaying reports whether two statements are the same words of the same speakers; if
// not, field is where they differ: what DifferentWords says, or "speakers".
func (s Statement) SameSaying(other Statement) (field string, same bool) {
	switch field = s.DifferentWords(other); {
	case field != "":
		return field, false
	case !slices.Equal(s.speakerEntities(), other.speakerEntities()):
		return "speakers", false
	default:
		return "", true
	}
}

// DifferentWords is "text_key" if two statements have other words, "text" if they have
// other signs between them; empty if they are the same.
func (s Statement) DifferentWords(other Statement) (field string) {
	switch {
	case KeyOf(s.Text) != KeyOf(other.Text):
		return "text_key"
	case sayingOf(s.Text) != sayingOf(other.Text):
		return "text"
	default:
		return ""
	}
}

// speakerEntities are the names of the speakers' entities, each once, sorted; an
// empty one stands for speakers who are none on record.
func (s Statement) speakerEntities() []string {
	names := make([]string, len(s.Speakers))
	for i, speaker := range s.Speakers {
		names[i] = speaker.Entity
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Take lists another statement, and those that were merged into it, among the
// appearances. created says of each of them and of those that are listed already,
// by name, when it was put on record.
func (s Statement) Take(other Statement, created map[string]recordtime.Time) Statement {
	all := slices.Concat(s.Appearances, []Appearance{other.appearance()}, other.Appearances)
	slices.SortFunc(all, func(a, b Appearance) int {
		return cmp.Or(cmp.Compare(a.PublishTime.OrderKey(), b.PublishTime.OrderKey()), cmp.Compare(a.Statement, b.Statement))
	})
	s.Appearances = all
	s.FirstAppearance = s.firstAppearance(created)
	return s
}

// Drop undoes Take; created says of those that are left when each was put on
// record. dropped are those that were listed.
func (s Statement) Drop(other Statement, created map[string]recordtime.Time) (left Statement, dropped []Appearance) {
	names := map[string]bool{other.Name(): true}
	for _, appearance := range other.Appearances {
		names[appearance.Statement] = true
	}
	var kept []Appearance
	for _, appearance := range s.Appearances {
		if names[appearance.Statement] {
			dropped = append(dropped, appearance)
		} else {
			kept = append(kept, appearance)
		}
	}
	s.Appearances = kept
	s.FirstAppearance = s.firstAppearance(created)
	return s, dropped
}

// firstAppearance is the version that printed the words first: that with the
// earliest end of its publish time; of equals the one put on record first. Empty
// while there is no other than the statement's own.
func (s Statement) firstAppearance(created map[string]recordtime.Time) string {
	if len(s.Appearances) == 0 {
		return ""
	}
	type printing struct {
		version, statement string
		published          Period
		created            recordtime.Time
	}
	prints := []printing{{s.VersionName(), s.Name(), s.PublishTime, s.Created}}
	for _, a := range s.Appearances {
		prints = append(prints, printing{VersionName(a.Document, a.Version), a.Statement, a.PublishTime, created[a.Statement]})
	}
	return slices.MinFunc(prints, func(a, b printing) int {
		return cmp.Or(cmp.Compare(publishedBy(a.published), publishedBy(b.published)),
			cmp.Compare(a.created, b.created), cmp.Compare(a.statement, b.statement))
	}).version
}

// publishedBy is when something was certainly published; what has no end comes
// last.
func publishedBy(published Period) recordtime.Time {
	if !published.HasEnd {
		return recordtime.Forever
	}
	return published.End
}
