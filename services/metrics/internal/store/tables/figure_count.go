package tables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
)

// CountFigures counts figures: those of the table of revisions by its columns, and those that only imports changed by what
// they share.
func (r reader) CountFigures(query store.Count) (store.Counts, error) {
	c := figureCount{reader: r, query: query, values: map[string]int{}}
	if err := c.countImported(); err != nil {
		return store.Counts{}, err
	}
	where, err := r.counted(query, r.showRestricted)
	if err != nil {
		return store.Counts{}, err
	}
	total, err := c.number(countRows+where.String(), where.Args()...)
	if err != nil {
		return store.Counts{}, err
	}
	counts := store.Counts{Total: total + c.importedTotal}
	if query.GroupBy == "" {
		return counts, nil
	}
	return counts, c.group(&counts, where)
}

const (
	// figureRows is the table of revisions of figures, with its alias.
	figureRows = "figure_revisions s"
	countRows  = "SELECT COUNT(*) FROM " + figureRows + " WHERE "
)

// counted is the condition that a count has a row of that table.
func (d *dialect) counted(query store.Count, showRestricted bool) (recorddb.Conditions, error) {
	return revtable.List{At: query.At, Filter: query.Filter, ShowDeleted: query.ShowDeleted, ShowRestricted: showRestricted}.Matching(
		revtable.Source{Table: figureRows, Columns: d.figureColumns})
}

// figureCount is one count.
type figureCount struct {
	reader
	query store.Count
	// values are how many figures have each value, first of those that only imports changed; importedTotal is how many of
	// those there are.
	values        map[string]int
	importedTotal int
}

func (c *figureCount) number(sql string, args ...any) (count int, err error) {
	_, err = c.Conn.QueryOne(sql, func(row recorddb.Row) error {
		count = int(row.Int64(0))
		return nil
	}, args...)
	return count, err
}

// group adds the groups of the table of revisions to those of the imported figures. Where the latter have a value, the
// greatest are known only once both are added up, so all are read.
func (c *figureCount) group(counts *store.Counts, where recorddb.Conditions) error {
	table, value := figureRows, c.figureColumns[c.query.GroupBy].Expr
	if c.query.GroupBy == "obs_status" {
		table, value = figureRows+" "+c.Statuses, "a.value"
	}
	none, err := c.number("SELECT COUNT(*) FROM "+table+" WHERE "+where.String()+" AND "+value+" IS NULL", where.Args()...)
	if err != nil {
		return err
	}
	c.values[""] += none
	limited := len(c.values) == 1
	sql := "SELECT " + value + " AS v, COUNT(*) AS n FROM " + table + " WHERE " + where.String() + " AND " + value + " IS NOT NULL GROUP BY v"
	args := where.Args()
	if limited {
		sql, args = sql+" ORDER BY n DESC, v "+recorddb.Limit, append(args, c.query.Limit)
	}
	rows := 0
	err = c.Conn.Query(sql, func(row recorddb.Row) error {
		rows++
		c.values[domain.GroupName(c.query.GroupBy, row.Text(0))] += int(row.Int64(1))
		return nil
	}, args...)
	if err != nil {
		return err
	}
	if limited && rows == c.query.Limit {
		distinct, err := c.number("SELECT COUNT(DISTINCT "+value+") FROM "+table+" WHERE "+where.String(), where.Args()...)
		if err != nil {
			return err
		}
		counts.Others = distinct - rows
	}
	for value, count := range c.values {
		if count > 0 {
			counts.Groups = append(counts.Groups, store.Group{Value: value, Count: count})
		}
	}
	slices.SortFunc(counts.Groups, func(a, b store.Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	if beyond := len(counts.Groups) - c.query.Limit; beyond > 0 {
		counts.Groups, counts.Others = counts.Groups[:c.query.Limit], counts.Others+beyond
	}
	return nil
}

// countImported counts the figures that only imports changed. The database counts those that have series and what they share
// in common; only if the filter asks for more, the rows of such are looked at one by one.
func (c *figureCount) countImported() error {
	if listquery.Match(c.query.Filter, domain.ImportedOperand) == listquery.No {
		return nil
	}
	list := importedList{
		reader: c.reader, query: store.List{At: c.query.At, Filter: c.query.Filter, ShowDeleted: c.query.ShowDeleted}, at: visible(c.query.At),
		filter: newImportedFilter(c.reader, c.query.Filter),
	}
	if some, err := list.pickSeries(); err != nil || !some {
		return err
	}
	for _, run := range list.runs() {
		if err := c.countRun(&list, run); err != nil {
			return err
		}
	}
	return nil
}

// runs are ranges of numbers of all series that may match.
func (l *importedList) runs() (all []seriesRun) {
	switch {
	case l.metric == "":
		return []seriesRun{{0, maxSlot}}
	case l.members == nil:
		return []seriesRun{{l.first, l.last}}
	}
	for _, number := range l.members {
		if last := len(all) - 1; last >= 0 && number-all[last].last <= maxGap {
			all[last].last = number
			continue
		}
		all = append(all, seriesRun{number, number})
	}
	return all
}

// sharing is how many figures have a series and an about in common.
type sharing struct {
	sharedKey
	count int
}

// countRun counts the figures of a run of series.
func (c *figureCount) countRun(list *importedList, run seriesRun) error {
	where := list.shown()
	where.Add("s.series >= ? AND s.series <= ?", run.first, run.last)
	if c.query.Filter == nil && c.query.GroupBy == "" {
		count, err := c.number("SELECT COUNT(*) FROM observations s WHERE "+where.String(), where.Args()...)
		c.importedTotal += count
		return err
	}
	var all []sharing
	err := c.Conn.Query("SELECT s.series, s.about, COUNT(*) FROM observations s WHERE "+where.String()+" GROUP BY s.series, s.about",
		func(row recorddb.Row) error {
			all = append(all, sharing{sharedKey{row.Int64(0), row.Int64(1)}, int(row.Int64(2))})
			return nil
		}, where.Args()...)
	if err != nil {
		return err
	}
	for _, some := range all {
		if err := c.add(list, some); err != nil {
			return err
		}
	}
	return nil
}

// add counts figures that have series and about in common.
func (c *figureCount) add(list *importedList, some sharing) error {
	if c.query.Filter != nil {
		verdict, err := list.filter.judge(some.sharedKey)
		if err != nil || verdict == listquery.No {
			return err
		}
		if verdict == listquery.Maybe {
			if some.count, err = c.countMatching(list, some.sharedKey); err != nil {
				return err
			}
		}
	}
	c.importedTotal += some.count
	if c.query.GroupBy == "" || some.count == 0 {
		return nil
	}
	values, err := c.valuesOf(some.sharedKey)
	for _, value := range values {
		c.values[value] += some.count
	}
	return err
}

// countMatching looks at the figures with a series and an about one by one.
func (c *figureCount) countMatching(list *importedList, key sharedKey) (count int, err error) {
	series, err := c.seriesNumbered(key.series)
	if err != nil {
		return 0, err
	}
	one := *list
	one.metric, one.members = series.metric, []int64{key.series}
	group := wholeGroup()
	group.where, group.args = "s.about = ?", []any{key.about}
	err = one.scan(group, false, nil, importedBatch, func(importedRow) bool {
		count++
		return true
	})
	list.looked = one.looked
	return count, err
}

// valuesOf are the values that the figures with a series and an about have of the field that is grouped by.
func (c *figureCount) valuesOf(key sharedKey) ([]string, error) {
	series, err := c.seriesNumbered(key.series)
	if err != nil {
		return nil, err
	}
	shared, err := c.about(series.metric, key.about)
	if err != nil {
		return nil, err
	}
	figure := shared.template
	figure.Metric, figure.Frequency = series.metric, series.place.Frequency
	return figure.GroupValues(c.query.GroupBy), nil
}
