package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) casesRoutes() []route {
	workers := akimat | admin
	return []route{
		{"GET /cases", everybody, osms.ScopeRead, (*ask).casesPage},
		{"GET /cases/new", workers, osms.ScopeManage, (*ask).newCasePage},
		{"POST /cases", workers, osms.ScopeManage, (*ask).openCase},
		{"GET /cases/report", everybody, osms.ScopeRead, (*ask).casesReport},
		{"GET /cases/{number}", everybody, osms.ScopeRead, (*ask).casePage},
		{"GET /cases/{number}/draft.pdf", everybody, osms.ScopeRead, (*ask).caseDraft},
		{"POST /cases/{number}/step", workers, osms.ScopeManage, (*ask).stepCase},
	}
}

const casesAtOnce = 50

type casesPage struct {
	Region  osms.Region
	Regions []osms.RegionName
	Month   osms.Month // 0: any
	Show    string     // "open", "late", "all"
	Cases   []caseRow
	Found   int
	Pages   pager
	New     bool // the reader may hand in an application
}

// caseRow is a line of the inbox. It names nobody.
type caseRow struct {
	jobs.CaseAt
	Path         string
	Organisation osms.Organisation
	Clock        caseClock
}

// caseClock is the term of a case as a bar and in words.
type caseClock struct {
	State casework.State
	Left  string // working time in words; "" where the case has no term
	Fill  int    // percent of the term that is used
	Class string
}

// casesPage is the inbox: open cases by deadline, all of them by when they came.
func (q *ask) casesPage() error {
	region, err := q.region()
	if err != nil {
		return err
	}
	page := casesPage{Region: region, Show: cmp.Or(q.value("show"), "open"), New: q.s.may("POST /cases")&holds(q.account.Role) != 0}
	if !slices.Contains([]string{"open", "late", "all"}, page.Show) {
		return refused(http.StatusBadRequest, "refused.show", page.Show)
	}
	page.Regions = q.regionChoice()
	f := store.CaseFilter{Region: region, Open: page.Show != "all"}
	if q.value("month") != "" {
		if page.Month, err = q.month(); err != nil {
			return err
		}
		f.From, f.To = q.begins(page.Month.First()), q.begins(page.Month.Add(1).First())
	}
	n, err := q.pageNumber()
	if err != nil {
		return err
	}
	var found []jobs.CaseAt
	if page.Show == "all" {
		if page.Found, err = q.store().CountCases(q.ctx(), f); err != nil {
			return err
		}
		f.Most, f.Passed = casesAtOnce, (n-1)*casesAtOnce
		if found, err = q.desk.Cases(q.ctx(), f, q.now); err != nil {
			return err
		}
	} else {
		if found, err = q.desk.Cases(q.ctx(), f, q.now); err != nil {
			return err
		}
		if page.Show == "late" {
			found = slices.DeleteFunc(found, func(c jobs.CaseAt) bool { return c.State != casework.Nearly && c.State != casework.Overdue })
		}
		slices.SortStableFunc(found, func(a, b jobs.CaseAt) int { return a.Deadline.Compare(b.Deadline) })
		page.Found = len(found)
		found = found[min(len(found), (n-1)*casesAtOnce):min(len(found), n*casesAtOnce)]
	}
	page.Pages = q.pager("/cases", n, casesAtOnce, page.Found)
	known, err := q.organisations(found)
	if err != nil {
		return err
	}
	for _, c := range found {
		page.Cases = append(page.Cases, caseRow{c, casePath(c.Number), known[c.BIN], q.caseClock(c)})
	}
	return q.show("cases", q.say("cases.title"), page)
}

// organisations are those of cases as they are listed; of others the number.
func (q *ask) organisations(cases []jobs.CaseAt) (map[osms.BIN]osms.Organisation, error) {
	out := map[osms.BIN]osms.Organisation{}
	for _, c := range cases {
		for _, bin := range []osms.BIN{c.BIN, c.Previous} {
			if _, seen := out[bin]; seen || bin == 0 {
				continue
			}
			o, err := q.organisation(bin)
			if err != nil {
				return nil, err
			}
			out[bin] = o
		}
	}
	return out, nil
}

func (q *ask) organisation(bin osms.BIN) (osms.Organisation, error) {
	o, err := q.store().Organisation(q.ctx(), bin)
	if errors.Is(err, store.ErrNotFound) {
		return osms.Organisation{BIN: bin}, nil
	}
	return o, err
}

// casePath is the address of a case: its number without the letter, which only
// tells it from an outgoing number.
func casePath(n osms.CaseNumber) string {
	return "/cases/" + n.Region.String() + "-" + strconv.Itoa(n.Year) + "-" + strconv.FormatInt(n.Serial, 10)
}

func (q *ask) caseClock(c jobs.CaseAt) caseClock {
	k := caseClock{State: c.State}
	switch c.State {
	case casework.Overdue, casework.DoneLate:
		k.Class = "bad"
	case casework.Nearly:
		k.Class = "warn"
	default:
		k.Class = "good"
	}
	if c.Days == 0 {
		return k
	}
	var left []string
	for _, part := range []struct {
		key string
		n   int
	}{{"case.day", c.Left.Days}, {"case.hour", c.Left.Hours}, {"case.minute", c.Left.Minutes}} {
		if part.n > 0 || part.key == "case.minute" && len(left) == 0 {
			left = append(left, q.say(part.key, part.n))
		}
	}
	if c.Left.Late && c.Left.Days+c.Left.Hours+c.Left.Minutes == 0 {
		return k // by less than a minute of working time, or after hours
	}
	key := "case.left"
	switch {
	case c.Left.Late:
		key, k.Fill = "case.lateby", 100
	case c.TermWhole > 0:
		k.Fill = int(100 * (c.TermWhole - c.TermLeft) / c.TermWhole)
	}
	if c.Step == "" && !c.Left.Late {
		key = "case.wasleft"
	}
	k.Left = q.say(key, strings.Join(left, " "))
	k.Fill = max(0, min(100, k.Fill))
	return k
}

// ownCase finds a case that the reader may see.
func (q *ask) ownCase() (jobs.CaseAt, error) {
	number, err := osms.ParseCaseNumber(q.r.PathValue("number"))
	if err != nil {
		return jobs.CaseAt{}, store.ErrNotFound
	}
	found, err := q.desk.Cases(q.ctx(), store.CaseFilter{Number: number}, q.now)
	if err != nil {
		return jobs.CaseAt{}, err
	}
	if len(found) == 0 || !q.sees(found[0].Region) {
		return jobs.CaseAt{}, store.ErrNotFound
	}
	return found[0], nil
}

// pager leads through a long list page by page.
type pager struct {
	Number, Last int
	Newer, Older string // addresses; "": there is none
}

// pageNumber is the page of a long list that is asked for, from 1.
func (q *ask) pageNumber() (int, error) {
	text := q.value("page")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, refused(http.StatusBadRequest, "refused.before", text)
	}
	return n, nil
}

// pager leads on with what else was asked for.
func (q *ask) pager(path string, number, size, found int) pager {
	p := pager{Number: number, Last: max(1, (found+size-1)/size)}
	at := func(n int) string {
		v := url.Values{}
		for key, values := range q.r.URL.Query() {
			if key != "page" && key != "said" && len(values) > 0 && values[0] != "" {
				v.Set(key, values[0])
			}
		}
		v.Set("page", strconv.Itoa(n))
		return path + "?" + v.Encode()
	}
	if number > 1 {
		p.Newer = at(number - 1)
	}
	if number < p.Last {
		p.Older = at(number + 1)
	}
	return p
}

type casesReport struct {
	Month         osms.Month
	Before, After osms.Month
	Region        osms.Region
	Regions       []osms.RegionName
	Report        casework.Report
	Lines         []reportLine
	Grounds       []groundCount
}

type reportLine struct {
	Organisation osms.Organisation
	casework.Tally
	Median, Longest string
}

type groundCount struct {
	Ground osms.Ground
	Count  int
}

// casesReport counts the cases of a month: outcomes, grounds, what was late.
func (q *ask) casesReport() error {
	m, region, err := q.monthRegion()
	if err != nil {
		return err
	}
	page := casesReport{Month: m, Before: m.Add(-1), After: m.Add(1), Region: region}
	page.Regions = q.regionChoice()
	if page.Report, err = q.desk.CasesReport(q.ctx(), m, region, q.now); err != nil {
		return err
	}
	for _, p := range page.Report.Providers {
		o, err := q.organisation(p.BIN)
		if err != nil {
			return err
		}
		page.Lines = append(page.Lines, q.reportLine(o, p.Tally))
	}
	page.Lines = append(page.Lines, q.reportLine(osms.Organisation{}, page.Report.Total))
	for g := osms.GroundUnreliable; g <= osms.GroundNoConsent; g++ {
		if n := page.Report.Total.ByGround[g]; n > 0 {
			page.Grounds = append(page.Grounds, groundCount{g, n})
		}
	}
	return q.show("casesreport", q.say("cases.report.title", m), page)
}

func (q *ask) reportLine(o osms.Organisation, t casework.Tally) reportLine {
	hours := func(d time.Duration) string {
		if d == 0 {
			return "—"
		}
		return q.say("case.hours", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return reportLine{o, t, hours(t.Median), hours(t.Longest)}
}
