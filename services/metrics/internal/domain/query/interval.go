package query

// interval is the numbers that a number may be. A nil end is unbounded. Ends are never changed.
type interval struct {
	low, high     *fraction
	lowIn, highIn bool // whether the end itself is one of the numbers
}

func exactly(r *fraction) interval { return interval{low: r, high: r, lowIn: true, highIn: true} }

// isPoint reports whether there is one number only.
func (i interval) isPoint() bool {
	return i.low != nil && i.high != nil && (i.low == i.high || i.low.Cmp(i.high) == 0)
}

// plus returns all sums.
func (i interval) plus(o interval) interval {
	sum := interval{lowIn: i.lowIn && o.lowIn, highIn: i.highIn && o.highIn}
	if i.low != nil && o.low != nil {
		sum.low = i.low.plus(o.low)
	}
	if i.isPoint() && o.isPoint() {
		sum.high = sum.low
	} else if i.high != nil && o.high != nil {
		sum.high = i.high.plus(o.high)
	}
	return sum.tidy()
}

// minus returns all differences.
func (i interval) minus(o interval) interval { return i.plus(o.negative()) }

func (i interval) negative() interval {
	n := interval{lowIn: i.highIn, highIn: i.lowIn}
	if i.high != nil {
		n.low = i.high.negative()
	}
	if i.isPoint() {
		n.high = n.low
	} else if i.low != nil {
		n.high = i.low.negative()
	}
	return n
}

// scaled returns all numbers times a number above zero.
func (i interval) scaled(by *fraction) interval {
	s := i
	if i.low != nil {
		s.low = i.low.times(by)
	}
	if i.isPoint() {
		s.high = s.low
	} else if i.high != nil {
		s.high = i.high.times(by)
	}
	return s
}

// over returns all quotients; ok is false if the divisor may be zero.
func (i interval) over(o interval) (quotients interval, ok bool) {
	if i.isPoint() && o.isPoint() && o.low.Sign() != 0 {
		return exactly(i.low.over(o.low)), true
	}
	inverse, ok := o.inverse()
	if !ok {
		return interval{}, false
	}
	return i.times(inverse), true
}

// inverse returns 1/x of all numbers; ok is false if zero is among them.
func (i interval) inverse() (inverted interval, ok bool) {
	switch {
	case i.low != nil && (i.low.Sign() > 0 || i.low.Sign() == 0 && !i.lowIn):
	case i.high != nil && (i.high.Sign() < 0 || i.high.Sign() == 0 && !i.highIn):
		mirrored, ok := i.negative().inverse()
		return mirrored.negative(), ok
	default:
		return interval{}, false
	}
	inverted = interval{lowIn: i.highIn, highIn: i.lowIn}
	if i.high == nil { // the quotients come as near to zero as one likes
		inverted.low, inverted.lowIn = whole(0), false
	} else {
		inverted.low = whole(1).over(i.high)
	}
	if i.isPoint() {
		inverted.high = inverted.low
	} else if i.low.Sign() > 0 {
		inverted.high = whole(1).over(i.low)
	}
	return inverted.tidy(), true
}

// end is an end of an interval; infinite is -1 or +1 where there is none.
type end struct {
	value    *fraction
	infinite int
	in       bool
}

func (i interval) ends() [2]end {
	ends := [2]end{{value: i.low, in: i.lowIn}, {value: i.high, in: i.highIn}}
	if i.low == nil {
		ends[0].infinite = -1
	}
	if i.high == nil {
		ends[1].infinite = 1
	}
	return ends
}

func (e end) sign() int {
	if e.infinite != 0 {
		return e.infinite
	}
	return e.value.Sign()
}

// times multiplies ends. Zero times what has no end is zero: every number of the interval, times zero, is.
func (e end) times(o end) end {
	sign := e.sign() * o.sign()
	switch {
	case sign == 0:
		return end{value: whole(0), in: e.sign() == 0 && e.in || o.sign() == 0 && o.in}
	case e.infinite != 0 || o.infinite != 0:
		return end{infinite: sign}
	default:
		return end{value: e.value.times(o.value), in: e.in && o.in}
	}
}

func (e end) compare(o end) int {
	switch {
	case e.infinite != 0 || o.infinite != 0:
		return e.infinite - o.infinite
	default:
		return e.value.Cmp(o.value)
	}
}

// times returns all products: between the least and the greatest product of ends.
func (i interval) times(o interval) interval {
	var low, high *end
	for _, a := range i.ends() {
		for _, b := range o.ends() {
			p := a.times(b)
			if low == nil || p.compare(*low) < 0 || p.compare(*low) == 0 && p.in {
				low = &p
			}
			if high == nil || p.compare(*high) > 0 || p.compare(*high) == 0 && p.in {
				high = &p
			}
		}
	}
	return interval{low: low.value, high: high.value, lowIn: low.in, highIn: high.in}.tidy()
}

// tidy says of ends that are not there that they are not among the numbers.
func (i interval) tidy() interval {
	i.lowIn, i.highIn = i.lowIn && i.low != nil, i.highIn && i.high != nil
	return i
}
