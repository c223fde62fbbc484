package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// uploads takes what is sent. A file is written beside its place, fsynced and
// named by its digest; then it is on the register as waiting, and only then is
// the sender told. A worker takes what waits, in order, in a run like any other:
// the same code as for a file in a drop folder. What was cut off half way leaves
// nothing; what waits when the program ends waits for its next start.
type uploads struct {
	s    *Server
	wake chan struct{}

	// place is held while bytes are put into the spool and registered, and while it
	// is found out that nobody waits for them.
	place sync.Mutex

	mu     sync.Mutex
	looked map[int64][]osms.FileReport
	order  []int64
}

// Files that nobody waits for are cleared away after a while: a dry run's for a
// day, so that it can be applied as it was looked at.
const (
	keepAbandoned = time.Hour
	keepLooked    = 24 * time.Hour
)

// mostFiles is how many files one request may bring.
const mostFiles = 50

func newUploads(s *Server) (*uploads, error) {
	if err := os.MkdirAll(s.Spool, 0o700); err != nil {
		return nil, err
	}
	return &uploads{s: s, wake: make(chan struct{}, 1), looked: map[int64][]osms.FileReport{}}, nil
}

func (u *uploads) path(sha string) string { return filepath.Join(u.s.Spool, sha) }

// patient gives a sender time as long as bytes come: a minute, and one second
// more for every 4 KiB that came.
type patient struct {
	r     io.Reader
	c     *http.ResponseController
	first time.Duration
	begun time.Time
	bytes int64
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.c.SetReadDeadline(p.begun.Add(p.first + time.Duration(p.bytes/4096)*time.Second))
	n, err := p.r.Read(b)
	p.bytes += int64(n)
	return n, err
}

// sent is a request that brings files.
type sent struct {
	fields map[string]string
	files  []spooled
}

// spooled is a file as it came: beside its place until all that was sent has come.
type spooled struct {
	name, sha, temporary string
	size                 int64
}

// receive reads a multipart request into the spool. On an error nothing of it
// stays.
func (u *uploads) receive(q *ask) (got sent, err error) {
	u.bePatient(q)
	defer func() { u.discard(got, err) }()
	parts, err := q.r.MultipartReader()
	if err != nil {
		return got, refused(http.StatusUnsupportedMediaType, "refused.multipart")
	}
	got.fields = map[string]string{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return got, broken(err)
		}
		if n > mostFiles+20 {
			return got, refused(http.StatusBadRequest, "refused.parts", mostFiles)
		}
		if part.FileName() == "" {
			value, err := io.ReadAll(io.LimitReader(part, 4097))
			if err != nil {
				return got, broken(err)
			}
			if len(value) > 4096 {
				return got, refused(http.StatusRequestEntityTooLarge, "refused.field")
			}
			if part.FormName() != "file" {
				got.fields[part.FormName()] = strings.TrimSpace(string(value))
			}
			continue
		}
		if len(got.files) == mostFiles {
			return got, refused(http.StatusBadRequest, "refused.parts", mostFiles)
		}
		f, err := u.spool(part, safeUploadName(part.FileName()))
		if err != nil {
			return got, err
		}
		got.files = append(got.files, f)
	}
}

// bePatient gives the sender of a body time, and bounds the body.
func (u *uploads) bePatient(q *ask) {
	c := http.NewResponseController(q.w)
	body := http.MaxBytesReader(q.w, q.r.Body, mostFiles*u.s.largest())
	q.r.Body = struct {
		io.Reader
		io.Closer
	}{&patient{body, c, u.s.patience(), time.Now(), 0}, body}
	_ = c.SetWriteDeadline(time.Time{})
}

// discard throws away what was sent when something is wrong with it.
func (u *uploads) discard(got sent, err error) {
	for _, f := range got.files {
		if err != nil {
			_ = os.Remove(f.temporary)
		}
	}
}

// settle puts a file in its place and on the register: both or neither, as far as
// whoever clears the spool sees.
func (u *uploads) settle(ctx context.Context, f spooled, x store.Upload) (store.Upload, error) {
	u.place.Lock()
	defer u.place.Unlock()
	if err := os.Rename(f.temporary, u.path(f.sha)); err != nil {
		return x, err
	}
	if err := syncFolder(u.s.Spool); err != nil {
		return x, err
	}
	return u.s.store().PutUpload(ctx, x)
}

// broken says what stood in the way of reading what is sent.
func broken(err error) error {
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refused(http.StatusRequestTimeout, "refused.slowbody")
	}
	return refused(http.StatusBadRequest, "refused.cut")
}

// safeUploadName is what a sender calls a file: never a path, only the last word
// of one.
func safeUploadName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.ToValidUTF8(name, string(utf8.RuneError))
	if name == "" || name == "." || name == ".." {
		name = "file"
	}
	for len(name) > 200 {
		_, n := utf8.DecodeLastRuneInString(name[:200])
		ext := path.Ext(name)
		if len(ext) > 10 {
			ext = ""
		}
		name = name[:200-n-len(ext)] + ext
	}
	return name
}

// spool writes what is sent beside its place, whole or not at all; see settle.
func (u *uploads) spool(r io.Reader, name string) (out spooled, err error) {
	temporary := filepath.Join(u.s.Spool, rand.Text()+".part")
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return out, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(temporary)
		}
	}()
	digest := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, digest), &capped{r, u.s.largest()})
	if err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return out, err
		}
		if errors.As(err, new(*os.PathError)) {
			return out, fmt.Errorf("keep what was sent: %w", err)
		}
		return out, broken(err)
	}
	if err = f.Sync(); err != nil {
		return out, err
	}
	if err = f.Close(); err != nil {
		return out, err
	}
	return spooled{name, hex.EncodeToString(digest.Sum(nil)), temporary, n}, nil
}

// capped refuses a file that is too large.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(b []byte) (int, error) {
	if c.left < 0 {
		return 0, &http.MaxBytesError{}
	}
	n, err := c.r.Read(b)
	c.left -= int64(n)
	if c.left < 0 {
		return 0, &http.MaxBytesError{}
	}
	return n, err
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// register puts what was sent on the register. Under an idempotency key that the
// account used, it gives the first answer again, or a conflict when something
// else was sent under it.
func (u *uploads) register(q *ask, got sent) (out []store.Upload, err error) {
	defer func() { u.discard(got, err) }()
	region, kind, approve, dry, err := u.asked(q, got)
	if err != nil {
		return nil, err
	}
	request := q.r.Header.Get("Idempotency-Key")
	if len(request) > 200 {
		return nil, refused(http.StatusBadRequest, "refused.key")
	}
	if request == "" && q.token != nil {
		request = "-" + rand.Text() // nobody can ask under it again: it says that a program sent it
	}
	if request != "" && len(got.files) > 1 {
		return nil, refused(http.StatusBadRequest, "refused.onefile")
	}
	for _, f := range got.files {
		whole := digestOf(strings.Join([]string{f.name, f.sha, region.String(), string(kind), approve, fmt.Sprint(dry)}, "\x00"))
		made, err := u.settle(q.ctx(), f, store.Upload{Account: q.account.ID, Request: request, Body: whole, Name: f.name, SHA256: f.sha, Size: f.size,
			Region: region, Kind: kind, Approve: approve, Dry: dry, Received: q.now})
		if errors.Is(err, store.ErrOnce) {
			if made.Body != whole {
				return nil, refused(http.StatusConflict, "refused.reused")
			}
			err = nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, made)
	}
	u.nudge()
	return out, nil
}

// asked reads what the sender says of the files.
func (u *uploads) asked(q *ask, got sent) (region osms.Region, kind osms.Kind, approve string, dry bool, err error) {
	if len(got.files) == 0 {
		return 0, "", "", false, refused(http.StatusBadRequest, "refused.nofile")
	}
	region = q.scope()
	if text := got.fields["region"]; text != "" {
		r, err := osms.ParseRegion(text)
		if err != nil {
			return 0, "", "", false, refused(http.StatusBadRequest, "refused.region", text)
		}
		if !q.sees(r) {
			return 0, "", "", false, refused(http.StatusForbidden, "refused.foreign")
		}
		region = r
	}
	if kind = osms.Kind(got.fields["kind"]); kind != "" && !slices.Contains(osms.Kinds(), kind) {
		return 0, "", "", false, refused(http.StatusBadRequest, "refused.kind", string(kind))
	}
	if kind == osms.KindRoster && region == 0 {
		return 0, "", "", false, refused(http.StatusBadRequest, "refused.rosterregion")
	}
	if approve, err = q.approval(got.fields["approve"]); err != nil {
		return 0, "", "", false, err
	}
	return region, kind, approve, got.fields["dry"] == "1" || got.fields["dry"] == "true", nil
}

// approval is the hash of the held change that a sender approves beforehand, if
// any: an administrator's word.
func (q *ask) approval(hash string) (string, error) {
	if hash != "" && !q.is(osms.RoleAdministrator) {
		return "", refused(http.StatusForbidden, "refused.approve")
	}
	if hash != "" && !osms.IsDiff(hash) {
		return "", refused(http.StatusBadRequest, "refused.hash")
	}
	return hash, nil
}

// ownUpload finds the upload of the address, if the reader may see it.
func (q *ask) ownUpload() (store.Upload, error) {
	id, err := q.number("id")
	if err != nil {
		return store.Upload{}, err
	}
	return q.uploadNumbered(id)
}

// uploadNumbered finds an upload that the reader may see: an akimat its region's,
// who sees all, anybody's.
func (q *ask) uploadNumbered(id int64) (store.Upload, error) {
	u, err := q.store().UploadNumbered(q.ctx(), id)
	// What was sent before a change of region is of the other region still.
	if err == nil && (!q.sees(u.Region) || u.Region == 0 && q.scope() != 0) {
		err = store.ErrNotFound
	}
	return u, err
}

func (u *uploads) nudge() {
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

// work takes what waits until the context ends.
func (u *uploads) work(ctx context.Context) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		if n%300 == 0 {
			if err := u.clear(ctx); err != nil && ctx.Err() == nil {
				u.s.Log.Warn("abandoned uploads not cleared away", "err", err)
			}
		}
		if err := u.takeWaiting(ctx); err != nil && ctx.Err() == nil && !errors.As(err, new(*store.BusyError)) {
			u.s.Log.Error("uploads not taken", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-u.wake:
		case <-tick.C:
		}
	}
}

// takeWaiting takes everything that waits: dry runs beside the work of others,
// the rest in a run for each sender.
func (u *uploads) takeWaiting(ctx context.Context) error {
	waiting, err := u.s.store().WaitingUploads(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(x store.Upload) bool { return !u.mine(x) }) // another daemon's
	var failed error
	for len(waiting) > 0 && ctx.Err() == nil {
		n := 1
		for !waiting[0].Dry && n < len(waiting) && waiting[n].Account == waiting[0].Account && !waiting[n].Dry {
			n++
		}
		some := waiting[:n]
		waiting = waiting[n:]
		if some[0].Dry {
			failed = errors.Join(failed, u.rehearse(ctx, some[0]))
		} else {
			failed = errors.Join(failed, u.take(ctx, some))
		}
	}
	return failed
}

// giveUp is how long the bytes of an upload are missed before it is given up:
// they may lie with another daemon that is away.
const giveUp = 3 * 24 * time.Hour

// mine reports whether the bytes of an upload are here, or have been missed for so
// long that it is given up.
func (u *uploads) mine(x store.Upload) bool {
	return u.bytes(x.SHA256) != "" || u.s.now().Sub(x.Received) > giveUp
}

// bytes is where the bytes of an upload are: in the spool, or in the archive when
// the same ones were taken from elsewhere meanwhile; "" where they are not here.
func (u *uploads) bytes(sha string) string {
	for _, path := range []string{u.path(sha), u.s.Desk().Archive.Path(sha)} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// failure is why an upload came to nothing.
type failure struct {
	Key string `json:"key"`
}

func (u *uploads) fail(ctx context.Context, x store.Upload, key string) error {
	report, err := json.Marshal(failure{key})
	if err != nil {
		return err
	}
	x.State, x.Report = store.UploadFailed, report
	if err := u.s.store().EndUpload(ctx, x); err != nil {
		return err
	}
	u.s.live.say(uploadTopic(x.ID), event{State: x.State})
	return nil
}

// errMayNot says that whoever sent an upload may no longer.
var errMayNot = errors.New("the sender may no longer send this")

// delivery is how an upload comes. Its sender is looked at once more: an account
// that was disabled, or given another region, brings nothing of the old one's.
func (u *uploads) delivery(ctx context.Context, x store.Upload) (jobs.Delivery, osms.Account, error) {
	account, err := u.s.store().AccountNumbered(ctx, x.Account)
	sends := account.Role == osms.RoleAdministrator || account.Role == osms.RoleAkimat && account.Region == x.Region && x.Approve == ""
	if err == nil && (account.Disabled || !sends) {
		err = errMayNot
	}
	channel := jobs.ChannelConsole
	if x.Request != "" {
		channel = jobs.ChannelAPI
	}
	return jobs.Delivery{Region: x.Region, Kind: x.Kind, Approve: x.Approve, Channel: channel, Akimat: account.Role == osms.RoleAkimat, Name: x.Name}, account, err
}

// mostLooked is how many dry runs are remembered: they name persons, and are
// kept in memory only. One that is forgotten is made again when it is asked for.
const mostLooked = 20

func (u *uploads) remember(id int64, reports []osms.FileReport) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.looked[id] = reports
	if u.order = append(u.order, id); len(u.order) > mostLooked {
		delete(u.looked, u.order[0])
		u.order = u.order[1:]
	}
}

// found is what a dry run showed; false when it is forgotten.
func (u *uploads) found(id int64) ([]osms.FileReport, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	reports, ok := u.looked[id]
	return reports, ok
}

// again makes a dry run once more.
func (u *uploads) again(ctx context.Context, x store.Upload) error {
	err := u.s.store().WaitAgain(ctx, x.ID)
	u.nudge()
	return err
}

// rehearse shows what an upload would do.
func (u *uploads) rehearse(ctx context.Context, x store.Upload) error {
	u.s.live.say(uploadTopic(x.ID), event{Step: "reading"})
	by, _, err := u.delivery(ctx, x)
	if errors.Is(err, errMayNot) {
		return u.fail(ctx, x, "upload.maynot")
	}
	if err != nil {
		return err
	}
	desk, done, err := u.s.Desk().Rehearsal()
	if err != nil {
		return err
	}
	defer done()
	reports, err := u.look(ctx, desk, x, by)
	if err != nil {
		if ctx.Err() != nil || store.Lost(err) {
			return err
		}
		u.s.Log.Error("an upload cannot be looked at", "upload", x.ID, "err", err)
		return u.fail(ctx, x, "upload.failed")
	}
	u.remember(x.ID, reports)
	x.State = store.UploadDone
	if err := u.s.store().EndUpload(ctx, x); err != nil {
		return err
	}
	u.s.live.say(uploadTopic(x.ID), event{State: x.State})
	return nil
}

// look checks what was sent at a desk for dry runs, whose archive has the bytes
// afterwards.
func (u *uploads) look(ctx context.Context, desk *jobs.Desk, x store.Upload, by jobs.Delivery) (reports []osms.FileReport, err error) {
	var failed error
	err = desk.CheckFrom(ctx, u.s.now(), []string{cmp.Or(u.bytes(x.SHA256), u.path(x.SHA256))}, by, func(t jobs.Taken) {
		if t.Err != nil {
			failed = errors.Join(failed, t.Err)
			return
		}
		reports = append(reports, t.Report)
	})
	return reports, errors.Join(err, failed)
}

// take takes uploads of one sender in one run.
func (u *uploads) take(ctx context.Context, some []store.Upload) error {
	first, account, err := u.delivery(ctx, some[0])
	if errors.Is(err, errMayNot) {
		for _, x := range some {
			if _, _, err := u.delivery(ctx, x); errors.Is(err, errMayNot) {
				if err := u.fail(ctx, x, "upload.maynot"); err != nil {
					return err
				}
			}
		}
		return nil // the others come with the next look
	}
	if err != nil {
		return err
	}
	_, err = u.s.Runner.Run(ctx, osms.Run{Job: osms.JobIntake, Trigger: first.Channel, Who: account.Login}, func(ctx context.Context, t jobs.Turn) (string, error) {
		files := 0
		var failed error
		for i, x := range some {
			t.Progress("files", i, len(some))
			// Another daemon may have taken it while this one waited for its turn.
			now, err := u.s.store().UploadNumbered(ctx, x.ID)
			if err != nil {
				return "", err
			}
			if now.State != store.UploadWaiting {
				continue
			}
			n, err := u.takeOne(ctx, t, now)
			files += n
			if err != nil {
				if ctx.Err() != nil || store.Lost(err) || errors.Is(err, store.ErrFenced) {
					return fmt.Sprintf("%d files", files), err
				}
				failed = errors.Join(failed, err)
			}
		}
		return fmt.Sprintf("%d files", files), failed
	})
	return err
}

func (u *uploads) takeOne(ctx context.Context, t jobs.Turn, x store.Upload) (files int, err error) {
	u.s.live.say(uploadTopic(x.ID), event{Step: "reading"})
	by, _, err := u.delivery(ctx, x)
	if errors.Is(err, errMayNot) {
		return 0, u.fail(ctx, x, "upload.maynot")
	}
	if err != nil {
		return 0, err
	}
	from := u.bytes(x.SHA256)
	if from == "" && u.s.now().Sub(x.Received) <= giveUp {
		return 0, nil // another daemon has them
	}
	x.Run = t.Run.ID
	var failed error
	err = u.s.Desk().ImportFrom(ctx, t, []string{cmp.Or(from, u.path(x.SHA256))}, by, func(taken jobs.Taken) {
		if taken.Err != nil {
			failed = errors.Join(failed, taken.Err)
			return
		}
		files++
		x.Arrivals = append(x.Arrivals, taken.Report.Arrival)
	})
	if err = errors.Join(err, failed); err != nil {
		if ctx.Err() != nil || store.Lost(err) || errors.Is(err, store.ErrFenced) {
			return files, err // it waits for the next time
		}
		return files, errors.Join(err, u.fail(ctx, x, "upload.failed"))
	}
	x.State = store.UploadDone
	if err := u.s.store().EndUpload(ctx, x); err != nil {
		return files, err
	}
	u.s.live.say(uploadTopic(x.ID), event{State: x.State})
	return files, u.drop(ctx, x.SHA256)
}

// drop removes bytes from the spool that no upload waits for: the archive has
// them.
func (u *uploads) drop(ctx context.Context, sha string) error {
	u.place.Lock() // nobody puts the same bytes there meanwhile
	defer u.place.Unlock()
	waiting, err := u.s.store().WaitingUploads(ctx)
	if err != nil || slices.ContainsFunc(waiting, func(x store.Upload) bool { return x.SHA256 == sha }) {
		return err
	}
	if err = os.Remove(u.path(sha)); errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return err
}

// clear removes what was cut off, and what was looked at and never applied.
func (u *uploads) clear(ctx context.Context) error {
	waiting, err := u.s.store().WaitingUploads(ctx)
	if err != nil {
		return err
	}
	awaited := map[string]bool{}
	for _, x := range waiting {
		awaited[x.SHA256] = true
	}
	entries, err := os.ReadDir(u.s.Spool)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || awaited[e.Name()] {
			continue
		}
		age := time.Since(info.ModTime())
		if age > keepLooked || strings.HasSuffix(e.Name(), ".part") && age > keepAbandoned {
			if err := os.Remove(filepath.Join(u.s.Spool, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
