package reference

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// What the template shows.
type (
	view struct {
		Title, Version, Description string
		Groups                      []group
		Schemas                     []schemaView
	}

	group struct {
		Name, Description string
		Operations        []operationView
	}

	operationView struct {
		Anchor, Method, Path   string
		Summary, Description   string
		Parameters             []field
		Body                   []field
		BodyOf, Answer         typeView
		Reasons                []string
		Example, Role          string
		HasBody, HasParameters bool
	}

	// field is a parameter or a property.
	field struct {
		Name, In, Description, Limits string
		Type                          typeView
		Required, ReadOnly            bool
	}

	// typeView is a type in words; Anchor leads to its schema, "" for none.
	typeView struct{ Text, Anchor string }

	schemaView struct {
		Anchor, Name, Description string
		Fields                    []field
		Values                    []string
	}
)

// methodOrder is the order of methods at one path.
var methodOrder = map[string]int{"get": 0, "post": 1, "patch": 2, "delete": 3}

func viewOf(d *document) view {
	v := view{Title: d.Info.Title, Version: d.Info.Version, Description: d.Info.Description}
	groups := make(map[string]int)
	for _, tag := range d.Tags {
		groups[tag.Name] = len(v.Groups)
		v.Groups = append(v.Groups, group{Name: tag.Name, Description: tag.Description})
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		operations := d.Paths[path]
		methods := slices.SortedFunc(maps.Keys(operations), func(a, b string) int { return cmp.Compare(methodOrder[a], methodOrder[b]) })
		for _, method := range methods {
			op := operations[method]
			if len(op.Tags) == 0 {
				continue
			}
			if at, ok := groups[op.Tags[0]]; ok {
				v.Groups[at].Operations = append(v.Groups[at].Operations, d.operationView(path, method, op))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		v.Schemas = append(v.Schemas, d.schemaView(name))
	}
	return v
}

func (d *document) operationView(path, method string, op operation) operationView {
	out := operationView{
		Anchor: op.ID, Method: strings.ToUpper(method), Path: path,
		Summary: op.Summary, Description: op.Description,
		Answer:  typeOf(op.Responses["200"].Content.json()),
		Reasons: reasons(op), Example: curl(path, method, op), Role: op.Role,
	}
	for _, p := range op.Parameters {
		if p.In == "header" {
			continue // they mean the same everywhere, so the page says it once
		}
		out.Parameters = append(out.Parameters, field{
			Name: p.Name, In: p.In, Description: p.Description, Required: p.Required,
			Type: typeOf(&p.Schema), Limits: limits(&p.Schema),
		})
	}
	if body := op.RequestBody.Content.json(); body != nil {
		out.HasBody, out.BodyOf = true, typeOf(body)
		out.Body = fields(body)
	}
	out.HasParameters = len(out.Parameters) > 0
	return out
}

func (d *document) schemaView(name string) schemaView {
	s := d.Components.Schemas[name]
	return schemaView{Anchor: anchorOf(name), Name: name, Description: s.Description, Fields: fields(s), Values: s.Enum}
}

// fields lists the properties of a schema by name.
func fields(s *schema) []field {
	var out []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		property := s.Properties[name]
		out = append(out, field{
			Name: name, Description: property.Description, Type: typeOf(property), Limits: limits(property),
			Required: slices.Contains(s.Required, name), ReadOnly: property.ReadOnly,
		})
	}
	return out
}

func anchorOf(name string) string { return "type-" + name }

// typeOf names a type; the package of a schema's name says nothing to a reader.
func typeOf(s *schema) typeView {
	switch {
	case s == nil:
		return typeView{}
	case len(s.OneOf) > 0: // the usual form first
		return typeOf(s.OneOf[0])
	case s.Ref != "":
		return typeView{Text: shortName(s.refName()), Anchor: anchorOf(s.refName())}
	case s.Type == "array":
		item := typeOf(s.Items)
		return typeView{Text: "array of " + item.Text, Anchor: item.Anchor}
	case s.Type == "object" && len(s.Additional) > 0 && len(s.Properties) == 0:
		return typeView{Text: "object of strings"}
	case s.Format != "":
		return typeView{Text: s.Type + " (" + s.Format + ")"}
	default:
		return typeView{Text: s.Type}
	}
}

// shortName takes the proto package off a schema's name.
func shortName(name string) string {
	if _, rest, ok := strings.Cut(name, ".v1."); ok {
		return rest
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}
