package transfer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
)

// placeOf is what a row says of which figures it is about: dimensions, and under
// names that no dimension has, frequency, release and source.
func placeOf(row datafile.Row) map[string]string {
	place := maps.Clone(row.Dimensions)
	if place == nil {
		place = map[string]string{}
	}
	frequency := ""
	if row.Frequency != 0 {
		frequency = row.Frequency.String()
	}
	for name, value := range map[string]string{
		" frequency": frequency, " release": row.Observation.GetReleaseTime().GetEdtf(), " producer": row.Source.Producer, " title": row.Source.Title,
	} {
		if value != "" {
			place[name] = value
		}
	}
	return place
}

// addGroup remembers what a row says for those that follow.
func (f *FigureImport) addGroup(row datafile.Row) {
	place := placeOf(row)
	ids := strings.Join(slices.Sorted(maps.Keys(place)), "\x00")
	if f.byGroup[ids] == nil {
		f.byGroup[ids] = map[string]*group{}
		f.sets = append(f.sets, ids)
		slices.SortStableFunc(f.sets, func(a, b string) int { return strings.Count(b, "\x00") - strings.Count(a, "\x00") })
	}
	one := &group{row: row}
	f.groups = append(f.groups, one)
	f.byGroup[ids][valuesOf(place, ids)] = one
}

// valuesOf are the values of some parts of a place.
func valuesOf(place map[string]string, ids string) string {
	var out strings.Builder
	for id := range strings.SplitSeq(ids, "\x00") {
		out.WriteString(place[id] + "\x00")
	}
	return out.String()
}

// withGroups adds what holds for an observation and what it does not say itself.
func (f *FigureImport) withGroups(row *datafile.Row) {
	if len(f.sets) == 0 || row.Observation.GetAction() == metricsv1.ImportedObservation_DELETE {
		return
	}
	place := placeOf(*row)
	for _, ids := range f.sets {
		if one := f.byGroup[ids][valuesOf(place, ids)]; one != nil {
			one.used = true
			handDown(row.Observation, one.row.Observation)
			row.Source.CountedObject = cmp.Or(row.Source.CountedObject, one.row.Source.CountedObject)
		}
	}
}

// handDown gives an observation what another says and it does not.
func handDown(to, from *metricsv1.ImportedObservation) {
	for id, value := range from.GetAttributes() {
		if to.Attributes == nil {
			to.Attributes = map[string]string{}
		}
		to.Attributes[id] = cmp.Or(to.GetAttributes()[id], value)
	}
	if len(to.GetObsStatus()) == 0 {
		to.ObsStatus = from.GetObsStatus()
	}
	to.ConfStatus, to.Comment = cmp.Or(to.GetConfStatus(), from.GetConfStatus()), cmp.Or(to.GetComment(), from.GetComment())
	to.EmbargoEndTime = cmp.Or(to.GetEmbargoEndTime(), from.GetEmbargoEndTime())
	to.Unit, to.UnitMult, to.Decimals = cmp.Or(to.GetUnit(), from.GetUnit()), cmp.Or(to.UnitMult, from.UnitMult), cmp.Or(to.Decimals, from.Decimals)
}
