package cite

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// CSL is the citation as an item of CSL-JSON. Names are literal: which part of one is the
// family's is not on record. The error is that of a text that is not valid UTF-8.
func (w Work) CSL() (*structpb.Struct, error) {
	item := map[string]any{
		"id": w.Name, "archive": "onrecord", "archive_location": w.Name, "URL": w.Permalink,
		"accessed": map[string]any{"date-parts": []any{[]any{float64(w.At.UTC().Year()), float64(w.At.UTC().Month()), float64(w.At.UTC().Day())}}},
	}
	set := func(variable, value string) {
		if value != "" {
			item[variable] = value
		}
	}
	set("version", w.revision())
	set("note", w.note())
	w.container(set, item)
	switch {
	case w.Statement != nil:
		s := w.Statement
		set("type", map[bool]string{true: "document", false: "speech"}[s.GetStatementType() == statementsv1.Statement_WRITTEN])
		set("title", shortened(s.GetText()))
		set("language", s.GetLanguageCode())
		setDate(item, "event-date", s.GetStatementTime())
		item["author"] = literals(w.speakerNames()...)
	case w.Figure != nil:
		set("type", "dataset")
		set("title", w.subject()+": "+words.Figure(w.Figure))
		if author := cmp.Or(w.label(w.Figure.GetClaimant()), w.Figure.GetAttributedProducer(), w.Figure.GetOrigin().GetProducer()); author != "" {
			item["author"] = literals(author)
		}
	default:
		set("type", map[bool]string{true: "webpage", false: "document"}[w.Document.GetUri() != ""])
		set("title", w.Document.GetHeadline())
		set("language", w.Document.GetLanguageCode())
		if w.Document.GetByline() != "" {
			item["author"] = literals(w.Document.GetByline())
		}
		delete(item, "container-title")
	}
	return structpb.NewStruct(item)
}

// container sets what the work is in and who published that when.
func (w Work) container(set func(variable, value string), item map[string]any) {
	if w.Document != nil {
		set("container-title", w.Document.GetHeadline())
		set("publisher", w.Document.GetPublisher())
		setDate(item, "issued", w.Version.GetPublishTime())
		return
	}
	origin := w.Figure.GetOrigin()
	set("container-title", origin.GetTitle())
	set("publisher", origin.GetProducer())
	setDate(item, "issued", origin.GetPublishTime())
}

// note is what CSL has no variable for: where the source itself is, how the words came to
// be these, and the hash of the text.
func (w Work) note() string {
	var notes []string
	if uri := cmp.Or(w.Document.GetUri(), w.Figure.GetOrigin().GetUri()); uri != "" {
		notes = append(notes, "Source: "+uri)
	}
	if w.Statement != nil {
		if note := w.wording(); note != "" {
			notes = append(notes, "Words: "+note)
		}
	}
	if hash := w.Version.GetTextSha256(); hash != "" {
		notes = append(notes, "SHA-256 of the text: "+hash)
	}
	return strings.Join(notes, "; ")
}

func (w Work) speakerNames() []string {
	var out []string
	for _, speaker := range w.Statement.GetSpeakers() {
		if name := cmp.Or(w.label(speaker.GetEntity()), speaker.GetAttributionText(), speaker.GetEntity()); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func literals(names ...string) []any {
	out := []any{}
	for _, name := range names {
		out = append(out, map[string]any{"literal": name})
	}
	return out
}

// cslDay is a date or a day's instant that CSL has parts for, qualified or not.
var cslDay = regexp.MustCompile(`^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2})(?:T[0-9:]+(?:Z|[+-][0-9:]+)?)?)?)?([?~%])?$`)

// setDate sets a date variable: its parts where they can be told, for one day or for both
// ends of a period, and the words of the time otherwise.
func setDate(item map[string]any, variable string, period *typev1.TimePeriod) {
	edtf := period.GetEdtf()
	if edtf == "" {
		return
	}
	var parts []any
	circa := false
	for end := range strings.SplitSeq(edtf, "/") {
		found := cslDay.FindStringSubmatch(end)
		if found == nil || len(parts) == 2 {
			item[variable] = map[string]any{"literal": words.Period(edtf)}
			return
		}
		var one []any
		for _, text := range found[1:4] {
			if n, err := strconv.Atoi(text); err == nil {
				one = append(one, float64(n))
			}
		}
		parts = append(parts, one)
		circa = circa || found[4] != ""
	}
	date := map[string]any{"date-parts": parts}
	if circa {
		date["circa"] = true
	}
	item[variable] = date
}
