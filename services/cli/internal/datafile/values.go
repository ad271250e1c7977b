package datafile

import (
	"slices"
	"strings"
)

// values are the cells of a row by what they are.
type values map[part]string

func (v values) fixed(id string) string { return v[part{fixedPart, id}] }

// note adds notes to the comment.
func (v values) note(notes ...string) {
	comment := part{fixedPart, idComment}
	if said := v[comment]; said != "" {
		notes = append([]string{said}, notes...)
	}
	if len(notes) > 0 {
		v[comment] = strings.Join(notes, "; ")
	}
}

// keyParts are the fixed components by which figures are told apart.
var keyParts = []string{idPeriod, idFreq, idRelease, idProducer, idTitle, idLicense, idURI, idCounted}

func (p part) isKey() bool {
	return p.kind == dimensionPart || p.kind == fixedPart && slices.Contains(keyParts, p.id)
}

// besideKey is what a row says beside its key, the first by name; "" if nothing.
func (v values) besideKey() string {
	first := ""
	for cell, value := range v {
		if value != "" && cell.kind != unknownPart && !cell.isKey() && (first == "" || cell.id < first) {
			first = cell.id
		}
	}
	return first
}
