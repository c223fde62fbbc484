package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"osmsd/exporters/receipt"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) filesRoutes() []route {
	senders := akimat | admin
	return []route{
		{"GET /files", everybody, osms.ScopeRead, (*ask).filesPage},
		{"POST /files", senders, osms.ScopeUpload, (*ask).sendFiles},
		{"GET /files/{id}", everybody, osms.ScopeRead, (*ask).filePage},
		{"GET /files/{id}/receipt.pdf", everybody, osms.ScopeRead, (*ask).fileReceipt},
		{"GET /files/{id}/returned", everybody, osms.ScopeRead, (*ask).fileReturned},
		{"GET /files/{id}/original", akimat | admin | auditor, osms.ScopeRead, (*ask).fileOriginal},
		{"GET /uploads/{id}", senders, osms.ScopeRead, (*ask).uploadPage},
		{"GET /uploads/{id}/returned", senders, osms.ScopeRead, (*ask).uploadReturned},
		{"POST /uploads/{id}/apply", senders, osms.ScopeUpload, (*ask).applyUpload},
		{"GET /live/{topic}", everybody, osms.ScopeRead, (*ask).events},
	}
}

const filesAtOnce = 50

type filesPage struct {
	Region   osms.Region
	Regions  []osms.RegionName
	Outcome  osms.Outcome
	Outcomes []osms.Outcome
	Kinds    []osms.Kind
	Files    []store.Arrival
	Older    int64 // 0: there are none
	Send     bool  // the reader may send files
	Most     int64 // MiB of a file
}

func (q *ask) filesPage() error {
	region, err := q.region()
	if err != nil {
		return err
	}
	page := filesPage{Region: region, Outcome: osms.Outcome(q.value("outcome")), Outcomes: osms.Outcomes(), Kinds: osms.Kinds(),
		Send: q.is(osms.RoleAkimat, osms.RoleAdministrator), Most: q.s.largest() >> 20}
	if page.Outcome != "" && !slices.Contains(page.Outcomes, page.Outcome) {
		return refused(http.StatusBadRequest, "refused.outcome", string(page.Outcome))
	}
	if q.scope() == 0 {
		page.Regions = osms.Regions()
	} else {
		page.Kinds = []osms.Kind{osms.KindRoster, osms.KindOrganisations, osms.KindApplications, osms.KindEvents}
	}
	before, err := q.before()
	if err != nil {
		return err
	}
	page.Files, err = q.store().ArrivalsAsked(q.ctx(), store.ArrivalsAsked{Region: region, Outcome: page.Outcome, Before: before, Limit: filesAtOnce + 1})
	if err != nil {
		return err
	}
	slices.Reverse(page.Files) // newest first
	if len(page.Files) > filesAtOnce {
		page.Files = page.Files[:filesAtOnce]
		page.Older = page.Files[filesAtOnce-1].ID
	}
	return q.show("files", q.say("files.title"), page)
}

// before is from where a long list goes on.
func (q *ask) before() (int64, error) {
	text := q.value("before")
	if text == "" {
		return 0, nil
	}
	var n int64
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n <= 0 {
		return 0, refused(http.StatusBadRequest, "refused.before", text)
	}
	return n, nil
}

// sendFiles takes what is sent and shows what becomes of it.
func (q *ask) sendFiles() error {
	got, err := q.s.uploads.receive(q)
	if err != nil {
		return err
	}
	made, err := q.s.uploads.register(q, got)
	if err != nil {
		return err
	}
	to := "/files"
	if len(made) == 1 {
		to = fmt.Sprintf("/uploads/%d", made[0].ID)
	} else {
		to += "?said=sent"
	}
	if forPrograms(q.r) {
		q.w.Header().Set("Content-Type", kindJSON)
		return json.NewEncoder(q.w).Encode(map[string]string{"location": to})
	}
	return q.redirect(to, "")
}

type uploadPage struct {
	Upload  store.Upload
	At      event
	Failure string
	Reports []reportShown
	Apply   bool   // what was looked at can be applied
	Applied string // where it is seen that it was applied; "": it was not
	File    int64  // the number of the file that it was applied as; 0: not known yet, or several
}

// uploadPage shows an upload: how far it is, or what became of it. One file that
// was taken leads to its receipt.
func (q *ask) uploadPage() error {
	u, err := q.ownUpload()
	if err != nil {
		return err
	}
	page := uploadPage{Upload: u}
	switch {
	case u.State == store.UploadFailed:
		var f failure
		if err := json.Unmarshal(u.Report, &f); err != nil {
			return err
		}
		page.Failure = q.say(f.Key)
	case u.State == store.UploadDone && !u.Dry && len(u.Arrivals) == 1:
		return q.redirect(fmt.Sprintf("/files/%d", u.Arrivals[0]), "")
	case u.State == store.UploadDone && !u.Dry:
		for _, n := range u.Arrivals {
			r, err := q.store().ReportOf(q.ctx(), n)
			if err != nil {
				return err
			}
			page.Reports = append(page.Reports, q.shownReport(r, n))
		}
	case u.State == store.UploadDone:
		if err := q.appliedAs(&page); err != nil {
			return err
		}
		reports, ok := q.s.uploads.found(u.ID)
		if !ok && page.Applied != "" {
			break // its bytes are gone from the spool, and its receipt says it all
		}
		if !ok {
			if err := q.s.uploads.again(q.ctx(), u); err != nil {
				return err
			}
			page.Upload.State = store.UploadWaiting
			break
		}
		for _, r := range reports {
			page.Reports = append(page.Reports, q.shownReport(r, 0))
			page.Apply = page.Apply || page.Applied == "" && (r.Outcome == osms.Applied || r.Outcome == osms.AppliedWithRefusals || r.Outcome == osms.Held)
		}
	}
	live := ""
	if page.Upload.State == store.UploadWaiting {
		live = uploadTopic(u.ID)
		page.At, _ = q.s.live.at(live)
	}
	return q.showLive("upload", q.say("upload.title", intake.Shown(u.Name)), live, page)
}

// appliedAs fills in what became of an upload that was looked at and then applied.
func (q *ask) appliedAs(page *uploadPage) error {
	later, err := q.store().UploadsApplying(q.ctx(), page.Upload, q.account.ID)
	if err != nil || len(later) == 0 {
		return err
	}
	last := later[len(later)-1]
	page.Applied = fmt.Sprintf("/uploads/%d", last.ID)
	if last.State == store.UploadDone && len(last.Arrivals) == 1 {
		page.File = last.Arrivals[0]
		page.Applied = fmt.Sprintf("/files/%d", page.File)
	}
	return nil
}

// uploadReturned gives the workbook of a check with its faults marked. Nothing of
// a check is kept but what was sent, so it is looked at once more. Of an archive
// of files, file says which.
func (q *ask) uploadReturned() error {
	u, err := q.ownUpload()
	if err != nil {
		return err
	}
	if !u.Dry || u.State != store.UploadDone {
		return store.ErrNotFound
	}
	later, err := q.store().UploadsApplying(q.ctx(), u, q.account.ID)
	if err != nil {
		return err
	}
	// What was applied has its workbook with its receipt.
	if len(later) > 0 || q.s.uploads.bytes(u.SHA256) == "" {
		return refused(http.StatusGone, "refused.again")
	}
	which := 0
	if text := q.value("file"); text != "" {
		if which, err = strconv.Atoi(text); err != nil {
			return store.ErrNotFound
		}
	}
	by, _, err := q.s.uploads.delivery(q.ctx(), u)
	if err != nil {
		return err
	}
	desk, done, err := q.desk.Rehearsal()
	if err != nil {
		return err
	}
	defer done()
	reports, err := q.s.uploads.look(q.ctx(), desk, u, by)
	if err != nil {
		return err
	}
	if which < 0 || which >= len(reports) {
		return store.ErrNotFound
	}
	return q.returnedWorkbook(desk, reports[which], reports[which].File, "-checked")
}

// applyUpload applies what was only looked at: the same bytes with the same
// declaration.
func (q *ask) applyUpload() error {
	u, err := q.ownUpload()
	if err != nil {
		return err
	}
	if q.s.uploads.bytes(u.SHA256) == "" || !u.Dry {
		return refused(http.StatusGone, "refused.again")
	}
	again := store.Upload{Account: q.account.ID, Name: u.Name, SHA256: u.SHA256, Size: u.Size, Region: u.Region, Kind: u.Kind, Received: q.now}
	if again.Approve, err = q.approval(q.value("approve")); err != nil {
		return err
	}
	if again, err = q.store().PutUpload(q.ctx(), again); err != nil {
		return err
	}
	q.s.uploads.nudge()
	return q.redirect(fmt.Sprintf("/uploads/%d", again.ID), "")
}

// reportShown is a report as a page shows it.
type reportShown struct {
	osms.FileReport
	Number   int64
	Region   osms.Region
	Fault    string
	Holds    []string
	Refusals []refusalShown
	More     int // refusals and warnings that are not listed here
	Changes  []changeShown
	Unshown  int // changes that are not listed here
	Money    string
	Undo     bool
}

type refusalShown struct {
	osms.Refusal
	At, Value, Text string
}

// Pages list so many; the receipt and the returned workbook have all.
const (
	mostRefusals = 200
	mostChanges  = 500
)

func (q *ask) shownReport(r osms.FileReport, number int64) reportShown {
	out := reportShown{FileReport: r, Number: number, Region: r.Region}
	if r.Error != nil {
		out.Fault = r.Error.Message(q.lang)
	}
	for _, h := range r.Holds {
		text := h.Message(q.lang)
		if h.BIN != 0 {
			text = h.BIN.Digits() + ": " + text
		}
		out.Holds = append(out.Holds, text)
	}
	for i, x := range r.Refusals {
		if i == mostRefusals {
			break
		}
		at := x.Cell
		if x.Sheet != "" {
			at = osms.Shown(x.Sheet) + "!" + x.Cell
		}
		out.Refusals = append(out.Refusals, refusalShown{x, at, x.Masked(), x.Message(q.lang)})
	}
	out.More = max(0, len(r.Refusals)-mostRefusals) + r.Unlisted
	out.Changes, out.Unshown = q.shownChanges(r.Changes)
	if r.Money != nil {
		out.Money = r.Money.Message(q.lang)
	}
	return out
}

// ownArrival finds a file that the reader may see: an akimat its own region's.
func (q *ask) ownArrival() (store.Arrival, error) {
	id, err := q.number("id")
	if err != nil {
		return store.Arrival{}, err
	}
	a, err := q.store().ArrivalNumbered(q.ctx(), id)
	if err == nil && q.scope() != 0 && a.Region != q.scope() {
		err = store.ErrNotFound
	}
	return a, err
}

type filePage struct {
	Arrival store.Arrival
	Report  reportShown
	Same    []store.Arrival // other arrivals of the same bytes that the reader may see
}

func (q *ask) filePage() error {
	a, err := q.ownArrival()
	if err != nil {
		return err
	}
	r, err := q.store().ReportOf(q.ctx(), a.ID)
	if err != nil {
		return err
	}
	page := filePage{Arrival: a, Report: q.shownReport(r, a.ID)}
	page.Report.Undo = q.is(osms.RoleAdministrator) && a.Sequence != 0 && (a.Outcome == osms.Applied || a.Outcome == osms.AppliedWithRefusals)
	same, err := q.store().ArrivalsAsked(q.ctx(), store.ArrivalsAsked{SHA256: a.SHA256, Region: q.scope(), Limit: 10})
	if err != nil {
		return err
	}
	for _, x := range same {
		if x.ID != a.ID {
			page.Same = append(page.Same, x)
		}
	}
	return q.show("file", q.say("file.title", a.ID), page)
}

func (q *ask) fileReceipt() error {
	a, err := q.ownArrival()
	if err != nil {
		return err
	}
	r, err := q.store().ReportOf(q.ctx(), a.ID)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := receipt.WritePDF(&b, r, q.desk.Zone); err != nil {
		return err
	}
	return q.download(fmt.Sprintf("receipt-%d.pdf", a.ID), kindPDF, b.Bytes())
}

// fileReturned gives the sender's own workbook back with its faults marked.
func (q *ask) fileReturned() error {
	a, err := q.ownArrival()
	if err != nil {
		return err
	}
	r, err := q.store().ReportOf(q.ctx(), a.ID)
	if err != nil {
		return err
	}
	return q.returnedWorkbook(q.desk, r, a.Name, fmt.Sprintf("-returned-%d", a.ID))
}

// returnedWorkbook gives the marked workbook of a report; name is what the file
// was called, tail ends what it is saved as.
func (q *ask) returnedWorkbook(desk *jobs.Desk, r osms.FileReport, name, tail string) error {
	dir, err := os.MkdirTemp("", "osmsd-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path, err := desk.ReturnTo(dir, r)
	if err != nil {
		return err
	}
	if path == "" {
		return refused(http.StatusNotFound, "refused.nothingmarked")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	ext := strings.ToLower(filepath.Ext(path))
	kind := kindXLSX
	if ext == ".xlsm" {
		kind = kindXLSM
	}
	stem := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	return q.download(intake.SafeNameWith(stem, tail+ext), kind, data)
}

// fileOriginal gives the bytes as they came.
func (q *ask) fileOriginal() error {
	a, err := q.ownArrival()
	if err != nil {
		return err
	}
	f, err := q.desk.Archive.Open(a.SHA256)
	if errors.Is(err, os.ErrNotExist) {
		return refused(http.StatusGone, "refused.gone")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := q.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", disposition(intake.SafeName(filepath.Base(a.Name))))
	http.ServeContent(q.w, q.r, "", a.Received, f)
	return nil
}
