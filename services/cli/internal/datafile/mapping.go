package datafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// MaxMapping is the greatest length of a mapping in bytes.
const MaxMapping = 1 << 20

// Skip leaves observations without a value out, as Mapping.Empty.
const Skip = "skip"

// Mapping says what the columns of a file are. It is YAML; the keys are those of
// the fields below, the first letter small. What stands in the cells of a row is
// put together in this order: Set, Columns, the Set of a group of Values; then
// Codes and Times translate.
type Mapping struct {
	// Format is SDMXCSV, SDMXJSON, SDMXML or CSV. Empty: the file says it.
	Format string `yaml:"format"`
	// Metric is the metric, as the API has it; it is put on record if it is not there.
	Metric *metricsv1.Metric `yaml:"-"`
	// Template is what all figures have in common: origin, unit, unitMult and so on.
	Template *metricsv1.Figure `yaml:"-"`
	// Delimiter is what separates cells. Empty: a comma, and of SDMX-CSV what follows
	// the header's first cell.
	Delimiter string `yaml:"delimiter"`
	// Header is how the header begins, cell for cell, of a file that has other lines before
	// it: they are left out. Empty: the header is the first row.
	Header []string `yaml:"header"`
	// DecimalComma says that numbers are written with a comma instead of a point.
	DecimalComma bool `yaml:"decimalComma"`
	// Thousands is what separates groups of three digits. A number with a mark that
	// neither this nor DecimalComma explains is refused.
	Thousands string `yaml:"thousands"`
	// Columns says what a column is: a dimension, an attribute, or one of TIME_PERIOD,
	// OBS_VALUE, FREQ, OBS_STATUS, CONF_STATUS, EMBARGO_TIME, DECIMALS, UNIT_MEASURE, UNIT_MULT,
	// RELEASE_TIME, COMMENT_OBS, LOWER, UPPER, or another column of an export.
	Columns map[string]string `yaml:"columns"`
	// Ignore are columns that say nothing of interest; "" stands for all that have no
	// name, which must be empty otherwise.
	Ignore []string `yaml:"ignore"`
	// Set gives components a text, with {NAME} for the cell of a column.
	Set map[string]string `yaml:"set"`
	// Codes translates what a component is written as. Of such a component any other
	// text is a fault.
	Codes map[string]map[string]string `yaml:"codes"`
	// Times translates TIME_PERIOD and RELEASE_TIME: both ways of writing are given as
	// they would write Monday, 2 January 2006, 15:04:05.
	Times map[string]TimeLayout `yaml:"times"`
	// Values are groups of columns of a wide table, of which each cell is an
	// observation.
	Values []Values `yaml:"values"`
	// Missing says which values stand for none.
	Missing []Missing `yaml:"missing"`
	// Flags are what may stand after a value, such as p or (p), each with its SDMX
	// OBS_STATUS; empty if it says nothing. Several may stand after each other.
	Flags map[string]string `yaml:"flags"`
	// Empty is what an empty value means: a missing_reason of the API, or Skip. Empty:
	// what the service makes of it.
	Empty string `yaml:"empty"`
	// Test takes a file of SDMX-JSON or SDMX-ML that says of itself that it is a test.
	Test bool `yaml:"test"`
	// Skip are rows to leave out: those whose cells all are as one of them says.
	Skip []map[string]string `yaml:"skip"`
}

// Values is a group of columns of which each cell is an observation.
type Values struct {
	// Columns are their names, each with the text that {column} stands for.
	Columns map[string]string `yaml:"columns"`
	// Matching chooses columns by name instead, which {column} stands for, or the part of
	// it that the pattern calls column.
	Matching string `yaml:"matching"`
	// Set is as in Mapping, with {column}.
	Set map[string]string `yaml:"set"`

	pattern *regexp.Regexp
}

// Missing says which values stand for none.
type Missing struct {
	// When is what cells of the row say; all of them.
	When map[string]string `yaml:"when"`
	// Columns are the columns of values that it is for. Empty: all.
	Columns []string `yaml:"columns"`
	// Value is the text that stands for none. Empty: any.
	Value string `yaml:"value"`
	// Trailing finds values and columns instead: those of what had not come yet.
	Trailing *Trailing `yaml:"trailing"`
	// Reason is a missing_reason of the API.
	Reason string `yaml:"reason"`
	// ObsStatus is an SDMX OBS_STATUS to add, Comment a note.
	ObsStatus string `yaml:"obsStatus"`
	Comment   string `yaml:"comment"`
}

// mappingFile is a mapping with the parts that are messages of the API.
type mappingFile struct {
	Mapping `yaml:",inline"`

	Metric   map[string]any `yaml:"metric"`
	Template map[string]any `yaml:"template"`
}

// ParseMapping reads a mapping. A key that it does not know is an error.
func ParseMapping(content []byte) (*Mapping, error) {
	if len(content) > MaxMapping {
		return nil, fmt.Errorf("mapping: longer than %d MiB", MaxMapping>>20)
	}
	if !utf8.Valid(content) {
		return nil, errors.New("mapping: it is not UTF-8")
	}
	var file mappingFile
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("mapping: %w", yamlWords(err))
	}
	m := &file.Mapping
	m.Metric, m.Template = &metricsv1.Metric{}, &metricsv1.Figure{}
	if err := message(file.Metric, m.Metric); err != nil {
		return nil, fmt.Errorf("mapping: metric: %w", err)
	}
	if err := message(file.Template, m.Template); err != nil {
		return nil, fmt.Errorf("mapping: template: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	return m, nil
}

// message reads a message of the API that stands in YAML.
func message(from map[string]any, into proto.Message) error {
	if from == nil {
		return nil
	}
	text, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("it is no JSON: %w", err)
	}
	if err := protojson.Unmarshal(text, into); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\u00a0", " "))
	}
	return nil
}

// check says what is wrong with a mapping by itself.
func (m *Mapping) check() error {
	if !slices.Contains([]string{"", SDMXCSV, SDMXJSON, SDMXML, CSV}, m.Format) {
		return fmt.Errorf("format %q: want %s, %s, %s or %s", m.Format, SDMXCSV, SDMXJSON, SDMXML, CSV)
	}
	if m.Delimiter != "" && (utf8.RuneCountInString(m.Delimiter) != 1 || strings.ContainsAny(m.Delimiter, "\"\r\n\ufffd")) {
		return fmt.Errorf("delimiter %q: want one character, no quotation mark and no line end", m.Delimiter)
	}
	mark := "."
	if m.DecimalComma {
		mark = ","
	}
	if m.Thousands == mark || strings.ContainsAny(m.Thousands, "+-0123456789") {
		return fmt.Errorf("thousands %q: want a mark that is neither a digit, a sign nor the decimal mark", m.Thousands)
	}
	if m.Empty != "" && m.Empty != Skip && reasonOf(m.Empty) == 0 {
		return fmt.Errorf("empty %q: want %s or a missing_reason", m.Empty, Skip)
	}
	if slices.ContainsFunc(m.Header, func(name string) bool { return strings.TrimSpace(name) == "" }) {
		return errors.New("header: want the names with which the header begins, none of them empty")
	}
	if wrong := m.idle(m.Format); wrong != "" {
		return errors.New(wrong)
	}
	for flag := range m.Flags {
		if flag == "" || flag != strings.TrimSpace(flag) || strings.ContainsAny(flag, "+-.,%‰$€£0123456789") {
			return fmt.Errorf("flags %q: want marks that are no part of a number and no unit", flag)
		}
	}
	for id, layout := range m.Times {
		if wrong := layout.wrong(id); wrong != "" {
			return fmt.Errorf("times of %s: %s", id, wrong)
		}
	}
	for i, missing := range m.Missing {
		if reasonOf(missing.Reason) == 0 {
			return fmt.Errorf("missing[%d]: reason %q is no missing_reason", i, missing.Reason)
		}
		if missing.Trailing == nil {
			continue
		}
		if wrong := missing.Trailing.check(&missing); wrong != "" {
			return fmt.Errorf("missing[%d]: %s", i, wrong)
		}
	}
	for i := range m.Values {
		group := &m.Values[i]
		if (len(group.Columns) == 0) == (group.Matching == "") {
			return fmt.Errorf("values[%d]: want either columns or matching", i)
		}
		if group.Matching == "" {
			continue
		}
		var err error
		if group.pattern, err = regexp.Compile(group.Matching); err != nil {
			return fmt.Errorf("values[%d]: %w", i, err)
		}
	}
	return nil
}

// idle is what of a mapping does nothing in a file of a format, for people; "" if
// nothing is.
func (m *Mapping) idle(format string) string {
	switch {
	case m == nil:
		return ""
	case len(m.Values) > 0 && format != "" && format != CSV:
		return "values is for tables of format " + CSV + ": SDMX has a column of values"
	case len(m.Header) > 0 && format != CSV:
		return "header is for tables of format " + CSV + ": SDMX begins with its own"
	case (format == SDMXJSON || format == SDMXML) && (len(m.Set)+len(m.Missing)+len(m.Skip)+len(m.Flags) > 0 || m.Empty != "" || m.Delimiter != ""):
		return "set, missing, flags, skip, empty and delimiter are for tables: SDMX-JSON and SDMX-ML have no rows"
	}
	return ""
}

// sets says that the mapping gives rows a component, whatever they say themselves.
func (m *Mapping) sets(id string) bool {
	_, has := m.Set[id]
	return has || slices.ContainsFunc(m.Values, func(group Values) bool { _, has := group.Set[id]; return has })
}

func reasonOf(name string) metricsv1.Figure_MissingReason {
	return metricsv1.Figure_MissingReason(metricsv1.Figure_MissingReason_value[name])
}
