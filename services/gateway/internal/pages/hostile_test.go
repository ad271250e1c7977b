package pages_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// poison puts a text into every text field of a message and of all within it, set or not,
// and returns how many it set. What names a resource and what is a decimal stays: the
// services allow nothing else there.
func poison(m protoreflect.Message, text string, depth int) (set int) {
	if m.Descriptor().FullName() == "google.type.Decimal" || depth == 0 {
		return 0
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case f.IsMap() || f.Name() == "name":
		case f.Kind() == protoreflect.StringKind && !proto.HasExtension(f.Options(), annotations.E_ResourceReference):
			set++
			if f.IsList() {
				list := m.Mutable(f).List()
				list.Truncate(0)
				list.Append(protoreflect.ValueOfString(text))
				continue
			}
			m.Set(f, protoreflect.ValueOfString(text))
		case f.Kind() == protoreflect.MessageKind && f.IsList():
			list := m.Mutable(f).List()
			for j := range list.Len() {
				set += poison(list.Get(j).Message(), text, depth-1)
			}
		case f.Kind() == protoreflect.MessageKind && m.Has(f):
			set += poison(m.Mutable(f).Message(), text, depth-1)
		}
	}
	return set
}

// TestTextInEveryFieldIsShownAsText fills every text field that the pages could show with
// what would run, load or break out if one of them were not escaped.
func TestTextInEveryFieldIsShownAsText(t *testing.T) {
	for _, evil := range []string{
		"</bdi></p></title></script><script>alert(1)</script>", `"'><img src=x onerror=alert(1)>`, "javascript:alert(1)", "\u202e\u2066{{.}}\x00<!--<style>",
	} {
		r := example()
		s := r.statements[0]
		s.References = []*statementsv1.Reference{{}}
		s.Extraction, s.Links = &statementsv1.Extraction{}, []*statementsv1.StatementLink{{Statement: "statements/quote"}}
		s.Qualifiers = map[string]*statementsv1.QualifierValue{"certainty": {Value: &statementsv1.QualifierValue_Text{Text: evil}}}
		r.entities[0].Names = []*statementsv1.EntityName{{}}
		r.corrections = []*typev1.Correction{{Subject: "statements/quote", Document: "documents/note"}, {Subject: "documents/note"}, {Subject: "figures/total"}}
		r.reviews = []*statementsv1.Review{{Name: "statements/quote/reviews/r", Span: &typev1.TextSpan{}}}
		r.labels = map[string]*gatewayv1.Label{"entities/speaker": {Text: evil}, "metrics/trade": {Text: evil}}
		r.citation = evil
		var messages []proto.Message
		messages = append(messages, s, r.documents[0], r.entities[0], r.metrics[0], r.read.GetDocumentVersion(), r.query)
		for _, c := range r.corrections {
			messages = append(messages, c)
		}
		for _, f := range r.figures {
			messages = append(messages, f)
		}
		messages = append(messages, r.reviews[0])
		set := 0
		for _, m := range messages {
			set += poison(m.ProtoReflect(), evil, 6)
		}
		must.True(t, set > 150, "only %d fields", set)
		r.read.DocumentVersion.Text = evil + noteText
		r.read.DocumentVersion.TextLength = int32(utf8.RuneCountInString(evil + noteText))
		h := explorer(t, r)
		for _, target := range every {
			a := get(t, h, target)
			must.True(t, a.code == http.StatusOK || target == "/nowhere", "%s: %d", target, a.code)
			checkDocument(t, target, a)
			walk(a.root, func(n *html.Node) {
				alone := slices.Contains(n.Attr, html.Attribute{Key: "class", Val: "ctl"}) || n.Namespace == "svg" || slices.Contains([]atom.Atom{atom.Title, atom.Textarea, atom.Option}, n.DataAtom)
				for child := range n.ChildNodes() {
					must.True(t, alone || child.Type != html.TextNode || !strings.ContainsAny(child.Data, "\u202e\u2066"), "%s: %q in <%s> reorders what stands beside it", target, child.Data, n.Data)
				}
				must.False(t, n.Data == "img" || n.Data == "style" || n.Data == "iframe", "%s: an element <%s>", target, n.Data)
				for _, attr := range n.Attr {
					must.False(t, (attr.Key == "href" || attr.Key == "src") && strings.HasPrefix(attr.Val, "javascript:"), "%s: %s", target, attr.Val)
				}
			})
			must.False(t, strings.Contains(a.body, "<script>alert"), "%s", target)
		}
	}
}
