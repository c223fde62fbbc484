package country

import "osmsd/sync/osms"

// tell fills in what happens in a plot; false means there is no room for it.
func (c *country) tell(s *story, p *person, d *draw) bool {
	months, has := c.opt.Months, c.unitOf(p.org).has
	k := &s.claims[0]
	// m is a month with a full roster before it; any one with or without.
	m, any := 1+d.n(max(months-1, 1)), d.n(months)
	second := m < months
	lastOfTalk := c.day(m-1, d.between(3, 26)) // a day of the month before m
	switch s.plot {
	case partTimer:
		forms := [...]osms.StudyForm{osms.PartTime, osms.PartTime, osms.PartTime, osms.Evening, osms.Distance, osms.External}
		k.form = forms[d.n(len(forms))]
		return c.orgs[p.org].band != school
	case joinFull:
		day := c.asAt(m)
		if d.of(1, 2) {
			day = lastOfTalk
		}
		*k = c.claimAt(p.org, cutOff(m), day)
		return second
	case leaveAbsent:
		k.ended, k.last = cutOff(m), c.asAt(m).Add(-1)
		return second
	case leaveRow:
		k.ended, k.last, k.how = cutOff(m), lastOfTalk, byExpulsion
		if d.of(1, 3) {
			k.how = byGraduation
		}
		return second && has.left
	case leaveUndated:
		k.ended, k.last, k.how = cutOff(m), c.asAt(m).Add(-1), undatedExpulsion
		return second && has.left
	case joinLate:
		day := c.day(any, d.between(2, 10))
		if d.of(1, 4) {
			day = c.day(any-1, d.between(20, 28))
		}
		*k = c.claimAt(p.org, lateFile(any), day)
		return true
	case leaveLate:
		k.ended, k.how, k.last = lateFile(any), byExpulsion, c.day(any-1, d.between(5, 28))
		if d.of(1, 4) {
			k.last = c.day(any, d.between(3, 12))
		}
		return k.from < k.last
	case toPartTime:
		k.changed, k.changedForm, k.changedOn = cutOff(m), osms.PartTime, c.asAt(m)
		return second && c.orgs[p.org].band != school
	case toPartTimeLate:
		k.changed, k.changedForm, k.changedOn = lateFile(any), osms.PartTime, c.day(any-1, d.between(5, 28))
		if d.of(1, 4) {
			k.changedOn = c.day(any, d.between(3, 12))
		}
		return k.from < k.changedOn && c.orgs[p.org].band != school
	case toFullTime:
		k.form, k.changed, k.changedForm, k.changedOn = osms.PartTime, cutOff(m), osms.FullTime, c.asAt(m)
		return second && c.orgs[p.org].band != school
	case academicLeave:
		k.onLeave = cutOff(m)
		return second && has.status && c.orgs[p.org].band != school
	case expectedEnd:
		k.expected = c.day(any, d.between(10, 20))
		return has.left && k.from < k.expected
	case marriage:
		k.renamed = cutOff(m)
		return second && c.orgs[p.org].band != school
	case correction:
		k.corrected, k.correctedFrom = cutOff(m), k.from.Add(14)
		if d.of(1, 2) || k.correctedFrom > c.asAt(0) {
			k.correctedFrom = c.asAt(m)
		}
		return second && has.enrolled
	case absenceError:
		m = 1 + d.n(max(months-2, 1))
		k.ended, k.last, k.back = cutOff(m), c.asAt(m).Add(-1), cutOff(m+1)
		return m+1 < months && has.enrolled
	case rejoin:
		m = 1 + d.n(max(months-2, 1))
		k.ended, k.last, k.how = cutOff(m), c.day(m-1, d.between(3, 26)), byExpulsion
		s.claims[1] = c.claimAt(p.org, cutOff(m+1), c.day(m, d.between(3, 25)))
		s.n = 2
		return m+1 < months && has.left
	case ghost:
		k.seen, k.faulty = never, cutOff(any)
		return true
	case lateAccepted:
		*k = c.claimAt(p.org, cutOff(any+1), c.asAt(any))
		k.faulty = cutOff(any)
		return any+1 < months
	case unguarded:
		k.ended, k.last, k.unguarded = cutOff(m), c.asAt(m).Add(-1), true
		if m+1 < months {
			k.back = cutOff(m + 1)
		}
		return second && has.birth && has.enrolled
	}
	return c.meet(s, p, d, m, any)
}

// meet tells the plots of two organisations.
func (c *country) meet(s *story, p *person, d *draw, m, any int) bool {
	cross := s.plot == transferCross || s.plot == movedLate || s.plot == settledLate || s.plot == doubleClaim && d.of(3, 4)
	other := c.partner(p.org, cross)
	if other < 0 {
		return false
	}
	s.n = 2
	k, l := &s.claims[0], &s.claims[1]
	switch s.plot {
	case transferWithin, transferCross:
		k.ended = cutOff(m)
		if c.unitOf(p.org).has.left {
			k.how, k.last = byTransfer, c.day(m-1, d.between(3, 24))
			*l = c.claimAt(other, cutOff(m), k.last.Add(d.between(1, 3)))
		} else {
			k.last = c.asAt(m).Add(-1)
			*l = c.claimAt(other, cutOff(m), c.asAt(m))
		}
		return m < c.opt.Months
	case movedLate:
		k.ended, k.how, k.last = lateFile(any), byTransfer, c.day(any-1, d.between(5, 24))
		*l = c.claimAt(other, lateFile(any), k.last.Add(d.between(1, 4)))
		return k.from < k.last
	case settledLate:
		k.ended, k.how, k.last = lateFile(any), byTransfer, c.day(any-1, d.between(5, 24))
		*l = c.claimAt(other, cutOff(any), k.last.Add(d.between(1, 3)))
		return k.from < k.last
	case doubleClaim:
		if d.of(1, 4) {
			*l = c.claimAt(other, lateFile(any), c.day(any, d.between(2, 10)))
			return true
		}
		day := c.asAt(any).Add(-d.n(20))
		switch d.n(4) {
		case 0:
			day = k.from
		case 1:
			day = k.from.Add(-d.between(1, 300))
		}
		*l = c.claimAt(other, cutOff(any), day)
		return true
	}
	return false
}
