package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"osmsd/exporters/statement"
	"osmsd/exporters/workbook"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) auditRoutes() []route {
	return []route{
		{"GET /audit", admin | auditor, osms.ScopeRead, (*ask).auditPage},
		{"POST /audit/verify", admin | auditor, "", (*ask).verify},
		{"GET /audit/verify/{id}", admin | auditor, osms.ScopeRead, (*ask).verifyPage},
		{"POST /audit/code", admin | auditor, "", (*ask).checkCode},
		{"POST /audit/check", admin | auditor, "", (*ask).checkDocument},
		{"POST /audit/pack", admin | auditor, "", (*ask).auditPack},
	}
}

const entriesAtOnce = 50

type auditPage struct {
	Number  int64 // of the last entry
	Head    string
	At      time.Time
	Lines   []chainLine
	Older   int64 // 0: there are none
	Newest  bool
	Month   osms.Month
	Regions []osms.RegionName
	Last    *verification // the last one that was made here
}

// chainLine is an entry with the place in the access log after the line that it
// is about, where it is about one.
type chainLine struct {
	store.ChainLine
	After int64
}

func (q *ask) auditPage() error {
	before, err := q.before()
	if err != nil {
		return err
	}
	page := auditPage{Newest: before == 0, Month: q.today().Month(), Regions: osms.Regions(), Last: q.s.verified.last()}
	if page.Number, page.Head, page.At, err = q.store().ChainEnd(q.ctx()); err != nil {
		return err
	}
	lines, err := q.store().AuditPage(q.ctx(), before, entriesAtOnce+1)
	if err != nil {
		return err
	}
	if len(lines) > entriesAtOnce {
		lines = lines[:entriesAtOnce]
		page.Older = lines[entriesAtOnce-1].Number
	}
	runs := map[int64][]osms.Run{}
	for _, l := range lines {
		if l.Run == 0 && l.Nth == 0 && l.Account == "" {
			at := l.At.Unix()
			if runs[at] == nil {
				if runs[at], err = q.store().RunsAt(q.ctx(), l.At); err != nil {
					return err
				}
			}
			if r := runs[at]; len(r) == 1 { // of several nobody can tell
				l.Run, l.Trigger, l.RunWho = r[0].ID, r[0].Trigger, r[0].Who
			}
		}
		page.Lines = append(page.Lines, chainLine{l, l.Nth + 1})
	}
	return q.show("audit", q.say("audit.title"), page)
}

// verification is a check of archive, chain and registry that was begun here.
type verification struct {
	ID           int64
	Who          string
	Begun, Ended time.Time // Ended zero: it goes on
	Found        jobs.Verification
	Failed       bool
}

// verifications are the last checks. They are kept in memory only: a check that
// somebody should rely on is made anew.
type verifications struct {
	mu   sync.Mutex
	all  []verification
	next int64
}

const keepVerifications = 5

// begin gives the check that goes on, or a new one.
func (v *verifications) begin(who string, at time.Time) (id int64, fresh bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n := len(v.all); n > 0 && v.all[n-1].Ended.IsZero() {
		return v.all[n-1].ID, false
	}
	if len(v.all) == keepVerifications {
		v.all = v.all[1:]
	}
	v.next++
	v.all = append(v.all, verification{ID: v.next, Who: who, Begun: at})
	return v.next, true
}

func (v *verifications) end(id int64, found jobs.Verification, failed bool, at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.all {
		if v.all[i].ID == id {
			v.all[i].Found, v.all[i].Failed, v.all[i].Ended = found, failed, at
		}
	}
}

func (v *verifications) numbered(id int64) (verification, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, x := range v.all {
		if x.ID == id {
			return x, nil
		}
	}
	return verification{}, store.ErrNotFound
}

func (v *verifications) last() *verification {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.all) == 0 {
		return nil
	}
	x := v.all[len(v.all)-1]
	return &x
}

// States of a check for pages that follow it.
const (
	verifyDone   = "done"
	verifyFailed = "failed"
)

// verify begins a check, or joins the one that goes on.
func (q *ask) verify() error {
	id, fresh := q.s.verified.begin(q.account.Login, q.now)
	if fresh {
		s, desk, topic := q.s, q.desk, verifyTopic(id)
		s.live.say(topic, event{Step: "verify"})
		s.background.do(func(ctx context.Context) {
			state := verifyFailed
			var found jobs.Verification
			defer func() { // whatever happens, it has an end
				s.verified.end(id, found, state != verifyDone, s.now())
				s.live.say(topic, event{State: state})
			}()
			found, err := desk.Verify(ctx, func(step string, done, all int) { s.live.say(topic, event{Step: step, Done: done, All: all}) })
			if err == nil {
				state = verifyDone
			} else if ctx.Err() == nil {
				s.Log.Error("verify failed", "err", err)
			}
		})
	}
	return q.redirect(fmt.Sprintf("/audit/verify/%d", id), "")
}

// verifyEnded tells pages that follow a check how it ended.
func (q *ask) verifyEnded(id int64) (string, error) {
	if !q.is(osms.RoleAdministrator, osms.RoleAuditor) {
		return "", refused(http.StatusForbidden, "refused.role")
	}
	v, err := q.s.verified.numbered(id)
	switch {
	case err != nil || v.Ended.IsZero():
		return "", err
	case v.Failed:
		return verifyFailed, nil
	}
	return verifyDone, nil
}

type verifyPage struct {
	verification
	At   event
	More int // findings that are not listed
}

func (q *ask) verifyPage() error {
	id, err := q.number("id")
	if err != nil {
		return err
	}
	v, err := q.s.verified.numbered(id)
	if err != nil {
		return err
	}
	page, live := verifyPage{verification: v}, ""
	const most = 500
	if page.More = max(0, len(v.Found.Findings)-most); page.More > 0 {
		page.Found.Findings = v.Found.Findings[:most]
	}
	if v.Ended.IsZero() {
		live = verifyTopic(id)
		page.At, _ = q.s.live.at(live)
	}
	return q.showLive("verify", q.say("verify.title"), live, page)
}

type checkedPage struct {
	Good     bool
	Document string // number or name of file, as it was given
	Reason   string
	Place    string
	Number   string
	Person   osms.IIN // shown masked
	From, To osms.Month
	Total    osms.Tiyn
	Code     string
	Resaved  bool
	ByCode   bool
}

// checkCode tells whether a statement was given and prints a code.
func (q *ask) checkCode() error {
	number, code := jobs.HeardNumber(q.value("number")), q.value("code")
	if number == "" || code == "" || len(number) > 64 || len(code) > 200 {
		return refused(http.StatusUnprocessableEntity, "refused.code")
	}
	s, confirmed, err := q.desk.CodeConfirmedTo(q.ctx(), q.account.Login, number, code, q.now)
	if err != nil {
		return err
	}
	page := checkedPage{Good: confirmed, Document: number, ByCode: true}
	if confirmed {
		page.Number, page.Person, page.From, page.To, page.Total, page.Code = number, s.Person, s.From, s.To, s.Total, statement.Code(s)
	}
	return q.show("checked", q.say("checked.title"), page)
}

// largestDocument bounds what is read of a document that is to be checked.
const largestDocument = 16 << 20

// checkDocument verifies a statement that somebody holds, without the registry:
// by the public keys of the home.
func (q *ask) checkDocument() error {
	c := http.NewResponseController(q.w)
	_ = c.SetReadDeadline(time.Now().Add(2 * time.Minute))
	_ = c.SetWriteDeadline(time.Now().Add(5 * time.Minute))
	q.r.Body = http.MaxBytesReader(q.w, q.r.Body, largestDocument)
	f, head, err := q.r.FormFile("file")
	if err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return err
		}
		return refused(http.StatusBadRequest, "refused.nofile")
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return broken(err)
	}
	keys, err := q.desk.Signing.Keys()
	if err != nil {
		return err
	}
	if keys == nil {
		return refused(http.StatusConflict, "refused.nokeys")
	}
	name := intake.Shown(filepath.Base(head.Filename))
	v, err := statement.Verify(data, name, keys)
	page := checkedPage{Good: err == nil, Document: name, Number: v.Number, From: v.From, To: v.To, Total: v.Total, Code: v.Code, Resaved: v.Resaved, Person: v.Person}
	var fault *statement.Fault
	if errors.As(err, &fault) {
		page.Reason, page.Place = string(fault.Reason), fault.Place
	} else if err != nil {
		return err
	}
	if v.Person != 0 {
		of := "непроверенный документ" // its number may be anything
		if page.Good {
			of = lookedDocument(v.Number)
		}
		if err := q.desk.Note(q.ctx(), q.look(jobs.AccessCode, v.Person, of)); err != nil {
			return err
		}
	}
	return q.show("checked", q.say("checked.title"), page)
}

// auditPack answers an auditor's questions about a month in a workbook.
func (q *ask) auditPack() error {
	_ = http.NewResponseController(q.w).SetWriteDeadline(time.Now().Add(20 * time.Minute))
	month, err := q.month()
	if err != nil {
		return err
	}
	region, err := q.region()
	if err != nil {
		return err
	}
	if err := q.lookedAtMany(lookedOf("ответы аудитору", month, region)); err != nil {
		return err
	}
	audit, each, err := q.desk.Audit(q.ctx(), month, region, q.now)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "osmsd-audit-*.xlsx")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := workbook.WriteAudit(f, audit, each, q.lang); err != nil {
		return err
	}
	name := fmt.Sprintf("audit-%s-%06d", month, audit.Sequence)
	if region != 0 {
		name += "-" + region.String()
	}
	q.w.Header().Set("Content-Type", kindXLSX)
	q.w.Header().Set("Content-Disposition", disposition(name+".xlsx"))
	http.ServeContent(q.w, q.r, "", time.Time{}, f)
	return nil
}
