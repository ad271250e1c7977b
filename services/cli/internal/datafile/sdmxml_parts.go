package datafile

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// begin is an element with its attributes, which of structure-specific data are its
// components. Those of XML itself say nothing of the data, and those called but are read
// elsewhere; any other of a namespace may be meant to say something.
func (p *mlParser) begin(element xml.StartElement, line int, but ...string) *sdmxPart {
	part := &sdmxPart{name: element.Name.Local, line: line}
	for _, one := range element.Attr {
		space, name := one.Name.Space, one.Name.Local
		switch {
		case slices.Contains(xmlSpaces, space), space == "" && name == "xmlns":
		case (space == "" || space == p.names.specific) && slices.Contains(but, name):
		case space == "" && !p.generic:
			part.say(name, strings.TrimSpace(one.Value))
		default:
			part.refuse(interchange.MalformedRow, name, "%s has the attribute %s of the namespace %q, which it cannot have", part.name, name, space)
		}
	}
	return part
}

// xmlSpaces are the namespaces of attributes that any element may have: of declarations
// of namespaces, of XML and of its schemas.
var xmlSpaces = []string{"xmlns", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2001/XMLSchema-instance"}

// whole reads an element to its end.
func (p *mlParser) whole(part *sdmxPart) error {
	text, err := p.children(func(element xml.StartElement) error { return p.within(part, element) })
	if text != "" {
		part.refuse(interchange.MalformedRow, "", "the text %q stands in %s, where only elements may", text, part.name)
	}
	part.end = p.end()
	return err
}

// within reads an element of a part, which says something of it.
func (p *mlParser) within(part *sdmxPart, element xml.StartElement) error {
	name := element.Name.Local
	data := slices.Contains(p.spaces, element.Name.Space)
	switch {
	case name == "Annotations" && element.Name.Space == p.names.common:
		return p.annotations(part)
	case !data:
	case p.generic && (name == part.name+"Key" || name == "Attributes"):
		before := len(part.cells)
		err := p.values(part)
		for _, cell := range part.cells[before:] {
			if name == "GroupKey" {
				part.keys = append(part.keys, cell.id)
			}
		}
		return err
	case p.generic && part.name == "Obs" && name == "ObsDimension":
		return p.valueOf(part, element, p.structure.dimension)
	case p.generic && part.name == "Obs" && name == "ObsValue":
		return p.valueOf(part, element, idValue)
	case !p.generic && name == "Comp":
		return p.complex(part, element)
	}
	part.refuse(interchange.MalformedRow, name, "the element %s of the namespace %q is nothing that %s can have", name, element.Name.Space, part.name)
	_, err := p.skip()
	return err
}

// values reads the components of generic data.
func (p *mlParser) values(part *sdmxPart) error {
	text, err := p.children(func(element xml.StartElement) error {
		if element.Name.Local != "Value" || element.Name.Space != p.names.generic {
			part.refuse(interchange.MalformedRow, element.Name.Local, "the element %s stands where only Value may", element.Name.Local)
		}
		return p.valueOf(part, element, "")
	})
	if text != "" {
		part.refuse(interchange.MalformedRow, "", "the text %q stands where only Value may", text)
	}
	return err
}

// valueOf reads a component of generic data, which has an id where it needs one.
func (p *mlParser) valueOf(part *sdmxPart, element xml.StartElement, id string) error {
	said, _ := attributeOf(element, "", "id")
	value, has := attributeOf(element, "", "value")
	switch id = cmp.Or(said, id); {
	case id == "" || id == allDimensions:
		part.refuse(interchange.MalformedRow, element.Name.Local, "the element %s has no id, and the header does not say of which dimension it is", element.Name.Local)
	case !has:
		part.refuse(interchange.MalformedRow, id, "the element %s of %s has no value", element.Name.Local, id)
	default:
		part.say(id, value)
	}
	text, err := p.skip()
	if text != "" {
		part.refuse(interchange.MalformedRow, id, "the text %q stands in %s: want it as its attribute value", text, element.Name.Local)
	}
	return err
}

// complex reads a component of structure-specific data that is no attribute of XML: it
// has several values, or one in several languages.
func (p *mlParser) complex(part *sdmxPart, element xml.StartElement) error {
	id, _ := attributeOf(element, "", "id")
	var all []string
	text, err := p.children(func(value xml.StartElement) error {
		if value.Name.Local != "Value" || !slices.Contains(p.spaces, value.Name.Space) {
			part.refuse(interchange.MalformedRow, id, "the element %s of the namespace %q stands in Comp, where only Value may", value.Name.Local, value.Name.Space)
		}
		said, err := p.text()
		all = append(all, said)
		return err
	})
	if id == "" || text != "" {
		part.refuse(interchange.MalformedRow, id, "the element Comp wants an id, and its values in elements Value")
		return err
	}
	part.say(id, strings.Join(all, jsonSeparator))
	return err
}

// annotations are notes.
func (p *mlParser) annotations(part *sdmxPart) error {
	_, err := p.children(func(xml.StartElement) error {
		var text, title languages
		_, err := p.children(func(element xml.StartElement) error {
			said, err := p.skip()
			switch element.Name.Local {
			case "AnnotationText":
				text.add(element, said)
			case "AnnotationTitle":
				title.add(element, said)
			}
			return err
		})
		if note := cmp.Or(text.text(), title.text()); note != "" {
			part.notes = append(part.notes, note)
		}
		return err
	})
	return err
}
