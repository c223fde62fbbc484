package entitlement_test

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
)

// happened makes events from "death 2025-11-03, residence_lost 2025-11-03
// 2026-01-15"; a last day that is left out is Forever.
func happened(t *testing.T, text string) []osms.Event {
	t.Helper()
	var out []osms.Event
	for i, line := range strings.Split(text, ", ") {
		words := strings.Fields(line)
		e := osms.Event{Kind: osms.EventKind(words[0]), Until: osms.Forever}
		e.Row = int32(i)
		for n, into := range []*osms.Date{&e.On, &e.Until}[:len(words)-1] {
			day, err := osms.ParseDate(words[n+1])
			if err != nil {
				t.Fatal(err)
			}
			*into = day
		}
		out = append(out, e)
	}
	return out
}

// TestEvents: what each kind does to the months (college is of region 63, lyceum of 10).
func TestEvents(t *testing.T) {
	sources := func(all ...entitlement.Source) []entitlement.Source { return all }
	home := sources(study(t, college, "2025-09-01"))
	ended := sources(study(t, college, "2025-09-01 2026-01-20"))
	leave := sources(study(t, college, "2025-09-01 2025-12-31", "+ 2026-01-01 2026-06-30 leave", "+ 2026-07-01"))
	for _, c := range []struct {
		name, events string
		person       osms.IIN
		sources      []entitlement.Source
		rules        entitlement.Rules
		decisions    []entitlement.Decision
		want         string
	}{
		{"a death ends it with its month", "death 2025-11-03", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63"},
		{"on the first day of a month, with that month", "death 2025-12-01", grown, home, rulesOf(true), nil, "2025-09..2025-12 13 63"},
		{"before the study, all of it", "death 2025-08-31", grown, home, rulesOf(true), nil, ""},
		{"the later date of a death stands", "death 2025-11-03, death 2026-02-10", grown, home, rulesOf(true), nil, "2025-09..2026-02 13 63"},
		{"a last day says nothing of a death", "death 2025-11-03 2025-12-31", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63"},
		{"residence lost, for good", "residence_lost 2025-11-03", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63"},
		{"residence lost, and again from the month of the next day", "residence_lost 2025-11-03 2026-01-15", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63, 2026-01.. 13 63"},
		{"to the last day of a month: again from the next", "residence_lost 2025-11-03 2026-01-31", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63, 2026-02.. 13 63"},
		{"within two months nothing is lost", "residence_lost 2025-11-03 2025-12-30", grown, home, rulesOf(true), nil, "2025-09.. 13 63"},
		{"its end comes in a later list", "residence_lost 2025-11-03, residence_lost 2025-11-03 2026-02-28", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63, 2026-03.. 13 63"},
		{"two losses", "residence_lost 2025-11-03 2025-12-31, residence_lost 2026-02-01 2026-03-31", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63, 2026-01..2026-02 13 63, 2026-04.. 13 63"},
		{"a death outlasts a residence that is restored", "death 2025-12-03, residence_lost 2025-11-03 2026-02-28", grown, home, rulesOf(true), nil, "2025-09..2025-11 13 63"},

		{"abroad: the claim goes on", "study_abroad 2026-01-21", grown, ended, rulesOf(true), nil, "2025-09.. 13 63"},
		{"abroad after a pause: the pause stays", "study_abroad 2026-04-10 2026-06-30", grown, ended, rulesOf(true), nil, "2025-09..2026-01 13 63, 2026-04..2026-06 13 63"},
		{"abroad, a child: category as for anyone", "study_abroad 2026-01-21 2026-05-31", pupil, ended, rulesOf(true), nil, "2025-09..2026-02 1 63, 2026-03..2026-05 13 63"},
		{"abroad without a claim before it", "study_abroad 2025-08-01", grown, ended, rulesOf(true), nil, "2025-09..2026-01 13 63"},
		{"abroad from the first day of the claim", "study_abroad 2025-09-01", grown, ended, rulesOf(true), nil, "2025-09.. 13 63"},
		{"part-time is no claim to go on", "study_abroad 2026-01-21", grown, sources(study(t, college, "2025-09-01 2026-01-20 part_time")), rulesOf(true), nil, ""},
		{"a real claim goes before", "study_abroad 2026-01-21", grown, append(ended, study(t, lyceum, "2026-03-10 2026-05-20")), rulesOf(true), nil,
			"2025-09..2026-02 13 63, 2026-03..2026-05 13 10, 2026-06.. 13 63"},
		{"whoever had the last day sends abroad", "study_abroad 2026-02-01", grown, append(ended, study(t, lyceum, "2025-10-01 2026-01-25")), rulesOf(true), nil,
			"2025-09..2026-01 13 63, 2026-02.. 13 10"},
		{"of two with that day the one that claims the month", "study_abroad 2026-02-01", grown, append(ended, study(t, lyceum, "2025-10-01 2026-01-20")), rulesOf(true), nil, "2025-09.. 13 63"},
		{"and not the smaller BIN", "study_abroad 2026-02-01", grown, sources(study(t, college, "2025-10-01 2026-01-20"), study(t, lyceum, "2025-09-01 2026-01-20")), rulesOf(true), nil, "2025-09.. 13 10"},
		{"nor the one that the Fund set aside", "study_abroad 2026-02-01", grown, append(ended, study(t, lyceum, "2025-10-01 2026-01-20")), rulesOf(true),
			[]entitlement.Decision{{A: college, B: lyceum, Keep: lyceum, From: 20251001, Until: 20260120}}, "2025-09..2025-09 13 63, 2025-10.. 13 10"},
		{"abroad and dead", "study_abroad 2026-01-21, death 2026-03-03", grown, ended, rulesOf(true), nil, "2025-09..2026-03 13 63"},
		{"back earlier than was said", "study_abroad 2026-01-21, study_abroad 2026-01-21 2026-03-10", grown, ended, rulesOf(true), nil, "2025-09..2026-03 13 63"},

		{"a leave that ended the claim", "leave_ended 2026-02-10 2026-04-02", grown, leave, rulesOf(true), nil, "2025-09..2026-01 13 63, 2026-05.. 13 63"},
		{"a leave that keeps it", "leave_kept 2026-02-10 2026-04-02", grown, leave, rulesOf(false), nil, "2025-09..2025-12 13 63, 2026-02..2026-04 13 63, 2026-07.. 13 63"},
		{"without an end, as long as the leave", "leave_ended 2026-02-10", grown, leave, rulesOf(true), nil, "2025-09..2026-01 13 63, 2026-07.. 13 63"},
		{"a review of somebody who studies changes nothing", "leave_ended 2025-09-01 2025-12-31", grown, leave, rulesOf(true), nil, "2025-09.. 13 63"},
		{"the later review stands, in its months", "leave_ended 2026-01-01, leave_kept 2026-03-01 2026-04-30", grown, leave, rulesOf(true), nil, "2025-09..2025-12 13 63, 2026-03..2026-04 13 63, 2026-07.. 13 63"},
		{"and where it is of the same kind, for all of it", "leave_ended 2026-01-01, leave_ended 2026-03-01 2026-04-30", grown, leave, rulesOf(true), nil, "2025-09..2026-02 13 63, 2026-05.. 13 63"},
		{"whatever the policy becomes", "leave_kept 2026-01-01 2026-05-31", grown, leave, rulesOf(true, entitlement.Change{Since: 202603}), nil, "2025-09..2026-05 13 63, 2026-07.. 13 63"},

		{"courts and temporary status change nothing", "court_ban 2025-10-01, court_deprived 2025-10-01, temporary_status 2026-02-01 2026-02-28, blocked 2025-10-01, unblocked 2025-10-02",
			grown, ended, rulesOf(true), nil, "2025-09..2026-01 13 63"},
	} {
		if got := tell(entitlement.Derive(c.person, c.sources, c.rules, c.decisions, happened(t, c.events))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestOverlapsAndEvents: days on which nothing is due are claimed by nobody.
func TestOverlapsAndEvents(t *testing.T) {
	for _, c := range []struct {
		name, events string
		b            entitlement.Source
		want         string
	}{
		{"to the end of the month of a death", "death 2025-12-05", study(t, lyceum, "2025-10-10"), "2025-10-10..2025-12-31"},
		{"of the dead there are none", "death 2025-08-05", study(t, lyceum, "2025-10-10"), ""},
		{"around a time without residence", "residence_lost 2025-11-20 2026-01-31", study(t, lyceum, "2025-10-10 2026-03-10"), "2025-10-10..2025-11-30, 2026-02-01..2026-03-10"},
		{"a leave that is not due", "leave_ended 2026-01-01", study(t, lyceum, "2025-10-10 2025-12-20", "+ 2025-12-21 leave"), "2025-10-10..2025-12-31"},
		{"study abroad is no overlap", "study_abroad 2025-12-21", study(t, lyceum, "2025-10-10 2025-12-20"), "2025-10-10..2025-12-20"},
	} {
		var out []string
		for _, o := range entitlement.Overlaps([]entitlement.Source{study(t, college, "2025-09-01"), c.b}, rulesOf(true), happened(t, c.events)) {
			out = append(out, fmt.Sprintf("%s..%s", o.From, o.Until))
		}
		if got := strings.Join(out, ", "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
