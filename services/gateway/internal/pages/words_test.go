package pages

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestPeriodWords(t *testing.T) {
	for edtf, words := range map[string]string{
		"2022": "2022", "2022~": "about 2022", "2022?": "perhaps 2022", "2023-11": "November 2023", "2023-11-17": "17 November 2023",
		"2023-11-17T09:30:00Z": "17 November 2023, 09:30:00 UTC", "2010/2023": "2010 to 2023", "2019/..": "2019 onwards", "../1985": "until 1985",
		"2022/": "2022 to an unknown end", "2023-34": "second quarter of 2023", "201X": "201X", "2023-22": "2023-22",
	} {
		must.Equal(t, periodWords(edtf), words)
	}
}

func TestGroupKeepsEveryDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringMatching(`[1-9][0-9]{0,37}`).Draw(t, "whole")
		fraction := rapid.StringMatching(`(\.[0-9]{1,20})?`).Draw(t, "fraction")
		grouped := group(whole + fraction)
		plain := ""
		for _, r := range grouped {
			if r != ',' {
				plain += string(r)
			}
		}
		must.Equal(t, plain, whole+fraction)
	})
}

func TestExternalLinksAreWebAddresses(t *testing.T) {
	for _, uri := range []string{"", "javascript:alert(1)", "data:text/html,x", "urn:isbn:1", "//host/x", "https:///x", "ftp://host/x"} {
		must.True(t, external(uri) == nil, "%q", uri)
	}
	must.Equal(t, external("https://example.org/a?b=c").Href, "https://example.org/a?b=c")
}
