package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"osmsd/exporters/summary"
	"osmsd/exporters/workbook"
	"osmsd/sync/contribution"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) reconciliationRoutes() []route {
	return []route{
		{"GET /reconciliation", staff, osms.ScopeRead, (*ask).reconciliationPage},
		{"GET /reconciliation/{month}/workbook", staff, osms.ScopeRead, (*ask).reconciliationBook},
		{"GET /reconciliation/{month}/summary", staff, osms.ScopeRead, (*ask).reconciliationSummary},
		{"GET /reconciliation/{month}/{place}/{kind}", staff, osms.ScopeRead, (*ask).behindPage},
		{"POST /export", fund | admin, "", (*ask).export},
	}
}

// place is what a reconciliation is narrowed to: the country, a region, or the
// money that belongs to no region.
type place struct {
	One    bool
	Region osms.Region // 0, when One: no region
}

// Words of places in addresses, besides the codes of regions.
const (
	placeAll  = "all"
	placeNone = "none"
)

// Word stands for the place in addresses.
func (p place) Word() string {
	if !p.One {
		return placeAll
	}
	return placeWord(p.Region)
}

// placeWord stands for a region in addresses, "no region" too.
func placeWord(r osms.Region) string {
	if r == 0 {
		return placeNone
	}
	return r.String()
}

// place reads a place as addresses write it.
func (q *ask) place(text string) (place, error) {
	switch text {
	case "", placeAll:
		return place{}, nil
	case placeNone, "00":
		return place{One: true}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 99 || !osms.Region(n).Known() {
		return place{}, refused(http.StatusBadRequest, "refused.region", text)
	}
	return place{true, osms.Region(n)}, nil
}

// asOf is the day as at whose end the register is asked for; zero: as it is now.
func (q *ask) asOf() (osms.Date, error) {
	day, err := q.day("as_of")
	if err != nil || day.IsZero() {
		return 0, err
	}
	switch today := q.today(); {
	case day > today:
		return 0, refused(http.StatusBadRequest, "refused.future", day.Dotted())
	case day == today:
		return 0, nil
	}
	return day, nil
}

// day is a day of the form, zero where there is none.
func (q *ask) day(name string) (osms.Date, error) {
	text := q.value(name)
	if text == "" {
		return 0, nil
	}
	if day, err := time.Parse("02.01.2006", text); err == nil {
		text = day.Format(time.DateOnly)
	}
	d, err := osms.ParseDate(text)
	if err != nil {
		return 0, refused(http.StatusBadRequest, "refused.day", text)
	}
	return d, nil
}

// ends is the last second of a day.
func (q *ask) ends(d osms.Date) time.Time { return q.begins(d.Add(1)).Add(-time.Second) }

type asOfKey struct {
	month osms.Month
	day   osms.Date
}

// reconciled is a month's reconciliation as known at the end of a day; zero: now.
func (q *ask) reconciled(m osms.Month, day osms.Date) (osms.Reconciliation, error) {
	if day.IsZero() {
		return q.reconciliation(q.ctx(), m)
	}
	return q.s.reconciledAs.get(q.ctx(), q, asOfKey{m, day}, func(ctx context.Context) (osms.Reconciliation, error) {
		return q.desk.Reconcile(ctx, m, q.ends(day).UTC(), q.now)
	})
}

// only narrows a reconciliation to a place.
func (p place) only(r osms.Reconciliation) osms.Reconciliation {
	if p.One {
		return r.Only(p.Region)
	}
	return r
}

// compared is what is asked of a reconciliation: the month, as known when, and
// where.
type compared struct {
	Month osms.Month
	AsOf  osms.Date // zero: now
	Place place
}

// Query is the end of an address that asks for the same day.
func (c compared) Query() string {
	if c.AsOf.IsZero() {
		return ""
	}
	return "?as_of=" + c.AsOf.String()
}

func (q *ask) compared(month, at string) (c compared, err error) {
	c.Month = q.today().Month()
	if month != "" {
		if c.Month, err = osms.ParseMonth(month); err != nil {
			return c, refused(http.StatusBadRequest, "refused.month", month)
		}
	}
	if c.Place, err = q.place(at); err != nil {
		return c, err
	}
	c.AsOf, err = q.asOf()
	return c, err
}

type reconciliationPage struct {
	compared
	Before, After osms.Month
	Today         osms.Date
	Regions       []osms.RegionName
	Report        osms.Reconciliation
	Line          osms.ReconciliationLine // of the place
	Waterfall     waterfall
	Guesses       []guess
	Formats       []string
	NoRate        int // the year whose rate is not known: there is nothing else to show; 0: it is
}

// Explained is what the bridge explains of the difference.
func (p reconciliationPage) Explained() osms.Tiyn { return p.Line.Difference - p.Line.Unexplained }

// guess is a suggestion in words; it is never counted.
type guess struct {
	Region  osms.Region
	Text    string
	Persons bool // it names some
}

func (q *ask) reconciliationPage() error {
	c, err := q.compared(q.value("month"), q.value("region"))
	if err != nil {
		return err
	}
	page := reconciliationPage{compared: c, Before: c.Month.Add(-1), After: c.Month.Add(1), Today: q.today(), Regions: osms.Regions(), Formats: exportFormats}
	whole, err := q.reconciled(c.Month, c.AsOf)
	if errors.Is(err, contribution.ErrNoRate) {
		page.NoRate = c.Month.Year()
		return q.show("reconciliation", q.say("reconciliation.title", c.Month), page)
	}
	if err != nil {
		return err
	}
	page.Report = c.Place.only(whole)
	page.Line = page.Report.Total
	if page.Waterfall, err = waterfallOf(page.Line, whole.FreezeVersion != 0); err != nil {
		return fmt.Errorf("waterfall of %s: %w", c.Month, err)
	}
	for _, l := range page.Report.Lines {
		for _, x := range l.Suggestions {
			page.Guesses = append(page.Guesses, guess{l.Region, x.Message(q.lang), len(x.Behind) > 0})
		}
	}
	return q.show("reconciliation", q.say("reconciliation.title", c.Month), page)
}

// files makes a report for downloading.
func (q *ask) reconciliationFile() (osms.Reconciliation, string, error) {
	c, err := q.compared(q.r.PathValue("month"), q.value("region"))
	if err != nil {
		return osms.Reconciliation{}, "", err
	}
	r, err := q.reconciled(c.Month, c.AsOf)
	if err != nil {
		return r, "", err
	}
	name := q.desk.ReconciliationName(r, c.Place.Region)
	if c.Place.One && c.Place.Region == 0 {
		name += "-" + placeNone
	}
	return c.Place.only(r), name, nil
}

// reconciliationBook gives the workbook, which names persons.
func (q *ask) reconciliationBook() error {
	r, name, err := q.reconciliationFile()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := workbook.WriteReconciliation(&b, r, q.lang); err != nil {
		return err
	}
	if err := q.lookedAtMany("сверка " + name + ".xlsx"); err != nil {
		return err
	}
	return q.download(name+".xlsx", kindXLSX, b.Bytes())
}

// reconciliationSummary gives the one page, which names nobody.
func (q *ask) reconciliationSummary() error {
	r, name, err := q.reconciliationFile()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := summary.Write(&b, r, q.lang); err != nil {
		return err
	}
	return q.download(name+".pdf", kindPDF, b.Bytes())
}

// What a line can be besides a kind of the bridge: the rest, with the guesses
// about it, and money that stands on no line.
const lineUnexplained = "unexplained"

// behindAtOnce is how many persons a page lists.
const behindAtOnce = 100

type behindPage struct {
	compared
	Kind        string
	Bridge      bool // a line of the bridge: it is proved
	Searched    []string
	MoreLists   int
	Groups      []behindGroup
	Persons     int
	Amount      osms.Tiyn
	Page, Pages int
}

// First reports a line of what became known after the freeze.
func (p behindPage) First() bool { return osms.BridgeKind(p.Kind).First() }

// Earlier and Later are the addresses of the pages around this one.
func (p behindPage) Earlier() string { return p.at(p.Page - 1) }
func (p behindPage) Later() string   { return p.at(p.Page + 1) }

func (p behindPage) at(page int) string {
	query := p.Query()
	if query == "" {
		query = "?"
	} else {
		query += "&"
	}
	return fmt.Sprintf("/reconciliation/%s/%s/%s%spage=%d", p.Month, p.Place.Word(), p.Kind, query, page)
}

// behindGroup are persons and documents under one sentence; "": under the line.
type behindGroup struct {
	Text   string
	Amount osms.Tiyn
	Rows   []behindRow
	More   int
}

type behindRow struct {
	osms.BridgePerson
	Region osms.Region
	File   int64 // the arrival that its source came with; 0: not known
}

// behindPage lists who and what stands behind a line of the bridge.
func (q *ask) behindPage() error {
	c, err := q.compared(q.r.PathValue("month"), q.r.PathValue("place"))
	if err != nil {
		return err
	}
	page := behindPage{compared: c, Kind: q.r.PathValue("kind"), Page: 1}
	kind := osms.BridgeKind(page.Kind)
	page.Bridge = slices.Contains(osms.BridgeKinds(), kind)
	placeless := osms.Placeless(page.Kind)
	if !page.Bridge && page.Kind != lineUnexplained && (c.Place.One || !slices.Contains([]osms.Placeless{osms.NoMonth, osms.NotState, osms.NotInTotals}, placeless)) {
		return refused(http.StatusNotFound, "refused.line")
	}
	if text := q.value("page"); text != "" {
		if page.Page, err = strconv.Atoi(text); err != nil || page.Page < 1 {
			return refused(http.StatusBadRequest, "refused.before", text)
		}
	}
	whole, err := q.reconciled(c.Month, c.AsOf)
	if err != nil {
		return err
	}
	r := c.Place.only(whole)
	if page.Kind == lineUnexplained {
		page.guesses(r, q.lang)
	} else {
		page.line(r, kind, placeless)
	}
	if kind == osms.BridgeNotSubmitted {
		page.searched(whole.Documents)
	}
	if err := q.addFiles(page.Groups); err != nil {
		return err
	}
	if err := q.nameOrganisations(page.Groups); err != nil {
		return err
	}
	return q.showAfter("behind", q.say("behind.title", q.lineName(page.Kind), c.Month), "", page, func() error { return q.lookedAtMany(page.looked()) })
}

// looked is what the access log says of the page.
func (p behindPage) looked() string {
	what, shown := lookedOf("сверка", p.Month, p.Place.Region), 0
	if p.Place.One && p.Place.Region == 0 {
		what += ", без региона"
	}
	if !p.AsOf.IsZero() {
		what += ", на " + p.AsOf.Dotted()
	}
	for _, g := range p.Groups {
		shown += len(g.Rows)
	}
	return fmt.Sprintf("%s, %s, человек: %d", what, p.Kind, shown)
}

// lineName names a line for people.
func (q *ask) lineName(kind string) string {
	switch {
	case kind == lineUnexplained:
		return q.say("flow.unexplained")
	case slices.Contains(osms.BridgeKinds(), osms.BridgeKind(kind)):
		return osms.BridgeKind(kind).Brief(q.lang)
	}
	return osms.Placeless(kind).In(q.lang)
}

// line gathers what stands behind a line, and keeps the page that is asked for.
func (p *behindPage) line(r osms.Reconciliation, kind osms.BridgeKind, placeless osms.Placeless) {
	first, n := (p.Page-1)*behindAtOnce, 0
	group := behindGroup{}
	add := func(region osms.Region, behind []osms.BridgePerson) {
		for _, x := range behind {
			if n >= first && n < first+behindAtOnce {
				group.Rows = append(group.Rows, behindRow{BridgePerson: x, Region: region})
			}
			n++
		}
	}
	for _, l := range r.Lines {
		for _, b := range l.Bridge {
			if b.Kind == kind {
				p.Persons += b.Persons
				p.Amount += b.Amount
				add(l.Region, b.Behind)
			}
		}
	}
	for _, u := range r.Unplaced {
		if u.Why == placeless {
			p.Persons += u.Persons
			p.Amount += u.Amount
			add(0, u.Behind)
		}
	}
	p.Pages = (n + behindAtOnce - 1) / behindAtOnce
	p.Groups = []behindGroup{group}
}

// guesses gathers what the guesses rest on.
func (p *behindPage) guesses(r osms.Reconciliation, lang string) {
	p.Amount = r.Total.Unexplained
	for _, l := range r.Lines {
		for _, s := range l.Suggestions {
			group := behindGroup{Text: s.Message(lang), Amount: s.Amount, More: max(0, len(s.Behind)-behindAtOnce)}
			if !p.Place.One {
				group.Text = l.Region.OrNone(lang) + ": " + group.Text
			}
			for _, x := range s.Behind[:min(len(s.Behind), behindAtOnce)] {
				group.Rows = append(group.Rows, behindRow{BridgePerson: x, Region: l.Region})
			}
			p.Groups = append(p.Groups, group)
		}
	}
}

// searched says in which lists of the payer nobody was found.
func (p *behindPage) searched(documents []osms.LedgerDocument) {
	const most = 5
	for _, d := range documents {
		switch {
		case d.Kind != osms.DocumentList:
		case len(p.Searched) == most:
			p.MoreLists++
		default:
			p.Searched = append(p.Searched, osms.Shown(cmp.Or(d.Label(), d.File)))
		}
	}
}

// addFiles finds the file that each row came from.
func (q *ask) addFiles(groups []behindGroup) error {
	var imports []int64
	for _, g := range groups {
		for _, x := range g.Rows {
			imports = append(imports, x.Import)
		}
	}
	files, err := q.filesOf(imports)
	if err != nil {
		return err
	}
	for _, g := range groups {
		for i := range g.Rows {
			g.Rows[i].File = files[g.Rows[i].Import]
		}
	}
	return nil
}

// nameOrganisations puts the names of organisations into the reader's language:
// a report has them in the one that is configured. A name that has changed since
// stays as it was.
func (q *ask) nameOrganisations(groups []behindGroup) error {
	if q.lang == q.desk.Lang {
		return nil
	}
	known := map[osms.BIN]osms.Organisation{}
	for _, g := range groups {
		for i := range g.Rows {
			x := &g.Rows[i]
			o, ok := known[x.BIN]
			if !ok && x.BIN != 0 {
				var err error
				if o, err = q.store().Organisation(q.ctx(), x.BIN); err != nil && !store.NotFound(err) {
					return err
				}
				known[x.BIN] = o
			}
			if x.BIN != 0 && x.Organisation == o.Called(q.desk.Lang) {
				x.Organisation = o.Called(q.lang)
			}
		}
	}
	return nil
}

// filesOf finds the files that brought some sequences.
func (q *ask) filesOf(sequences []int64) (map[int64]int64, error) {
	slices.Sort(sequences)
	return q.store().ArrivalsOf(q.ctx(), slices.DeleteFunc(slices.Compact(sequences), func(n int64) bool { return n == 0 }))
}

// Where is the place in the file as people write it: the sheet and the row.
func (r behindRow) Where(lang string) string { return whereIn(lang, r.Sheet, r.Row) }

func whereIn(lang, sheet string, row int) string {
	var parts []string
	if sheet != "" {
		parts = append(parts, osms.Shown(sheet))
	}
	if row != 0 {
		parts = append(parts, catalogue().Text(lang, "behind.row", row))
	}
	return strings.Join(parts, ", ")
}

// WordOf stands for a region in addresses.
func (compared) WordOf(r osms.Region) string { return placeWord(r) }
