package resource_test

import (
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var (
	statements = resource.Name("statements", "{statement}")
	revisions  = resource.Name("statements", "{statement}", "revisions", "{revision}")
	versions   = resource.Name("documents", "{document}", "versions", "{version}")
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		pattern resource.Pattern
		name    string
		ids     []string
	}{
		{statements, "statements/a", []string{"a"}},
		{statements, "statements/0198c0de-7a11-7abc-8def-0123456789ab", []string{"0198c0de-7a11-7abc-8def-0123456789ab"}},
		{statements, "statements/" + strings.Repeat("x", 63), []string{strings.Repeat("x", 63)}},
		{revisions, "statements/a/revisions/12", []string{"a", "12"}},
		{versions, "documents/niger-2023/versions/1", []string{"niger-2023", "1"}},
		{resource.Name("settings"), "settings", nil},
	} {
		must.Equal(t, must.Get(c.pattern.Parse(c.name))(t), c.ids)
		must.Equal(t, c.pattern.Format(c.ids...), c.name)
		must.True(t, c.pattern.Matches(c.name))
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		pattern resource.Pattern
		names   []string
	}{
		{statements, []string{
			"", "/", "statements", "statements/", "/statements/a", "statements/a/", "statements//", "statement/a", "Statements/a", "statements/A", "statements/-", "statements/a-", "statements/-a",
			"statements/a b", "statements/ä", "statements/a%2Fb", "statements/a/revisions/1", "//onrecord/statements/a", "statements/" + strings.Repeat("x", 64), "statements/{statement}", "{statement}/a",
			"statements/a\n", "statements/a\x00", "statements/" + strings.Repeat("ü", 500),
		}},
		{revisions, []string{
			"statements/a/revisions/0", "statements/a/revisions/01", "statements/a/revisions/-1", "statements/a/revisions/+1", "statements/a/revisions/x", "statements/a/revisions/1.0", "statements/a/revisions/",
			"statements/a/revisions/9999999999999999999", "statements/a/versions/1",
		}},
	} {
		for _, name := range c.names {
			_, err := c.pattern.Parse(name)
			var nameError *resource.NameError
			must.True(t, errors.As(err, &nameError), "%q: error is %v", name, err)
			must.Equal(t, nameError.Pattern, c.pattern.String())
			must.Contains(t, err.Error(), c.pattern.String())
			must.True(t, len(err.Error()) < 400, "the message repeats too much")
			must.False(t, c.pattern.Matches(name))
		}
	}
}

func TestCheckAny(t *testing.T) {
	for _, name := range []string{"statements/a", "statements/a/revisions/1"} {
		must.OK(t, resource.CheckAny(name, statements, revisions))
	}
	for _, name := range []string{"", "statements/A", "statements/a/revisions/0", "documents/a"} {
		var refused *resource.NameError
		must.True(t, errors.As(resource.CheckAny(name, statements, revisions), &refused), "%q is taken", name)
		must.Equal(t, refused.Pattern, "statements/{statement} or statements/{statement}/revisions/{revision}")
	}
}

func TestFormatWithMissingIDsIsNoName(t *testing.T) {
	must.Equal(t, revisions.Format("a"), "statements/a/revisions/{revision}")
	must.False(t, revisions.Matches(revisions.Format("a")))
	must.Equal(t, statements.Format("a", "b"), "statements/a")
}

func TestValidIDAgreesWithItsPattern(t *testing.T) {
	pattern := regexp.MustCompile(resource.IDPattern)
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.StringMatching(`[a-z0-9-]{0,66}`), rapid.String()).Draw(t, "id")
		must.Equal(t, resource.ValidID(id), pattern.MatchString(id))
	})
}

func TestNewUID(t *testing.T) {
	previous := ""
	for range 1000 {
		uid := resource.NewUID()
		must.True(t, resource.ValidID(uid), "%s is no id", uid)
		must.OK(t, uuid.Validate(uid))
		must.Equal(t, uid[14], byte('7'))
		must.True(t, previous < uid, "%s is not after %s", uid, previous)
		previous = uid
	}
}

func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 999_999_999_999_999_999).Draw(t, "n")
		got, ok := resource.ParseNumber(resource.FormatNumber(n))
		must.True(t, ok)
		must.Equal(t, got, n)
	})
	for _, s := range []string{"", "0", "00", "01", "-1", "+1", " 1", "1 ", "1e3", "٣", "1000000000000000000"} {
		_, ok := resource.ParseNumber(s)
		must.False(t, ok, "%q", s)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"statements/a/revisions/1", "statements/-/revisions/1", "statements/a/revisions/01", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if ids, err := revisions.Parse(name); err == nil {
			must.Equal(t, revisions.Format(ids...), name)
		}
	})
}

func TestETag(t *testing.T) {
	must.Equal(t, resource.ETag(12, "0198c0de-7a11-7abc-8def-0123456789ab"), `"12-e7a0955f"`)
	rapid.Check(t, func(t *rapid.T) {
		revision, uid := rapid.Int64Min(1).Draw(t, "revision"), rapid.String().Draw(t, "uid")
		must.Equal(t, resource.ETag(revision, uid), fmt.Sprintf(`"%d-%08x"`, revision, crc32.ChecksumIEEE([]byte(uid))))
	})
}
