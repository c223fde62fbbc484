package calendar

// Rule is the calendar with nothing announced.
func Rule(c *Calendar) *Calendar { return &Calendar{holidays: c.holidays} }
