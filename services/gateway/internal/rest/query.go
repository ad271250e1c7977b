package rest

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// checkQuery checks the parameters of a request and returns them as the
// conversion expects them: snake_case names, one value each except for lists. What
// the gateway's own ask for is returned beside them. All that is wrong is reported
// at once.
func (op *operation) checkQuery(raw string) (url.Values, form, error) {
	if raw == "" {
		return make(url.Values), form{}, nil
	}
	parameters, err := parseQuery(raw)
	if err != nil {
		return nil, form{}, err
	}
	check := queryCheck{op: op, canonical: make(url.Values), written: make(map[string]string)}
	for _, parameter := range parameters {
		check.add(parameter.name, parameter.value)
	}
	if problem := beside.Problem(check.form.beside); problem != "" {
		check.violations.Add(beside.Parameter, malformedParameter, "%s", problem)
	}
	return check.canonical, check.form, check.violations.Err()
}

type parameter struct{ name, value string }

// parseQuery splits a query string without losing the order of parameters.
func parseQuery(raw string) ([]parameter, error) {
	if raw == "" {
		return nil, nil
	}
	if strings.Contains(raw, ";") {
		return nil, errs.Invalid("", malformedQuery, "the query has a semicolon: separate parameters with &, and write a semicolon in a value as %%3B")
	}
	var parameters []parameter
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if nameErr != nil || valueErr != nil {
			return nil, errs.Invalid("", malformedQuery, "the query has a %% that is not followed by two hexadecimal digits")
		}
		if !utf8.ValidString(name) {
			return nil, errs.Invalid("", invalidUTF8, "the query has a parameter name that is not valid UTF-8")
		}
		parameters = append(parameters, parameter{name, value})
	}
	return parameters, nil
}

// queryCheck collects parameters and what is wrong with them.
type queryCheck struct {
	op        *operation
	canonical url.Values
	// written is the name by which each field was given.
	written    map[string]string
	form       form
	violations errs.Violations
}

func (c *queryCheck) add(name, value string) {
	if c.violations.Len() >= maxViolations {
		return
	}
	if slices.Contains(c.op.own, name) {
		c.addOwn(name, value)
		return
	}
	base, key, hasKey := cutKey(name)
	field := c.op.query[base]
	if field == nil {
		c.violations.Add(name, unknownParameter, "%s", c.op.unknownText(name))
		return
	}
	path := field.JSONName()
	if hasKey != field.IsMap() {
		if hasKey {
			c.violations.Add(path, malformedParameter, "takes no key in brackets")
		} else {
			c.violations.Add(path, malformedParameter, "needs a key in brackets, such as %s[REF_AREA]=US", base)
		}
		return
	}
	slot := string(field.Name())
	if hasKey {
		slot += "[" + key + "]"
		path += "[" + key + "]"
	}
	if first, given := c.written[slot]; given && (!field.IsList() || first != name) {
		if first == name {
			c.violations.Add(path, duplicateParameter, "is given more than once")
		} else {
			c.violations.Add(path, duplicateParameter, "%s and %s are two names of one parameter: give one", first, name)
		}
		return
	}
	c.written[slot] = name
	if reason, problem := checkParameter(field, value); problem != "" {
		c.violations.Add(path, reason, "%s", problem)
		return
	}
	if field == c.op.mask {
		value = snakePaths(value, c.op.body)
	}
	c.canonical[slot] = append(c.canonical[slot], value)
}

// addOwn takes a parameter of the gateway alone.
func (c *queryCheck) addOwn(name, value string) {
	if name == beside.Parameter {
		c.form.beside = append(c.form.beside, value)
		return
	}
	if _, given := c.written[name]; given {
		c.violations.Add(name, duplicateParameter, "is given more than once")
		return
	}
	c.written[name] = name
	if name == fieldsParameter {
		c.addFields(value)
		return
	}
	format, ok := formats.Parse(value, c.op.forms)
	if !ok {
		c.violations.Add(name, unknownEnumValue, "%s is not one of %s", quote(value), strings.Join(formats.Names(c.op.forms), ", "))
	}
	c.form.asked = format
}

func (c *queryCheck) addFields(value string) {
	switch {
	case !utf8.ValidString(value):
		c.violations.Add(fieldsParameter, invalidUTF8, "is not valid UTF-8")
	case strings.Trim(value, ", ") == "":
		c.violations.Add(fieldsParameter, malformedParameter, "must be field paths, separated by commas")
	}
	c.form.fields = value
}

// cutKey splits "dimensions[REF_AREA]". A key has no brackets itself.
func cutKey(name string) (base, key string, ok bool) {
	base, rest, _ := strings.Cut(name, "[")
	key, closed := strings.CutSuffix(rest, "]")
	if base == "" || !closed || strings.ContainsAny(key, "[]") {
		return name, "", false
	}
	return base, key, true
}

// unknownText says why there is no such parameter, and which there are.
func (op *operation) unknownText(name string) string {
	text := "there is no parameter " + quote(name) + " here"
	switch {
	case op.body == op.input:
		return text + ": this method takes its whole request in the body; the parameters are " + strings.Join(op.own, ", ")
	case name == op.pathField:
		return text + ": the path says it"
	case name == op.bodyField:
		return text + ": the body says it"
	}
	names := slices.Clone(op.own)
	for written, field := range op.query {
		if written == string(field.Name()) {
			names = append(names, written)
		}
	}
	slices.Sort(names)
	return text + "; the parameters are " + strings.Join(names, ", ")
}

// checkParameter returns what is wrong with one value, "" if nothing.
func checkParameter(field protoreflect.FieldDescriptor, value string) (reason, problem string) {
	if !utf8.ValidString(value) {
		return invalidUTF8, "is not valid UTF-8"
	}
	if strings.ContainsRune(value, 0) {
		return nulCharacter, "has a NUL character"
	}
	if field.IsMap() {
		return "", ""
	}
	switch field.Kind() {
	case protoreflect.BoolKind:
		if value != "true" && value != "false" {
			return malformedParameter, "must be true or false"
		}
	case protoreflect.EnumKind:
		return unknownEnumValue, checkText(value, field)
	default:
		return malformedParameter, checkText(value, field)
	}
	return "", ""
}

// snakePaths turns the paths of an update mask into proto names. A path that
// names no field stays as it is: the service refuses it by name.
func snakePaths(mask string, resource protoreflect.MessageDescriptor) string {
	paths := strings.Split(mask, ",")
	for i, path := range paths {
		paths[i] = snakePath(strings.TrimSpace(path), resource)
	}
	return strings.Join(paths, ",")
}

func snakePath(path string, message protoreflect.MessageDescriptor) string {
	segments := strings.Split(path, ".")
	for i, segment := range segments {
		if message == nil {
			break
		}
		field := message.Fields().ByJSONName(segment)
		if field == nil {
			field = message.Fields().ByName(protoreflect.Name(segment))
		}
		if field == nil {
			break
		}
		segments[i] = string(field.Name())
		message = field.Message()
	}
	return strings.Join(segments, ".")
}
