package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) templatesRoutes() []route {
	workers := akimat | admin
	return []route{
		{"GET /templates", workers, osms.ScopeRead, (*ask).templatesPage},
		{"POST /templates", workers, osms.ScopeRead, (*ask).template},
		{"GET /organisations", everybody, osms.ScopeRead, (*ask).organisationsPage},
	}
}

const organisationsAtOnce = 50

// listedOrganisation is an organisation with what was last heard of it.
type listedOrganisation struct {
	osms.Organisation
	Last osms.Submission
}

// listed are the organisations of a region, or of all, in order of region and
// name, remembered while the register does not change.
func (q *ask) listed(region osms.Region, lang string) ([]listedOrganisation, error) {
	key := listedKey{region, lang}
	return q.s.listed.get(q.ctx(), q, key, func(ctx context.Context) ([]listedOrganisation, error) {
		all, err := q.store().Organisations(ctx)
		if err != nil {
			return nil, err
		}
		last, err := q.store().LastRosters(ctx)
		if err != nil {
			return nil, err
		}
		var out []listedOrganisation
		for bin, o := range all {
			if region == 0 || o.Region == region {
				out = append(out, listedOrganisation{o, last[bin]})
			}
		}
		slices.SortFunc(out, func(a, b listedOrganisation) int {
			return cmp.Or(cmp.Compare(a.Region, b.Region), osms.CompareKazakh(nameIn(lang, a.Organisation), nameIn(lang, b.Organisation)), cmp.Compare(a.BIN, b.BIN))
		})
		return out, nil
	})
}

type listedKey struct {
	region osms.Region
	lang   string
}

// nameIn is what an organisation is called in a language, as far as it is known.
func nameIn(lang string, o osms.Organisation) string {
	if lang == "kk" {
		return cmp.Or(o.NameKK, o.NameRU)
	}
	return cmp.Or(o.NameRU, o.NameKK)
}

// search finds organisations by words of their names or by the beginning of their
// number.
func search(all []listedOrganisation, text string) []listedOrganisation {
	if text == "" {
		return all
	}
	wanted := strings.Fields(osms.FoldName(text))
	digits := unspaced(text)
	var out []listedOrganisation
	for _, o := range all {
		name := osms.FoldName(o.NameKK + " " + o.NameRU)
		all := len(wanted) > 0
		for _, w := range wanted {
			all = all && strings.Contains(name, w)
		}
		if all || strings.HasPrefix(o.BIN.Digits(), digits) {
			out = append(out, o)
		}
	}
	return out
}

type organisationsPage struct {
	Region        osms.Region
	Regions       []osms.RegionName
	Search        string
	Only          string // "provisional", "closed"
	Organisations []listedOrganisation
	Found         int
	Provisional   int // of all that the reader sees
	Pages         pager
	New, Template bool // the reader may hand in an application, take a template
	today         osms.Date
}

// Shut reports an organisation that is closed: nobody applies to it, and it sends
// no more lists.
func (p organisationsPage) Shut(o listedOrganisation) bool {
	return o.ClosedOn != 0 && o.ClosedOn < p.today
}

// organisationsPage is the list of organisations as it is believed now.
func (q *ask) organisationsPage() error {
	region, err := q.region()
	if err != nil {
		return err
	}
	n, err := q.pageNumber()
	if err != nil {
		return err
	}
	page := organisationsPage{Region: region, today: q.today(), Search: q.value("search"), Only: q.value("only"),
		New: q.s.may("POST /cases")&holds(q.account.Role) != 0, Template: q.s.may("POST /templates")&holds(q.account.Role) != 0}
	page.Regions = q.regionChoice()
	all, err := q.listed(region, q.lang)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Provisional {
			page.Provisional++
		}
	}
	found := search(all, page.Search)
	switch page.Only {
	case "":
	case "provisional":
		found = only(found, func(o listedOrganisation) bool { return o.Provisional })
	case "closed":
		found = only(found, func(o listedOrganisation) bool { return o.ClosedOn != 0 })
	default:
		return refused(http.StatusBadRequest, "refused.show", page.Only)
	}
	page.Found = len(found)
	page.Organisations = found[min(len(found), (n-1)*organisationsAtOnce):min(len(found), n*organisationsAtOnce)]
	page.Pages = q.pager("/organisations", n, organisationsAtOnce, page.Found)
	return q.show("organisations", q.say("organisations.title"), page)
}

// only keeps what is wanted and leaves the list alone.
func only(list []listedOrganisation, wanted func(listedOrganisation) bool) (out []listedOrganisation) {
	for _, o := range list {
		if wanted(o) {
			out = append(out, o)
		}
	}
	return out
}

type templatesPage struct {
	Region   osms.Region
	Regions  []osms.RegionName
	Search   string
	Found    []listedOrganisation
	More     int
	Chosen   *osms.Organisation
	Unlisted bool // the chosen one is on no list: its number is all that is known
	Modes    []osms.Mode
	Mode     osms.Mode
	AsAt     osms.Date
}

const templatesFound = 20

// templatesPage finds an organisation and asks what its list is to be.
func (q *ask) templatesPage() error {
	region, err := q.region()
	if err != nil {
		return err
	}
	page := templatesPage{Region: region, Search: q.value("search"), Modes: []osms.Mode{osms.Full, osms.Delta}}
	page.Regions = q.regionChoice()
	if text := q.value("bin"); text != "" {
		o, err := q.chosen(text, region)
		if err != nil {
			return err
		}
		page.Chosen, page.Unlisted = &o, o.NameKK == "" && o.NameRU == ""
		page.Region = o.Region
		page.Mode, page.AsAt = q.desk.Declared(o.Region, q.now)
		return q.show("templates", q.say("templates.title"), page)
	}
	if page.Search == "" && region == 0 {
		return q.show("templates", q.say("templates.title"), page)
	}
	all, err := q.listed(region, q.lang)
	if err != nil {
		return err
	}
	page.Found = search(all, page.Search)
	if page.More = max(0, len(page.Found)-templatesFound); page.More > 0 {
		page.Found = page.Found[:templatesFound]
	}
	return q.show("templates", q.say("templates.title"), page)
}

// chosen is an organisation of a region that the reader may see. One that is on no
// list can be named by its number where the region is known.
func (q *ask) chosen(text string, region osms.Region) (osms.Organisation, error) {
	bin, err := osms.ParseBIN(unspaced(text))
	if err != nil {
		return osms.Organisation{}, refused(http.StatusBadRequest, "refused.case.bin")
	}
	o, err := q.store().Organisation(q.ctx(), bin)
	switch {
	case errors.Is(err, store.ErrNotFound) && region != 0:
		return osms.Organisation{BIN: bin, Region: region}, nil
	case err == nil && (!q.sees(o.Region) || region != 0 && o.Region != region):
		err = store.ErrNotFound
	}
	return o, err
}

// template gives a list to fill in. A filled one names persons: the look is
// written down, whoever takes it.
func (q *ask) template() error {
	region, err := q.region()
	if err != nil {
		return err
	}
	o, err := q.chosen(q.value("bin"), region)
	if err != nil {
		return err
	}
	r := jobs.TemplateRequest{Region: o.Region, BIN: o.BIN, Filled: q.value("filled") != "", Mode: osms.Mode(q.value("mode"))}
	mode, day := q.desk.Declared(o.Region, q.now)
	if r.Mode = cmp.Or(r.Mode, mode); r.Mode != osms.Full && r.Mode != osms.Delta {
		return refused(http.StatusBadRequest, "refused.show", string(r.Mode))
	}
	r.AsAt = day
	if text := q.value("as_at"); text != "" {
		if r.AsAt, err = osms.ParseDate(text); err != nil {
			return refused(http.StatusBadRequest, "refused.case.day")
		}
	}
	if r.Filled {
		if err := q.desk.Note(q.ctx(), q.look(jobs.AccessRegister, 0, lookedTemplate(o.BIN))); err != nil {
			return err
		}
	}
	t, _, err := q.desk.Template(q.ctx(), r)
	var own *jobs.OwnWordError
	switch {
	case errors.Is(err, jobs.ErrOtherRegion):
		return store.ErrNotFound
	case errors.As(err, &own):
		return refused(http.StatusConflict, "refused.template.words", own.Word)
	case err != nil:
		return err
	}
	var b bytes.Buffer
	if err := workbook.WriteTemplate(&b, t); err != nil {
		return err
	}
	return q.download(fmt.Sprintf("%s-%s-%s-%s.xlsx", o.Region, o.BIN.Digits(), r.Mode, r.AsAt), kindXLSX, b.Bytes())
}
