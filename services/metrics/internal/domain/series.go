package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// SeriesKey is what all figures of one series have in common. Series are derived from figures, never written.
type SeriesKey struct {
	Metric     string // id
	Dimensions map[string]string
	Frequency  string // "" for figures that stand alone
}

// Series returns the key of the series that a figure is in.
func (f Figure) Series() SeriesKey {
	dimensions := f.Dimensions
	if f.SeriesDimensions != nil {
		dimensions = f.SeriesDimensions
	}
	return SeriesKey{Metric: f.Metric, Dimensions: dimensions, Frequency: f.Frequency}
}

// CanonicalDimensions writes dimension values as JSON with sorted keys: equal dimensions have equal text, and its byte order is the order
// in which series are listed.
func CanonicalDimensions(dimensions map[string]string) string {
	if len(dimensions) == 0 {
		return "{}"
	}
	text, err := json.Marshal(dimensions)
	if err != nil { // a map of strings always has JSON
		return "{}"
	}
	return string(text)
}

// ParseDimensions reads what CanonicalDimensions writes.
func ParseDimensions(canonical string) (dimensions map[string]string, err error) {
	err = json.Unmarshal([]byte(canonical), &dimensions)
	return dimensions, err
}

// Text returns a short name of the series, the same wherever it is computed: the first 16 bytes of a SHA-256, in hexadecimal.
func (k SeriesKey) Text() string {
	sum := sha256.Sum256([]byte(k.Metric + "\n" + k.Frequency + "\n" + CanonicalDimensions(k.Dimensions)))
	return hex.EncodeToString(sum[:16])
}

// Series is a series as it stood at a read time.
type Series struct {
	Key   SeriesKey
	Count int
	// First and Last are the earliest and the latest period in time order; without a date if no figure has one.
	First, Last TimePeriod
}
