package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// editingFields are the fields of a statement that an update may change, beyond the
// first ones: 22 to 30.
func editingFields(c *snapshot.Codec, r *domain.Statement) {
	c.Texts(22, &r.Topics)
	snapshot.List(c, 23, &r.Links, linkFields)
	c.Text(24, &r.Rank)
	c.Text(25, &r.RankReason)
	snapshot.List(c, 26, &r.References, referenceFields)
	snapshot.List(c, 27, &r.Qualifiers, qualifierFields)
	snapshot.Pointer(c, 28, &r.Extraction, extractionFields)
}

func linkFields(c *snapshot.Codec, l *domain.Link) {
	c.Text(1, &l.Type)
	c.Text(2, &l.Statement)
}

func referenceFields(c *snapshot.Codec, r *domain.Reference) {
	c.Text(1, &r.Version)
	c.Text(2, &r.URI)
	c.Text(3, &r.Comment)
}

func qualifierFields(c *snapshot.Codec, q *domain.Qualifier) {
	c.Text(1, &q.Key)
	c.Int(2, (*int)(&q.Kind))
	c.Text(3, &q.Value)
}

func extractionFields(c *snapshot.Codec, x *domain.Extraction) {
	c.Text(1, &x.Method)
	c.Text(2, &x.Tool)
	c.Text(3, &x.ToolVersion)
	c.Text(4, &x.Confidence)
	c.Text(5, &x.Annotator)
	c.Text(6, &x.ReviewState)
}
