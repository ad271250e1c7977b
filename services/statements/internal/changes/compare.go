package changes

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// comparison gathers the fields in which an ingest differs from the record. A
// field that the ingest leaves empty makes no claim.
type comparison struct {
	path  string
	fault *errs.Error
}

func compare(resourceType, name, reason, path string) *comparison {
	return &comparison{path: path, fault: errs.New(errs.FailedPrecondition, reason,
		"%s is on record with other values", name).About(resourceType, name)}
}

func (c *comparison) text(field, present, given string) {
	if given != "" && given != present {
		c.differs(field, strconv.Quote(present), strconv.Quote(given))
	}
}

func (c *comparison) differs(field string, present, given any) {
	_ = c.fault.Field(errs.JoinPath(c.path, field),
		fmt.Sprintf("on record is %s, the request has %s", domain.Shown(fmt.Sprint(present)), domain.Shown(fmt.Sprint(given))))
}

func (c *comparison) err() error {
	if len(c.fault.Violations) == 0 {
		return nil
	}
	return c.fault
}

// sameDocument refuses a document that differs: DOCUMENT_DIFFERS.
func sameDocument(present, given domain.Document) error {
	c := compare(domain.DocumentType, present.Name(), "DOCUMENT_DIFFERS", "document")
	c.text("uri", present.URI, given.URI)
	c.text("headline", present.Headline, given.Headline)
	c.text("publisher", present.Publisher, given.Publisher)
	c.text("byline", present.Byline, given.Byline)
	c.text("language_code", present.LanguageCode, given.LanguageCode)
	c.text("license", present.License, given.License)
	c.text("usage_terms", present.UsageTerms, given.UsageTerms)
	if given.EmbargoEnd != 0 && given.EmbargoEnd != present.EmbargoEnd {
		c.differs("embargo_end_time", present.EmbargoEnd, given.EmbargoEnd)
	}
	if present.TextWithheld != given.TextWithheld {
		c.differs("text_withheld", present.TextWithheld, given.TextWithheld)
	}
	return c.err()
}

// sameVersion refuses a version whose text is on record with other times:
// VERSION_DIFFERS.
func sameVersion(present, given domain.Version) error {
	c := compare(domain.VersionType, present.Name(), "VERSION_DIFFERS", "document_version")
	c.text("publish_time", present.PublishTime.Words(), given.PublishTime.Words())
	if printed := given.PublishTime.Printed; printed != nil && !printed.Same(present.PublishTime.Printed) {
		c.differs("publish_time.printed", present.PublishTime.Printed, printed)
	}
	if !given.AccessTime.IsZero() && !given.AccessTime.Equal(present.AccessTime) {
		c.differs("access_time", clock(present.AccessTime), clock(given.AccessTime))
	}
	return c.err()
}

// clock writes a time of the caller's for an error.
func clock(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.Format(time.RFC3339Nano)
}

// sameEntity refuses an entity that differs: ENTITY_DIFFERS.
func sameEntity(present, given domain.Entity, path string) error {
	c := compare(domain.EntityType, present.Name(), "ENTITY_DIFFERS", path)
	c.text("entity_type", present.Type, given.Type)
	c.text("display_name", present.DisplayName, given.DisplayName)
	c.text("description", present.Description, given.Description)
	if len(given.Aliases) > 0 && !slices.Equal(present.Aliases, given.Aliases) {
		c.differs("aliases", present.Aliases, given.Aliases)
	}
	if len(given.Identifiers) > 0 && !maps.Equal(present.Identifiers, given.Identifiers) {
		c.differs("identifiers", present.Identifiers, given.Identifiers)
	}
	if len(given.Names) > 0 && !slices.Equal(present.Names, given.Names) {
		c.differs("names", present.Names, given.Names)
	}
	if len(given.Memberships) > 0 && !slices.Equal(present.Memberships, given.Memberships) {
		c.differs("memberships", present.Memberships, given.Memberships)
	}
	return c.err()
}

func indexed(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
