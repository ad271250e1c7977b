package cite

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// CSL is the citation as an item of CSL-JSON. Names are literal: which part of one is the
// family's is not on record. `accessed` is when the source was fetched, if that is on
// record. The revision of a document is not said: it would be taken for a version of its
// text. The error is that of a text that is not valid UTF-8.
func (w Work) CSL() (*structpb.Struct, error) {
	item := map[string]any{
		"id": w.Name, "archive": "onrecord", "archive_location": w.Name, "URL": w.Permalink,
	}
	set := func(variable, value string) {
		if value != "" {
			item[variable] = value
		}
	}
	set("note", w.note())
	if at := cmp.Or(w.Version.GetAccessTime(), w.Figure.GetOrigin().GetAccessTime()); at != nil {
		setDate(item, "accessed", &typev1.TimePeriod{Edtf: at.AsTime().Format(time.DateOnly)})
	}
	w.container(set, item)
	if !w.isDocument() {
		set("version", w.revision())
	}
	switch {
	case w.Statement != nil:
		s := w.Statement
		set("type", map[bool]string{true: "document", false: "speech"}[s.GetStatementType() == statementsv1.Statement_WRITTEN])
		set("title", shortened(s.GetText()))
		set("language", s.GetLanguageCode())
		delete(item, "issued") // that is the document's, which is in the note
		setDate(item, "issued", s.GetStatementTime())
		setDate(item, "event-date", s.GetStatementTime())
		item["author"] = literals(w.speakerNames()...)
	case w.Figure != nil:
		set("type", "dataset")
		set("title", w.subject()+": "+cmp.Or(words.Printed(w.Figure.GetReported(), w.Figure.GetUnit()), words.Figure(w.Figure)))
		if author := cmp.Or(w.label(w.Figure.GetClaimant()), w.Figure.GetAttributedProducer(), w.Figure.GetOrigin().GetProducer()); author != "" {
			item["author"] = literals(author)
		}
	case w.Entity != nil:
		set("type", "entry") // of a reference work
		set("title", w.named())
		set("abstract", w.Entity.GetDescription())
	case w.Metric != nil:
		set("type", "dataset")
		set("title", w.named())
		set("abstract", w.Metric.GetDescription())
	default:
		set("type", w.documentType())
		set("title", w.Document.GetHeadline())
		set("language", w.Document.GetLanguageCode())
		if w.Document.GetByline() != "" {
			item["author"] = literals(w.Document.GetByline())
		}
		set("container-title", w.Document.GetPublisher())
	}
	return structpb.NewStruct(item)
}

// documentType is what a document is. That is not on record as such: what has a byline, or
// came out on a certain day with no address of its own, is taken for a newspaper's or
// agency's article.
func (w Work) documentType() string {
	onDay := cslDay.FindStringSubmatch(w.Version.GetPublishTime().GetEdtf())
	switch {
	case w.Document.GetByline() != "":
		return "article-newspaper"
	case w.Document.GetUri() != "":
		return "webpage"
	case onDay != nil && onDay[3] != "":
		return "article-newspaper"
	default:
		return "document"
	}
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

// note is what CSL has no variable for: where the source itself is, when the document of a
// statement came out, how the words came to be these and that they are known to be wrong, and the
// hash of the text.
func (w Work) note() string {
	var notes []string
	if uri := cmp.Or(w.Document.GetUri(), w.Figure.GetOrigin().GetUri()); uri != "" {
		notes = append(notes, "Source: "+uri)
	}
	if who := w.restricted(); who != "" {
		notes = append(notes, "Not for others: "+who)
	}
	if w.Statement != nil {
		if published := w.Version.GetPublishTime().GetEdtf(); published != "" {
			notes = append(notes, "Printed: "+words.Period(published))
		}
		if note := w.wording(); note != "" {
			notes = append(notes, "Words: "+note)
		}
		if note := w.deprecated(); note != "" {
			notes = append(notes, strings.ToUpper(note[:1])+note[1:])
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

// cslSeason is a season, which CSL numbers from 1 to 4 and EDTF from 21 to 24.
var cslSeason = regexp.MustCompile(`^(\d{4})-2([1-4])([?~%])?$`)

// setDate sets a date variable: its parts where they can be told, for one day or season or for both
// ends of a period, and the words of the time otherwise; of a year of which not all digits are known
// its digits, as bibliographies print them: 201X.
func setDate(item map[string]any, variable string, period *typev1.TimePeriod) {
	edtf := period.GetEdtf()
	if edtf == "" {
		return
	}
	if found := cslSeason.FindStringSubmatch(edtf); found != nil {
		setDate(item, variable, &typev1.TimePeriod{Edtf: found[1] + found[3]})
		if date, is := item[variable].(map[string]any); is {
			date["season"], _ = strconv.ParseFloat(found[2], 64) // it is a digit
		}
		return
	}
	var parts []any
	circa := false
	for end := range strings.SplitSeq(edtf, "/") {
		found := cslDay.FindStringSubmatch(end)
		if found == nil || len(parts) == 2 {
			literal := words.Period(edtf)
			if strings.Contains(edtf, "X") {
				literal = edtf
			}
			item[variable] = map[string]any{"literal": literal}
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
