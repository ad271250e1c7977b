// Package cite words the citation of a document, a statement, a figure, an entity or a
// metric: as a text for people and as an item of CSL-JSON (Citation Style Language, schema 1.0.2) for reference
// managers.
//
// A citation says who said or measured what, in which document, published when and
// where, and under which name it is on record as of when. It adds nothing: what the
// record does not know is left out, a translation is called one, words that were retold
// stand without quotation marks. Only words go here; what is read is for package record.
package cite

import (
	"cmp"
	"strings"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/embargo"
)

// maxQuoted is how many code points of a statement a citation repeats: the permalink has
// the rest.
const maxQuoted = 300

// Work is what is cited, with what it takes to say so. One of Statement, Figure, Entity and
// Metric is set; of a cited document none is.
type Work struct {
	// Name is the resource name of what is cited.
	Name      string
	Statement *statementsv1.Statement
	Figure    *metricsv1.Figure
	Entity    *statementsv1.Entity
	Metric    *metricsv1.Metric
	// Document prints it, in Version; nil of a figure of a data file, and where the
	// document is not on record any more.
	Document *statementsv1.Document
	Version  *statementsv1.DocumentVersion
	// Label is what an entity or a metric is called, "" if that is not known.
	Label func(name string) string
	// Permalink shows it as it stood at At.
	Permalink string
	At        time.Time
}

// Text is the citation for people: a sentence of the work and one of where it is on record.
// Between them stands who reads it, if that is not everybody.
func (w Work) Text() string {
	var parts []string
	switch {
	case w.Statement != nil:
		parts = append(parts, w.said())
	case w.Figure != nil:
		parts = append(parts, w.measured())
	case w.Entity != nil:
		parts = append(parts, w.known())
	case w.Metric != nil:
		parts = append(parts, w.defined())
	}
	if source := w.source(); source != "" {
		if len(parts) > 0 {
			source = "in " + source
		}
		parts = append(parts, source)
	}
	record := "On record as " + w.Name
	if revision := w.revision(); revision != "" {
		record += ", revision " + revision
	}
	if w.isDocument() && w.Version.GetTextSha256() != "" {
		record += ", its text in version " + w.versionNumber() + " with the SHA-256 " + w.Version.GetTextSha256()
	}
	work := sentence(strings.Join(parts, "; "))
	if who := w.restricted(); who != "" {
		work += " " + sentence(strings.ToUpper(who[:1])+who[1:])
	}
	return work + " " + record + ", as it stood on " + w.At.UTC().Format("2 January 2006, 15:04:05.000000 UTC") + ": " + w.Permalink
}

// sentence ends a text with a full stop, unless it has an end of its own, also within
// quotation marks.
func sentence(text string) string {
	end := strings.TrimSuffix(text, "”")
	if end != "" && strings.ContainsAny(end[len(end)-1:], ".?!") {
		return text
	}
	return text + "."
}

// restricted says that only editors and admins read what is cited, "" if everybody does.
func (w Work) restricted() string {
	switch {
	case w.Figure.GetRestricted():
		return words.Restricted(embargo.Until(w.Figure))
	case w.Statement.GetRestricted(), w.isDocument() && w.Document.GetRestricted():
		return words.Restricted(w.Document.GetEmbargoEndTime())
	}
	return ""
}

// revision is that of what is cited; metrics have none that they show.
func (w Work) revision() string {
	if w.isDocument() {
		return w.Document.GetRevisionId()
	}
	return cmp.Or(w.Statement.GetRevisionId(), w.Figure.GetRevisionId(), w.Entity.GetRevisionId())
}

func (w Work) isDocument() bool {
	return w.Statement == nil && w.Figure == nil && w.Entity == nil && w.Metric == nil
}

func (w Work) versionNumber() string {
	_, number, _ := strings.Cut(w.Version.GetName(), "/versions/")
	return number
}

// said is who said what when.
func (w Work) said() string {
	s := w.Statement
	who := strings.Join(w.speakers(), "; ")
	text := shortened(s.GetText())
	if quoted(s) {
		text = "“" + text + "”"
	} else {
		text = strings.TrimSuffix(text, ".") // the sentence goes on
	}
	if note := w.wording(); note != "" {
		who += ", " + note
	}
	out := who + ": " + text
	if at := s.GetStatementTime(); at.GetEdtf() != "" {
		out += ", said " + words.Period(at.GetEdtf())
	}
	if note := w.deprecated(); note != "" {
		out += " [" + note + "]"
	}
	return out
}

// deprecated says that a statement is known to be wrong, and why; "" if it is not.
func (w Work) deprecated() string {
	if w.Statement.GetRank() != statementsv1.Statement_DEPRECATED {
		return ""
	}
	return "known to be wrong or misleading: " + w.Statement.GetRankReason()
}

// quoted says that the text is the speaker's words, in whatever language.
func quoted(s *statementsv1.Statement) bool {
	return s.GetStatementType() == statementsv1.Statement_DIRECT || s.GetVerbatim()
}

// wording says how the words came to be these.
func (w Work) wording() string {
	s := w.Statement
	var notes []string
	if !quoted(s) {
		notes = append(notes, "retold")
	}
	if original := s.GetOriginalLanguageCode(); original != "" {
		note := "translated from " + original
		if s.GetTranslator() != "" {
			note += " by " + s.GetTranslator()
		}
		notes = append(notes, note)
	}
	return strings.Join(notes, ", ")
}

// speakers are those who said it, each with the role at the time.
func (w Work) speakers() []string {
	var out []string
	for _, speaker := range w.Statement.GetSpeakers() {
		name := cmp.Or(w.label(speaker.GetEntity()), speaker.GetAttributionText(), speaker.GetEntity(), "nobody in particular")
		if speaker.GetRole() != "" {
			name += " (" + speaker.GetRole() + ")"
		}
		out = append(out, name)
	}
	return out
}

func (w Work) label(name string) string {
	if name == "" || w.Label == nil {
		return ""
	}
	return w.Label(name)
}

// measured is what was measured, and who says so.
func (w Work) measured() string {
	f := w.Figure
	out := w.subject() + ": " + words.Figure(f)
	if printed := words.Printed(f.GetReported(), f.GetUnit()); printed != "" {
		out += ", printed as “" + printed + "”"
	}
	if claimant := cmp.Or(w.label(f.GetClaimant()), f.GetClaimant()); claimant != "" {
		out += ", according to " + claimant
	}
	if producer := f.GetAttributedProducer(); producer != "" {
		out += ", attributed to " + producer
	}
	return out
}

// subject is the metric with the key of the series and the period.
func (w Work) subject() string {
	f := w.Figure
	out := cmp.Or(w.label(f.GetMetric()), f.GetMetric())
	if key := words.Key(f.GetDimensions()); key != "" {
		out += " (" + key + ")"
	}
	if period := f.GetTimePeriod().GetEdtf(); period != "" {
		out += ", " + words.Period(period)
	}
	return out
}

// source is the document, or the origin of a figure that no document prints.
func (w Work) source() string {
	var parts []string
	add := func(part string) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if d := w.Document; d != nil {
		add(d.GetByline())
		add("“" + d.GetHeadline() + "”")
		add(d.GetPublisher())
		if published := w.Version.GetPublishTime().GetEdtf(); published != "" {
			add(words.Period(published))
		}
		add(d.GetUri())
		return strings.Join(parts, ", ")
	}
	origin := w.Figure.GetOrigin()
	if origin.GetCitationFull() != "" {
		return strings.TrimSuffix(origin.GetCitationFull(), ".")
	}
	add(origin.GetProducer())
	add(origin.GetTitle())
	add(origin.GetVersion())
	if published := origin.GetPublishTime().GetEdtf(); published != "" {
		add(words.Period(published))
	}
	add(origin.GetUri())
	return strings.Join(parts, ", ")
}

// shortened is a text of at most maxQuoted code points, cut at a space and marked.
func shortened(text string) string {
	runes := []rune(text)
	if len(runes) <= maxQuoted {
		return text
	}
	cut := string(runes[:maxQuoted])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return cut + " […]"
}
