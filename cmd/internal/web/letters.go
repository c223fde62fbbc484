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

	"osmsd/exporters/letter"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) lettersRoutes() []route {
	return []route{
		{"GET /letters", everybody, osms.ScopeRead, (*ask).lettersPage},
		{"GET /letters/register", everybody, osms.ScopeRead, (*ask).lettersRegister},
		{"POST /letters/print", everybody, osms.ScopeRead, (*ask).printLetters},
		{"GET /letters/texts", staff, osms.ScopeRead, (*ask).letterTexts},
		{"GET /letters/texts/{kind}", staff, osms.ScopeRead, (*ask).letterSample},
		{"GET /letters/{region}/{year}/{number}", everybody, osms.ScopeRead, (*ask).letterPage},
		{"GET /letters/{region}/{year}/{number}/pdf", everybody, osms.ScopeRead, (*ask).letterPDF},
		{"GET /letters/{region}/{year}/{number}/docx", everybody, osms.ScopeRead, (*ask).letterDOCX},
		{"POST /letters/{region}/{year}/{number}/annul", admin, osms.ScopeManage, (*ask).annulLetter},
	}
}

const lettersAtOnce = 50

// mostPrinted is how many letters are printed together: half an hour of a
// printer's work, and made within the time that an answer may take.
const mostPrinted = 2000

type lettersPage struct {
	Region   osms.Region
	Regions  []osms.RegionName
	Kind     osms.LetterKind
	Kinds    []osms.LetterKind
	State    store.LetterState
	BIN      string
	Year     string
	From, To string
	Letters  []letterRow
	Found    int
	Annulled int
	Pages    pager
	Register string // its address with what is asked for
	Print    bool   // all that are found can be printed together
	Most     int
	Texts    bool
}

type letterRow struct {
	osms.RegisterLine
	Path string
}

// letterPath is the address of a letter.
func letterPath(number string) string { return "/letters/" + strings.ReplaceAll(number, "-", "/") }

// letterFilter reads which letters are asked for, kept to what may be seen. A year
// narrows the days.
func (q *ask) letterFilter() (f store.LetterFilter, err error) {
	if f.Region, err = q.region(); err != nil {
		return f, err
	}
	if f.Kind = osms.LetterKind(q.value("kind")); f.Kind != "" && !slices.Contains(osms.LetterKinds, f.Kind) {
		return f, refused(http.StatusBadRequest, "refused.letterkind", string(f.Kind))
	}
	if f.State = store.LetterState(q.value("state")); f.State != "" && f.State != store.LetterStands && f.State != store.LetterAnnulled {
		return f, refused(http.StatusBadRequest, "refused.show", string(f.State))
	}
	if text := unspaced(q.value("bin")); text != "" {
		if f.BIN, err = osms.ParseBIN(text); err != nil {
			return f, refused(http.StatusBadRequest, "refused.case.bin")
		}
	}
	for name, to := range map[string]*osms.Date{"from": &f.From, "to": &f.To} {
		if text := q.value(name); text != "" {
			if *to, err = osms.ParseDate(text); err != nil {
				return f, refused(http.StatusBadRequest, "refused.case.day")
			}
		}
	}
	if text := q.value("year"); text != "" {
		year, err := strconv.Atoi(text)
		if err != nil || year < 2000 || year > 9999 {
			return f, refused(http.StatusBadRequest, "refused.year", text)
		}
		first, last := osms.Date(year*10000+101), osms.Date(year*10000+1231)
		f.From, f.To = max(f.From, first), min(cmp.Or(f.To, last), last)
	}
	return f, nil
}

// lettersPage is the register of letters. It names persons, and no number of
// theirs.
func (q *ask) lettersPage() error {
	f, err := q.letterFilter()
	if err != nil {
		return err
	}
	n, err := q.pageNumber()
	if err != nil {
		return err
	}
	page := lettersPage{Region: f.Region, Kind: f.Kind, Kinds: osms.LetterKinds, State: f.State, BIN: q.value("bin"), Year: q.value("year"),
		From: q.value("from"), To: q.value("to"), Most: mostPrinted, Texts: q.s.may("GET /letters/texts")&holds(q.account.Role) != 0}
	page.Regions = q.regionChoice()
	totals, err := q.s.counted.get(q.ctx(), q, f, func(ctx context.Context) (t letterTotals, err error) {
		t.all, t.annulled, err = q.store().RegisterTotals(ctx, f)
		return t, err
	})
	if err != nil {
		return err
	}
	page.Found, page.Annulled = totals.all, totals.annulled
	page.Print = page.Found > 0 && page.Found <= mostPrinted
	lines, err := q.desk.RegisterPage(q.ctx(), f, lettersAtOnce, (n-1)*lettersAtOnce)
	if err != nil {
		return err
	}
	for _, l := range lines {
		page.Letters = append(page.Letters, letterRow{l, letterPath(l.Number)})
	}
	page.Pages = q.pager("/letters", n, lettersAtOnce, page.Found)
	page.Register = "/letters/register"
	if query := q.r.URL.RawQuery; query != "" {
		page.Register += "?" + query
	}
	if len(lines) > 0 {
		if err := q.lookedAtMany(lookedIn(lookedLetters, f.Region)); err != nil {
			return err
		}
	}
	return q.show("letters", q.say("letters.title"), page)
}

// lettersRegister is the register as a workbook, with names and numbers: the look
// is written down whoever looks.
func (q *ask) lettersRegister() error {
	f, err := q.letterFilter()
	if err != nil {
		return err
	}
	if err := q.desk.Note(q.ctx(), q.look(jobs.AccessRegister, 0, lookedIn(lookedLetters, f.Region))); err != nil {
		return err
	}
	head, each, err := q.desk.RegisterBook(q.ctx(), f, q.now)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := workbook.WriteLetterRegister(&b, head, each); err != nil {
		return err
	}
	region := ""
	if f.Region != 0 {
		region = f.Region.String() + "-"
	}
	return q.download(fmt.Sprintf("letters-%s%s-%s.xlsx", region, head.From, head.To), kindXLSX, b.Bytes())
}

// ownLetter finds a letter that the reader may see.
func (q *ask) ownLetter() (l store.RegisteredLetter, err error) {
	region, err := osms.ParseRegion(q.r.PathValue("region"))
	year, e1 := strconv.Atoi(q.r.PathValue("year"))
	number, e2 := strconv.ParseInt(q.r.PathValue("number"), 10, 64)
	if err != nil || e1 != nil || e2 != nil || !q.sees(region) {
		return l, store.ErrNotFound
	}
	return q.store().LetterNumbered(q.ctx(), region, year, number)
}

// lookedAtLetters writes down that somebody looks at letters: each at its person, a
// letter with a list at many.
func (q *ask) lookedAtLetters(letters []store.RegisteredLetter) error {
	var lines []osms.Access
	line := map[osms.IIN]int{}
	for _, l := range letters {
		if i, seen := line[l.Person]; seen {
			lines[i].Ground += ", " + l.Outgoing()
			continue
		}
		line[l.Person] = len(lines)
		what := jobs.AccessLetter
		if l.Person == 0 {
			what = jobs.AccessRegister
		}
		lines = append(lines, q.look(what, l.Person, lookedLetter(l.Outgoing())))
	}
	return q.desk.NoteAll(q.ctx(), lines)
}

// issued makes letters again, after the look is written down. None is left where
// all are about persons whose data are blocked: ErrBlocked.
func (q *ask) issued(letters ...store.RegisteredLetter) ([]jobs.LetterIssued, error) {
	if err := q.lookedAtLetters(letters); err != nil {
		return nil, err
	}
	out, err := q.desk.IssuedLetters(q.ctx(), letters)
	switch {
	case errors.Is(err, jobs.ErrUnmade):
		q.s.Log.Error("a letter cannot be made again", "err", err)
		return nil, refused(http.StatusGone, "refused.letter.unmade")
	case err == nil && len(out) == 0 && len(letters) > 0:
		err = jobs.ErrBlocked
	}
	return out, err
}

// issuedAgain makes the letter of the address again, if the reader may see it.
func (q *ask) issuedAgain() (l store.RegisteredLetter, again jobs.LetterIssued, err error) {
	if l, err = q.ownLetter(); err != nil {
		return l, again, err
	}
	all, err := q.issued(l)
	if err != nil {
		return l, again, err
	}
	return l, all[0], nil
}

type letterPage struct {
	Letter       store.RegisteredLetter
	Path         string
	Organisation osms.Organisation
	Content      letter.Content
	Replaces     []caseLetter
	ReplacedBy   []caseLetter
	Annulled     store.Annulled
	CasePath     string
	Annul        bool
	Reissue      bool // it can be issued again under a new number
}

// letterPage shows what a letter is and says, and what became of it.
func (q *ask) letterPage() error {
	l, issued, err := q.issuedAgain()
	if err != nil {
		return err
	}
	page := letterPage{Letter: l, Path: letterPath(l.Outgoing()), Content: issued.Content, Reissue: l.Bundle == 0}
	if page.Organisation, err = q.organisation(l.BIN); err != nil {
		return err
	}
	if n, err := osms.ParseCaseNumber(l.Matter); err == nil {
		page.CasePath = casePath(n)
	}
	if l.Replaces != "" {
		for number := range strings.SplitSeq(l.Replaces, ", ") {
			page.Replaces = append(page.Replaces, caseLetter{Path: letterPath(number), Number: number})
		}
	}
	by, err := q.store().ReplacedBy(q.ctx(), l)
	if err != nil {
		return err
	}
	for _, x := range by {
		page.ReplacedBy = append(page.ReplacedBy, caseLetter{x, letterPath(x.Outgoing()), x.Outgoing()})
	}
	if l.Annulled != 0 {
		if page.Annulled, err = q.store().AnnulledBy(q.ctx(), l.Annulled); err != nil {
			return err
		}
	}
	page.Annul = l.Annulled == 0 && q.s.may("POST /letters/{region}/{year}/{number}/annul")&holds(q.account.Role) != 0
	return q.show("letter", q.say("letter.title", l.Outgoing()), page)
}

func (q *ask) letterPDF() error  { return q.letterDocument(".pdf", kindPDF) }
func (q *ask) letterDOCX() error { return q.letterDocument(".docx", kindDOCX) }

func (q *ask) letterDocument(form, kind string) error {
	l, issued, err := q.issuedAgain()
	if err != nil {
		return err
	}
	b, err := q.desk.IssuedDocument(q.ctx(), issued, form)
	if err != nil {
		return err
	}
	name := l.Outgoing() + "-" + string(l.Kind) + form
	if form == ".pdf" {
		return q.open(name, b)
	}
	return q.download(name, kind, b)
}

// open sends a PDF that the browser shows in a page of its own: its viewer is a
// plug-in of ours to the policy, and a PDF runs nothing.
func (q *ask) open(name string, pdf []byte) error {
	h := q.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'")
	h.Set("Content-Type", kindPDF)
	h.Set("Content-Disposition", strings.Replace(disposition(name), "attachment", "inline", 1))
	h.Set("Content-Length", strconv.Itoa(len(pdf)))
	_, _ = q.w.Write(pdf)
	return nil
}

// printLetters makes one PDF of the letters that were chosen, or of all that a
// filter finds: oldest first, as they are put into envelopes.
func (q *ask) printLetters() error {
	var letters []store.RegisteredLetter
	add := func(l store.RegisteredLetter, _ []byte) error {
		if letters = append(letters, l); len(letters) > mostPrinted {
			return refused(http.StatusUnprocessableEntity, "refused.letters.many", mostPrinted)
		}
		return nil
	}
	if err := q.r.ParseForm(); err != nil {
		return refused(http.StatusBadRequest, "refused.cut")
	}
	if q.value("all") != "" {
		f, err := q.letterFilter()
		if err == nil {
			err = q.store().Register(q.ctx(), f, add)
		}
		if err != nil {
			return err
		}
	} else {
		for _, text := range q.r.PostForm["letter"] {
			n, err := osms.ParseCaseNumber(text)
			if err != nil || !q.sees(n.Region) {
				return store.ErrNotFound
			}
			l, err := q.store().LetterNumbered(q.ctx(), n.Region, n.Year, n.Serial)
			if err == nil {
				err = add(l, nil)
			}
			if err != nil {
				return err
			}
		}
	}
	if len(letters) == 0 {
		return refused(http.StatusUnprocessableEntity, "refused.letters.none")
	}
	issued, err := q.issued(letters...)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := jobs.PrintSeveral(&b, issued, q.today()); err != nil {
		return err
	}
	return q.open(fmt.Sprintf("letters-%s.pdf", q.today()), b.Bytes())
}

// annulLetter annuls a letter with a reason and, where that is asked, issues it
// again under a new number.
func (q *ask) annulLetter() error {
	l, err := q.ownLetter()
	if err != nil {
		return err
	}
	reason, err := q.reason()
	if err != nil {
		return err
	}
	reissue := q.value("reissue") != ""
	again := ""
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobLetters, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		var wording, err error
		again, wording, err = q.desk.AnnulAndPrint(ctx, t, l, reason, reissue, t.Progress)
		if wording != nil {
			q.s.Log.Warn("the wording of letters is broken: the last good one stays in use", "err", wording)
		}
		if err != nil {
			return "", err
		}
		return l.Outgoing() + " annulled", nil
	})
	switch {
	case errors.Is(err, store.ErrOnce):
		return refused(http.StatusConflict, "refused.letter.annulled", l.Outgoing())
	case err != nil:
		return err
	case again != "":
		return q.redirect(letterPath(again), "reissued")
	case l.Bundle != 0:
		return q.redirect(letterPath(l.Outgoing()), "reissuelater")
	}
	return q.redirect(letterPath(l.Outgoing()), "annulled")
}

type letterTexts struct {
	Kinds  []osms.LetterKind
	Digest string // of the wording in force
	Own    bool   // it is the operator's, not the built-in one
	Folder bool   // a folder is configured
	Faults []string
}

// letterTexts says which wording is in force, and what is wrong with the
// operator's where something is.
func (q *ask) letterTexts() error {
	texts, err := q.desk.InForce(q.ctx(), q.now)
	page := letterTexts{Kinds: osms.LetterKinds, Digest: texts.Digest(), Own: texts.Digest() != letter.Default().Digest(), Folder: q.desk.Wording.Folder != ""}
	var faults *letter.TextsError
	switch {
	case errors.As(err, &faults):
		for _, f := range faults.Faults {
			page.Faults = append(page.Faults, osms.Shown(f.String()))
		}
	case err != nil:
		return err
	}
	return q.show("lettertexts", q.say("letters.texts.title"), page)
}

// letterSample shows what a wording makes of a letter about nobody.
func (q *ask) letterSample() error {
	kind := osms.LetterKind(q.r.PathValue("kind"))
	if !slices.Contains(osms.LetterKinds, kind) {
		return store.ErrNotFound
	}
	texts, err := q.desk.InForce(q.ctx(), q.now)
	if err != nil && !errors.As(err, new(*letter.TextsError)) {
		return err
	}
	var b bytes.Buffer
	if err := letter.Preview(&b, texts, kind); err != nil {
		return err
	}
	return q.open("sample-"+string(kind)+".pdf", b.Bytes())
}

// letterTotals are how many letters a filter finds: counting a large register
// takes long, and most look at the same ones.
type letterTotals struct{ all, annulled int }
