package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/remote"
	"osmsd/importers/remote/remotetest"
	"osmsd/sync/osms"
)

// far is an office with a server of the region 63: rosters are fetched from its
// folder out and receipts delivered into in.
type far struct {
	*office
	server *remotetest.SFTP
}

func newFar(t *testing.T, o *office, after remote.After) *far {
	t.Helper()
	f := &far{o, remotetest.StartSFTP(t)}
	for _, dir := range []string{"out", "in"} {
		if err := os.Mkdir(filepath.Join(f.server.Dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	place := remote.Options{Silence: 2 * time.Second, SFTP: &remote.SFTP{Address: f.server.Address, User: remotetest.User, HostKey: f.server.HostKey,
		Key: func() ([]byte, error) { return f.server.Key, nil }}}
	from, to := *place.SFTP, *place.SFTP
	from.Folder, to.Folder = "out", "in"
	pull, deliver := place, place
	pull.SFTP, deliver.SFTP = &from, &to
	o.desk.Remotes = []Remote{
		{Name: "east", Place: pull, Pull: Pull{Folder: "63", After: after}},
		{Name: "east-back", Place: deliver, Deliver: Deliver{What: []string{"returned", "letters"}, Region: 63}},
	}
	return f
}

// drop puts a file on the server, minutes after the others.
func (f *far) drop(name, text string, minutes int) {
	f.t.Helper()
	path := filepath.Join(f.server.Dir, "out", name)
	at := time.Date(2026, 10, 1, 3, minutes, 0, 0, time.UTC)
	if err := errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, at, at)); err != nil {
		f.t.Fatal(err)
	}
}

// job runs a job by command and gives its line in the journal.
func (f *far) job(job osms.Job) (osms.Run, error) {
	f.t.Helper()
	f.at(f.now.Add(time.Minute).Format(time.RFC3339))
	return f.runner.Run(f.t.Context(), osms.Run{Job: job, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
		return f.desk.Do(ctx, t, job, 202610, quiet)
	})
}

// did runs a job that says what it did.
func (f *far) did(job osms.Job, want string) {
	f.t.Helper()
	run, err := f.job(job)
	if err != nil || run.Message != want {
		f.t.Fatalf("%s: %q, %v; want %q", job, run.Message, err, want)
	}
}

// files lists the files in a folder and below it.
func files(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, rel)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func (f *far) there(want string) {
	f.t.Helper()
	if got := files(f.t, filepath.Join(f.server.Dir, "out")); got != want {
		f.t.Errorf("on the server lies %q, want %q", got, want)
	}
}

func (f *far) inbox(want string) {
	f.t.Helper()
	if got := files(f.t, f.desk.Home.Inbox); got != want {
		f.t.Errorf("in the drop folders lies %q, want %q", got, want)
	}
}

// outcomes are those of all files that were seen.
func (f *far) outcomes() string {
	f.t.Helper()
	all, err := f.desk.Store.Arrivals(f.t.Context(), 0)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, a := range all {
		out = append(out, string(a.Outcome))
	}
	return strings.Join(out, " ")
}

// list is a roster of so many learners.
func (f *far) roster(learners int) string {
	var all []learner
	for i := range learners {
		all = append(all, learner{iin: child(f.t, i+1), enrolled: "01.09.2026", bin: school(f.t, 1)})
	}
	return "\ufeff" + strings.Join(rosterOf(all...), "\r\n") + "\r\n"
}

const nothing = "0 fetched, 0 dealt with there, 0 delivered"

// TestRemoteWholeWay: a roster lies on a server, is fetched, applied once, moved
// away there, and its receipts come back.
func TestRemoteWholeWay(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		f := newFar(t, o, remote.Move)
		f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
		returned := files(t, f.desk.Home.Returned) // of the list of organisations
		f.drop("тізім.csv", f.roster(3), 0)
		f.drop("half.csv.part", "x", 0)
		lies := files(t, filepath.Join(f.server.Dir, "out"))
		f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
		f.inbox("63/тізім-r1.csv")
		// Fetched, not committed: it stays where it came from, and is not fetched
		// again.
		f.did(osms.JobRemote, nothing)
		f.there(lies)
		f.did(osms.JobIntake, "1 files, 1 applied")
		f.inbox("")
		run, err := f.job(osms.JobRemote)
		if err != nil || !strings.HasPrefix(run.Message, "0 fetched, 1 dealt with there, ") {
			t.Fatalf("%q %v", run.Message, err)
		}
		f.there("half.csv.part processed/тізім.csv")
		back := strings.Fields(files(t, filepath.Join(f.server.Dir, "in")))
		var want []string
		for _, name := range strings.Fields(files(t, f.desk.Home.Returned)) {
			if strings.HasPrefix(name, "63/") {
				want = append(want, "returned/"+name)
			}
		}
		if !slices.Equal(back, want) || len(want) == 0 || slices.Contains(want, "returned/"+returned) {
			t.Errorf("delivered %q, want %q", back, want)
		}
		f.did(osms.JobRemote, nothing)
		f.did(osms.JobIntake, "nothing in the drop folders")
		if got := f.outcomes(); got != "applied applied" {
			t.Errorf("outcomes %s", got)
		}
	})
}

// TestRemoteAfter: what becomes of a file on its server, and that it is not
// fetched twice.
func TestRemoteAfter(t *testing.T) {
	for after, there := range map[remote.After]string{remote.Move: "processed/a.csv processed/a.csv.sha256", remote.Delete: "", remote.Leave: "a.csv a.csv.sha256"} {
		t.Run(string(after), func(t *testing.T) {
			o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
			f := newFar(t, o, after)
			f.desk.Remotes = f.desk.Remotes[:1]
			f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
			text := f.roster(2)
			f.drop("a.csv", text, 0)
			f.drop("a.csv.sha256", digestOf(text)+" *a.csv\n", 0)
			f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
			f.inbox("63/a-r1.csv 63/a-r1.csv.sha256")
			// Kept, but nothing is committed: hands off.
			if _, err := f.desk.Archive.Keep(strings.NewReader(text), 0); err != nil {
				t.Fatal(err)
			}
			f.did(osms.JobRemote, nothing)
			f.there("a.csv a.csv.sha256")
			// Taken, but its bytes are gone from the archive: hands off.
			f.did(osms.JobIntake, "1 files, 1 applied")
			kept := filepath.Join(f.desk.Home.Archive, digestOf(text)[:2], digestOf(text)+".bin")
			if err := os.Rename(kept, kept+".away"); err != nil {
				t.Fatal(err)
			}
			f.did(osms.JobRemote, nothing)
			f.there("a.csv a.csv.sha256")
			if err := os.Rename(kept+".away", kept); err != nil {
				t.Fatal(err)
			}
			f.did(osms.JobRemote, "0 fetched, 1 dealt with there, 0 delivered")
			f.there(there)
			f.did(osms.JobRemote, nothing)
			f.inbox("")
			// The same name with other bytes is another delivery.
			f.drop("a.csv", f.roster(3), 7)
			if after == remote.Leave {
				f.did(osms.JobRemote, nothing+`, 1 waiting there, 1 in vain: "a.csv" (digest)`)
				if err := os.Remove(filepath.Join(f.server.Dir, "out", "a.csv.sha256")); err != nil {
					t.Fatal(err)
				}
			}
			f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
			f.inbox("63/a-r2.csv")
		})
	}
}

// TestRemoteRewritten: a file that is written again after it was fetched stays,
// and is fetched again.
func TestRemoteRewritten(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Delete)
	f.desk.Remotes = f.desk.Remotes[:1]
	f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
	f.drop("a.csv", f.roster(2), 0)
	f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
	f.did(osms.JobIntake, "1 files, 1 applied")
	f.drop("a.csv", f.roster(3), 1)
	f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
	f.there("a.csv")
	f.did(osms.JobIntake, "1 files, 1 applied")
	f.did(osms.JobRemote, "0 fetched, 1 dealt with there, 0 delivered")
	f.there("")
}

// TestRemoteAtRest: what grows between two looks waits; the clock of the server
// does not matter.
func TestRemoteAtRest(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	f.desk.Remotes = f.desk.Remotes[:1]
	visit := func(want string) {
		t.Helper()
		f.at(f.now.Add(time.Minute).Format(time.RFC3339))
		run, err := f.runner.Run(t.Context(), osms.Run{Job: osms.JobRemote, Trigger: "schedule"}, func(ctx context.Context, t Turn) (string, error) {
			return f.desk.VisitRemotes(ctx, t)
		})
		if err != nil || run.Message != want {
			t.Fatalf("%q, %v; want %q", run.Message, err, want)
		}
	}
	f.drop("a.csv", "1", 9_999_999) // in nineteen years
	visit(nothing + ", 1 waiting there")
	f.drop("a.csv", "12", 9_999_999)
	visit(nothing + ", 1 waiting there")
	f.drop("a.csv", "12", -9_999_999)
	visit(nothing + ", 1 waiting there")
	visit("1 fetched, 0 dealt with there, 0 delivered")
	// Seen, and gone before it was fetched.
	f.drop("b.csv", "1", 0)
	visit(nothing + ", 1 waiting there")
	if err := os.Remove(filepath.Join(f.server.Dir, "out", "b.csv")); err != nil {
		t.Fatal(err)
	}
	visit(nothing)
	// Not looked at more often than was agreed, unless a person asks.
	f.desk.Remotes[0].Pull.Poll = 10 * time.Minute
	f.drop("c.csv", "1", 0)
	visit(nothing)
	f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
}

// TestRemoteDrops: a line that breaks at half leaves nothing behind; the next
// visit goes on.
func TestRemoteDrops(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
	big := strings.Repeat("0123456789", 300_000)
	f.drop("a.csv", big, 0)
	f.drop("b.csv", f.roster(1), 1)
	before := files(t, filepath.Join(f.server.Dir, "out"))
	_, err := f.runner.Run(t.Context(), osms.Run{Job: osms.JobRemote, Trigger: "schedule"}, func(ctx context.Context, t Turn) (string, error) {
		return f.desk.VisitRemotes(ctx, t) // the first look
	})
	if err != nil {
		t.Fatal(err)
	}
	f.server.DropAt(int64(len(big) / 2))
	run, err := f.job(osms.JobRemote)
	var failed *RemoteError
	if !errors.As(err, &failed) || run.State != osms.Failed || len(failed.Failed) != 1 || failed.Failed[0].Source != "east" || !failed.Failed[0].Reason.EndsVisit() {
		t.Fatalf("%+v %v", run, err)
	}
	f.inbox("")
	f.there(before)
	status, err := f.desk.RemoteStatuses(t.Context(), false)
	if err != nil || status[0].Well() || status[0].Last.Fault == "" || !status[1].Well() || !status[1].Last.Succeeded.Equal(f.now.UTC()) {
		t.Errorf("%+v %v", status, err)
	}
	// What failed comes after what did not.
	f.did(osms.JobRemote, "2 fetched, 0 dealt with there, 0 delivered")
	f.inbox("63/a-r1.csv 63/b-r2.csv")
	if status, err = f.desk.RemoteStatuses(t.Context(), true); err != nil || !status[0].Well() || !status[0].Answers || status[0].Fetched != 2 || status[0].HostKey == "" {
		t.Errorf("%+v %v", status, err)
	}
}

// TestRemoteHostKey: a server with another key is an alarm by name; nothing is
// read from it and nothing given to it, and the others go on.
func TestRemoteHostKey(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	other := remotetest.StartS3(t)
	f.desk.Remotes = append(f.desk.Remotes, Remote{Name: "store", Place: bucketOf(other), Deliver: Deliver{What: []string{"returned"}}})
	f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
	f.drop("a.csv", f.roster(1), 0)
	f.server.NewHostKey(t)
	f.server.Refuse(func(method, path string) error {
		t.Errorf("the server was asked to %s %s", method, path)
		return nil
	})
	run, err := f.job(osms.JobRemote)
	if err == nil || !strings.HasSuffix(run.Message, `; failed: "east" (host_key), "east-back" (host_key)`) || !strings.Contains(run.Message, " 3 delivered") {
		t.Errorf("%q %v", run.Message, err)
	}
	f.inbox("")
	status, err := f.desk.RemoteStatuses(t.Context(), true)
	if err != nil || status[0].Reason != remote.WrongKey || status[0].Answers || status[0].Last.Fault != "host_key" || !status[2].Answers {
		t.Errorf("%+v %v", status, err)
	}
}

// TestRemoteRefused: a server that does not let us rename keeps its files, by
// name, and nothing is fetched again.
func TestRemoteRefused(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	f.desk.Remotes = f.desk.Remotes[:1]
	f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
	f.drop("a.csv", f.roster(1), 0)
	f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
	f.did(osms.JobIntake, "1 files, 1 applied")
	f.server.Refuse(func(method, _ string) error {
		if method == "Rename" {
			return fs.ErrPermission
		}
		return nil
	})
	for range 2 {
		f.did(osms.JobRemote, nothing+`, 1 in vain: "a.csv" (rename)`)
	}
	f.there("a.csv")
	f.server.Refuse(nil)
	f.did(osms.JobRemote, "0 fetched, 1 dealt with there, 0 delivered")
	f.there("processed/a.csv")
}

// TestRemoteBounds: one visit takes so many, in a stable order; one that cannot
// be had does not keep the others waiting.
func TestRemoteBounds(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	f.desk.Remotes = f.desk.Remotes[:1]
	for i := range mostFetched + 5 {
		f.drop(fmt.Sprintf("%04d.csv", i), "x", i)
	}
	f.server.Refuse(func(method, path string) error {
		if method == "Get" && strings.HasSuffix(path, "/0000.csv") {
			return fs.ErrPermission
		}
		return nil
	})
	run, err := f.job(osms.JobRemote)
	if err != nil || !strings.HasPrefix(run.Message, "999 fetched, 0 dealt with there, 0 delivered, 6 waiting there, 1 in vain: ") {
		t.Fatalf("%q %v", run.Message, err)
	}
	if _, err := os.Lstat(filepath.Join(f.desk.Home.Inbox, "63", "0999-r1000.csv")); err != nil {
		t.Error(err)
	}
	run, err = f.job(osms.JobRemote)
	if err != nil || !strings.HasPrefix(run.Message, "5 fetched, 0 dealt with there, 0 delivered, 1 waiting there") {
		t.Fatalf("%q %v", run.Message, err)
	}
}

// TestRemoteNames: whatever a server calls its files, here they lie in the drop
// folder under a name of ours.
func TestRemoteNames(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	f.desk.Remotes = f.desk.Remotes[:1]
	names := []string{`a\..\..\a.csv`, "line\nbreak.csv", "bad\xff.csv", strings.Repeat("ұ", 120) + ".csv", "150314500015 тізім.csv", "CON.csv", "no extension", "-rf.csv", "x.sha256.csv"}
	for i, name := range names {
		f.drop(name, "x", i)
	}
	run, err := f.job(osms.JobRemote)
	if err != nil || !strings.HasPrefix(run.Message, fmt.Sprintf("%d fetched", len(names))) {
		t.Fatalf("%q %v", run.Message, err)
	}
	all, err := os.ReadDir(filepath.Join(f.desk.Home.Inbox, "63"))
	if err != nil || len(all) != len(names) {
		t.Fatalf("%d files, %v", len(all), err)
	}
	for _, e := range all {
		if strings.ContainsAny(e.Name(), "/\\\n") || len(e.Name())+len(".sha256") > 100 || !strings.Contains(e.Name(), "-r") {
			t.Errorf("%q", e.Name())
		}
	}
	// There they are called as they were.
	run, err = f.job(osms.JobIntake)
	if err != nil || !strings.HasPrefix(run.Message, fmt.Sprintf("%d files", len(names))) {
		t.Fatalf("%q %v", run.Message, err)
	}
	f.did(osms.JobRemote, fmt.Sprintf("0 fetched, %d dealt with there, 0 delivered", len(names)))
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(f.server.Dir, "out", "processed", name)); err != nil {
			t.Error(err)
		}
	}
}

// TestRemoteDelivers: each file once, a changed one again, only of the region,
// and nothing is deleted there.
func TestRemoteDelivers(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	store := remotetest.StartS3(t)
	f.desk.Remotes = []Remote{f.desk.Remotes[1], {Name: "all", Place: bucketOf(store), Deliver: Deliver{What: []string{"letters", "reports", "statements", "returned"}, Folder: "b"}}}
	put := func(path, text string) {
		t.Helper()
		path = filepath.Join(f.desk.Home.Dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	in := filepath.Join(f.server.Dir, "in")
	put("letters/63/060340000015/a.pdf", "one")
	put("letters/64/b.pdf", "two")
	put("letters/63/.osmsd-x.tmp", "half")
	put("returned/63/c.txt", "three")
	put("reports/2026-10/d.xlsx", "four")
	put("secret.txt", "secret")
	if err := os.Symlink(filepath.Join(f.desk.Home.Dir, "secret.txt"), filepath.Join(f.desk.Home.Letters, "63", "link.pdf")); err != nil {
		t.Fatal(err)
	}
	f.did(osms.JobRemote, "0 fetched, 0 dealt with there, 6 delivered")
	if got, want := files(t, in), "letters/63/060340000015/a.pdf returned/63/c.txt"; got != want {
		t.Errorf("delivered %q, want %q", got, want)
	}
	f.did(osms.JobRemote, nothing)
	put("returned/63/c.txt", "three") // the same bytes, written anew
	f.did(osms.JobRemote, nothing)
	put("returned/63/c.txt", "3")
	// What was taken away there is the receiver's business.
	if err := os.Remove(filepath.Join(in, "letters/63/060340000015/a.pdf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(f.desk.Home.Letters, "64/b.pdf")); err != nil {
		t.Fatal(err)
	}
	f.did(osms.JobRemote, "0 fetched, 0 dealt with there, 2 delivered")
	if b, err := os.ReadFile(filepath.Join(in, "returned/63/c.txt")); err != nil || string(b) != "3" {
		t.Errorf("%q %v", b, err)
	}
	for _, key := range []string{"in/b/letters/63/060340000015/a.pdf", "in/b/letters/64/b.pdf", "in/b/returned/63/c.txt", "in/b/reports/2026-10/d.xlsx"} {
		if _, err := store.Backend.HeadObject(remotetest.Bucket, key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	// A delivery that is not found as it was put is tried again.
	put("reports/2026-10/e.xlsx", "five")
	store.Fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == "HEAD" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
	f.did(osms.JobRemote, nothing+`, 1 in vain: "reports/2026-10/e.xlsx" (not_verified)`)
	store.Fault(nil)
	f.did(osms.JobRemote, "0 fetched, 0 dealt with there, 1 delivered")
}

func bucketOf(s *remotetest.S3) remote.Options {
	return remote.Options{Silence: 2 * time.Second, Pause: time.Millisecond, S3: &remote.S3{Endpoint: s.Endpoint, Region: "kz-1", Bucket: remotetest.Bucket,
		Prefix: "in/", AccessKey: "AKIA", SecretKey: func() (string, error) { return "hush", nil }}}
}

// TestRemoteEventualListing: a bucket that goes on listing what was deleted, and
// does not list what was put.
func TestRemoteEventualListing(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	f := newFar(t, o, remote.Move)
	s := remotetest.StartS3(t)
	f.desk.Remotes = []Remote{{Name: "store", Place: bucketOf(s), Pull: Pull{Folder: "63", After: remote.Delete}}}
	f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
	put := func(text string) {
		t.Helper()
		if _, err := s.Backend.PutObject(remotetest.Bucket, "in/a.csv", nil, strings.NewReader(text), int64(len(text)), nil); err != nil {
			t.Fatal(err)
		}
	}
	put(f.roster(2))
	var old []byte
	listing := func(again bool) {
		s.Fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method != "GET" || r.URL.Query().Get("list-type") != "2" {
				next.ServeHTTP(w, r)
				return
			}
			if again {
				_, _ = w.Write(old)
				return
			}
			next.ServeHTTP(&keeping{w, &old}, r)
		})
	}
	listing(false)
	f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
	f.did(osms.JobIntake, "1 files, 1 applied")
	last := slices.Clone(old[strings.LastIndex(string(old), "<?xml"):])
	old = last
	listing(true)
	f.did(osms.JobRemote, "0 fetched, 1 dealt with there, 0 delivered")
	f.did(osms.JobRemote, nothing)
	// Listed as it was, and another thing by now.
	put(f.roster(3))
	f.did(osms.JobRemote, nothing)
	s.Fault(nil)
	f.did(osms.JobRemote, "1 fetched, 0 dealt with there, 0 delivered")
	f.inbox("63/a-r2.csv")
}

// keeping keeps what is written.
type keeping struct {
	http.ResponseWriter
	kept *[]byte
}

func (k *keeping) Write(b []byte) (int, error) {
	*k.kept = append(*k.kept, b...)
	return k.ResponseWriter.Write(b)
}

// TestRemoteCrashes: a visit is cut off before each of its operations on files;
// in the end the roster is applied once, is
// moved away there, and its receipts are delivered once.
func TestRemoteCrashes(t *testing.T) {
	for cut := 1; ; cut++ {
		o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
		f := newFar(t, o, remote.Move)
		f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
		text := f.roster(2)
		f.drop("a.csv", text, 0)
		f.drop("a.csv.sha256", digestOf(text), 0)
		n, crashed, visiting := 0, false, false
		f.desk.Drops.Step = func(op string) {
			if !visiting {
				return // of the intake's cuts there are tests of its own
			}
			if n++; n == cut {
				crashed = true
				panic("cut off before " + op)
			}
		}
		for range 4 {
			visiting = true
			_, _ = f.job(osms.JobRemote)
			visiting = false
			_, _ = f.job(osms.JobIntake)
		}
		if got := f.outcomes(); got != "applied applied" {
			t.Errorf("cut off at %d: outcomes %q", cut, got)
		}
		f.there("processed/a.csv processed/a.csv.sha256")
		f.inbox("")
		want := 0
		for _, name := range strings.Fields(files(t, f.desk.Home.Returned)) {
			if strings.HasPrefix(name, "63/") {
				want++
			}
		}
		if got := len(strings.Fields(files(t, filepath.Join(f.server.Dir, "in")))); got != want || want == 0 {
			t.Errorf("cut off at %d: %d delivered, want %d", cut, got, want)
		}
		if t.Failed() {
			return
		}
		if !crashed {
			t.Logf("cut off at %d operations", cut-1)
			return
		}
	}
}

// TestRemoteStalledServerDelaysNobody: the daemon waits for a server that says
// nothing; what is dropped locally is taken meanwhile, and the daemon ends when
// it is told to.
func TestRemoteStalledServerDelaysNobody(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		f := newFar(t, o, remote.Move)
		f.desk.Remotes[0].Place.Silence = time.Minute
		f.list(map[osms.BIN]osms.Region{school(t, 1): 63})
		c := &clock{at: almaty(t, "2026-10-02 12:00")}
		s := f.service(c, map[osms.Job]Task{osms.JobRemote: {Cron: "*/10 * * * *"}})
		f.server.HangAt(1)
		dropped := false
		began := time.Now()
		f.while(s, func() bool {
			c.set(almaty(t, "2026-10-02 12:11"))
			if f.server.Sent() > 1 && !dropped {
				dropped = true
				if err := os.WriteFile(filepath.Join(f.desk.Home.Inbox, "63", "local.csv"), []byte(f.roster(2)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			return strings.Count(f.outcomes(), "applied") == 2
		})
		if time.Since(began) > 15*time.Second {
			t.Errorf("it took %s", time.Since(began))
		}
		for _, r := range f.runs() {
			if r.Job == osms.JobRemote && r.State != osms.Interrupted || r.Job == osms.JobIntake && r.State != osms.Done {
				t.Errorf("%+v", r)
			}
		}
	})
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
