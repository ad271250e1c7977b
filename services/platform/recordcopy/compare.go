package recordcopy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Sum is what both sides of a copy have of one kind.
type Sum struct {
	// Kind is the name of the kind.
	Kind string `json:"kind"`
	// Resources and Revisions are how many there are.
	Resources int `json:"resources"`
	Revisions int `json:"revisions"`
	// SHA256 is the digest of the names and digests of all resources, in hex.
	SHA256 string `json:"sha256"`
}

// compare reads all revisions of both sides recorded up to a time, and says in
// words what the first difference is, "" if there is none.
func compare(
	ctx context.Context, from, to recorddb.Database, kinds []Kind, upTo recordtime.Time,
) (sums []Sum, difference string, err error) {
	for _, kind := range kinds {
		source := &cursor{side: "source", db: from, kind: kind, upTo: upTo}
		target := &cursor{side: "target", db: to, kind: kind, upTo: upTo}
		sum, difference, err := compareKind(ctx, source, target)
		if err != nil || difference != "" {
			return sums, difference, err
		}
		sums = append(sums, sum)
	}
	return sums, "", nil
}

// compareKind walks both sides in the order of their resources.
func compareKind(ctx context.Context, source, target *cursor) (sum Sum, difference string, err error) {
	sum.Kind = source.kind.Name
	all := sha256.New()
	for {
		ours, err := source.next(ctx)
		if err != nil {
			return sum, "", err
		}
		theirs, err := target.next(ctx)
		if err != nil {
			return sum, "", err
		}
		if difference := ours.differs(theirs, source.kind); difference != "" {
			return sum, difference, nil
		}
		if ours.id == "" {
			sum.SHA256 = hex.EncodeToString(all.Sum(nil))
			return sum, "", nil
		}
		sum.Resources++
		sum.Revisions += ours.revisions
		writeText(all, ours.id)
		all.Write(ours.digest)
	}
}

// resource is all revisions of one resource. Behind the last one, id is "".
type resource struct {
	id        string
	revisions int
	digest    []byte
}

// differs says in words how a resource of the source differs from the one at the
// same place in the target.
func (r resource) differs(other resource, kind Kind) string {
	switch {
	case r.id == other.id && bytes.Equal(r.digest, other.digest):
		return ""
	case r.id == other.id && r.revisions != other.revisions:
		return fmt.Sprintf("%s has %d revisions in the source and %d in the target", kind.resource(r.id), r.revisions, other.revisions)
	case r.id == other.id:
		return kind.resource(r.id) + " is not the same in the source and in the target"
	case other.id == "" || (r.id != "" && r.id < other.id):
		return kind.resource(r.id) + " is in the source and not in the target"
	default:
		return kind.resource(other.id) + " is in the target and not in the source"
	}
}

// comparePage is how many revisions are read at a time.
const comparePage = 1000

// cursor reads the resources of one kind of one side, in order.
type cursor struct {
	side string
	db   recorddb.Database
	kind Kind
	upTo recordtime.Time

	page []digested // not yet consumed
	last digested   // read last
	end  bool
}

// digested is one revision, of which only this is kept.
type digested struct {
	id     string
	number int64
	sum    [sha256.Size]byte
}

// next reads the next resource.
func (c *cursor) next(ctx context.Context) (r resource, err error) {
	revisions := sha256.New()
	for {
		if len(c.page) == 0 && !c.end {
			if err := c.read(ctx); err != nil {
				return r, err
			}
		}
		if len(c.page) == 0 || (r.id != "" && c.page[0].id != r.id) {
			r.digest = revisions.Sum(nil)
			return r, nil
		}
		r.id = c.page[0].id
		r.revisions++
		revisions.Write(c.page[0].sum[:])
		c.page = c.page[1:]
	}
}

// read reads the next page.
func (c *cursor) read(ctx context.Context) error {
	c.page = c.page[:0]
	err := c.db.Read(ctx, func(conn recorddb.Conn) error {
		page, err := c.kind.read(conn, Revision{ID: c.last.id, Number: c.last.number}, c.upTo, comparePage)
		if err != nil {
			return err
		}
		for _, revision := range page {
			sum, err := c.digest(revision)
			if err != nil {
				return fmt.Errorf("revision %d of %s: %w", revision.Number, c.kind.resource(revision.ID), err)
			}
			c.page = append(c.page, digested{id: revision.ID, number: revision.Number, sum: sum})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.side, err)
	}
	c.end = len(c.page) < comparePage
	if len(c.page) > 0 {
		c.last = c.page[len(c.page)-1]
	}
	return nil
}

// digest is that of one revision as it stood at the time: what came later had
// not ended it yet.
func (c *cursor) digest(r Revision) (sum [sha256.Size]byte, err error) {
	content, err := c.kind.canonical(r.Snapshot)
	if err != nil {
		return sum, err
	}
	until := r.To
	if until > c.upTo {
		until = recordtime.Forever
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %d %t ", r.Number, r.From, until, r.Deleted)
	writeText(h, r.Caller)
	writeText(h, string(content))
	writeText(h, r.Text)
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// writeText writes text so that no two lists of texts are written alike.
func writeText(h hash.Hash, text string) {
	fmt.Fprintf(h, "%d:%s,", len(text), text)
}
