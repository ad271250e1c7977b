package query

import "github.com/onrecord/onrecord/services/metrics/internal/domain"

// best keeps for each period the row of the best source that has a number; a change only where nothing else is. Rows without a date are
// about no known period, and stay.
func best(rows []row) []row {
	var kept []row
	for start := 0; start < len(rows); {
		end := start + 1
		for end < len(rows) && samePeriod(rows[start].o.Period, rows[end].o.Period) {
			end++
		}
		if rows[start].o.Period.Dated() {
			kept = append(kept, rows[start+bestOf(rows[start:end])])
		} else {
			kept = append(kept, rows[start:end]...)
		}
		start = end
	}
	return kept
}

// bestOf is the place of the best among the rows of one period.
func bestOf(rows []row) int {
	change := -1
	for i := range rows {
		switch {
		case !rows[i].hasNumber():
		case rows[i].o.Kind == domain.KindChange:
			if change < 0 {
				change = i
			}
		default:
			return i
		}
	}
	return max(change, 0)
}
