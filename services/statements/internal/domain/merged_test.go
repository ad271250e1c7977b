package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestTextKeyIsThatOfTheWords(t *testing.T) {
	key := domain.KeyOf("Caf\u00e9 \u201ctrade\u201d is UP.")
	for _, same := range []string{"cafe trade is up", "CAFE\u0301: \u2018Trade\u2019 \u2026 is\nup!", "\uff43afe trade is up"} {
		must.Equal(t, domain.KeyOf(same), key)
	}
	for _, other := range []string{"cafe trade is not up", "trade is up", "", "?!"} {
		must.NotEqual(t, domain.KeyOf(other), key)
	}
	must.NotEqual(t, domain.KeyOf("?!"), domain.KeyOf("\u2026"))
}

// printed is a statement that was published by a time.
func printed(id string, created, published recordtime.Time) domain.Statement {
	return domain.Statement{
		Record: domain.Record{ID: id, Created: created}, Document: "of-" + id, Version: 1, Text: "Words.",
		Speakers: []domain.Speaker{{Entity: "entities/a"}, {Entity: "entities/b"}},
		PublishTime: domain.Period{
			EDTF: "x", Start: published - 1, End: published, HasStart: published != 0, HasEnd: published != 0,
		},
	}
}

func TestAppearances(t *testing.T) {
	all := []domain.Statement{printed("a", 1, 50), printed("b", 2, 40), printed("c", 3, 40), printed("d", 4, 0)}
	created := map[string]recordtime.Time{}
	for _, s := range all {
		created[s.Name()] = s.Created
	}
	a, b, c, d := all[0], all[1], all[2], all[3]
	names := func(s domain.Statement) (names []string) {
		for _, appearance := range s.Appearances {
			names = append(names, appearance.Statement)
		}
		return names
	}
	must.Equal(t, a.FirstAppearance, "")
	c = c.Take(b, created)
	must.Equal(t, c.FirstAppearance, "documents/of-b/versions/1") // of equals the first on record
	a = a.Take(d, created).Take(c, created)
	must.Equal(t, names(a), []string{"statements/d", "statements/b", "statements/c"}) // unknown first, as in every order
	must.Equal(t, len(a.Appearances), 3)
	must.Equal(t, a.FirstAppearance, "documents/of-b/versions/1")
	left, dropped := a.Drop(c, created)
	must.Equal(t, names(left), []string{"statements/d"})
	must.Equal(t, len(dropped), 2)
	must.Equal(t, left.FirstAppearance, "documents/of-a/versions/1")
	left, _ = left.Drop(d, created)
	must.Equal(t, left.FirstAppearance, "")
	must.Equal(t, names(left), []string(nil))
}

func TestSameSaying(t *testing.T) {
	a, b := printed("a", 1, 1), printed("b", 2, 2)
	b.Speakers = []domain.Speaker{{Entity: "entities/b", Role: "r"}, {Entity: "entities/a"}, {Entity: "entities/a"}}
	_, same := a.SameSaying(b)
	must.True(t, same)
	b.Speakers = b.Speakers[:1]
	field, same := a.SameSaying(b)
	must.False(t, same)
	must.Equal(t, field, "speakers")
	b.Text = "Other words."
	field, _ = a.SameSaying(b)
	must.Equal(t, field, "text_key")
}

func TestSameSayingMindsTheSignsThatWordsDoNotHave(t *testing.T) {
	differs := func(text, other string) string {
		a, b := printed("a", 1, 1), printed("b", 2, 2)
		a.Text, b.Text = text, other
		field, same := a.SameSaying(b)
		must.Equal(t, same, field == "")
		return field
	}
	for _, pair := range [][2]string{
		{"We pay $5.", "We pay \u20ac5."}, {"It was -5", "It was 5"}, {"It was \u22125", "It was 5"}, {"50% of us", "50 of us"},
		{"3.5 million", "3-5 million"}, {"1.500 men", "1\u00b7500 men"}, {"1/2 of it", "1-2 of it"}, {"10\u00b2 men", "102 men"},
		{"a < b", "a > b"}, {"Great \U0001F44D", "Great \U0001F44E"}, {"\U0001F44D\U0001F3FB yes", "\U0001F44D\U0001F3FF yes"}, {"-5 and 6", "5 and -6"},
		{"up .5 points", "up 5 points"}, {"up ,5 points", "up 5 points"}, {"3 .5 million", "3.5 million"}, {"10^6 men", "10 6 men"},
		{"- 5 degrees", "5 degrees"}, {"It was - 5", "It was 5"}, {"(\u2013 5)", "(5)"}, {"5 - 3", "5 3"}, {"5 -3", "5-3"}, {"-$5", "$5"},
		{"-.5", ".5"}, {"\u00a75", "5"}, {"#5", "5"}, {"5'10 tall", "510 tall"}, {"1234,567", "1234567"}, {"5:30", "5.30"},
		{"10 \u20ac6", "10 \u20ac 6"}, {"3.5\u20ac", "3.5$"},
	} {
		must.Equal(t, pair[0]+" / "+pair[1]+": "+differs(pair[0], pair[1]), pair[0]+" / "+pair[1]+": text")
	}
	for _, pair := range [][2]string{
		{"\u201cWe go\u201d \u2013 now!", "'WE GO' \u2014 now"}, {"3,000 of COVID-19", "3000 of covid 19"}, {"\uff045 \u2013 5\uff05", "$5 - 5%"}, {"3\u20135", "3-5"},
		{"Don\u2019t, he `said\u00b4", "don't he said"}, {"It was \u22125.", "It was -5"}, {"3'000 a/b", "3000 a b"},
		{"\u20ac5", "5 \u20ac"}, {"\u20ac3.5 million", "3,5\u00a0\u20ac million"}, {"-5 \u20ac", "-\u20ac5"}, {"1.5", "1\u00b75"}, {"up .5", "up ,5"}, {"Apple\u00ae 5", "Apple 5"},
		{"He said \u2013 5 men", "He said\u20145 men"}, {"He said\u2026 5 men ...5", "He said 5 men 5"}, {"#MeToo", "MeToo"}, {"- 5", "\u22125"},
	} {
		must.Equal(t, pair[0]+" / "+pair[1]+": "+differs(pair[0], pair[1]), pair[0]+" / "+pair[1]+": ")
	}
}
