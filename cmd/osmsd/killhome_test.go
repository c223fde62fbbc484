package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// home is one place in which the scene is played.
type home struct {
	*scene
	dir      string
	database string
	attempt  int
}

// newHome sets the scene up: a copy of the registry and the files.
func (s *scene) newHome(dir string) (*home, error) {
	h := &home{scene: s, dir: dir}
	if strings.HasPrefix(s.base, "postgres") {
		u, err := url.Parse(s.base)
		if err != nil {
			return nil, err
		}
		from := strings.TrimPrefix(u.Path, "/")
		name := fmt.Sprintf("%s_%d", from, s.made.Add(1))
		if err := s.admin(fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, from)); err != nil {
			return nil, err
		}
		u.Path = "/" + name
		h.database = u.String()
	} else {
		h.database = filepath.Join(dir, "registry.db")
		b, err := os.ReadFile(s.base)
		if err == nil {
			err = os.WriteFile(h.database, b, 0o600)
		}
		if err != nil {
			return nil, err
		}
	}
	return h, h.dropAll(s.files)
}

func (h *home) dropAll(files []sceneFile) error {
	for i, f := range files {
		folder := filepath.Join(h.dir, "inbox", f.folder)
		path := filepath.Join(folder, f.name)
		at := sceneNow.Add(time.Duration(i-1000) * time.Minute)
		if err := errors.Join(os.MkdirAll(folder, 0o770), os.WriteFile(path, f.bytes, 0o640), os.Chtimes(path, at, at)); err != nil {
			return err
		}
	}
	return nil
}

// close drops what the home used outside its folder.
func (h *home) close() error {
	if !strings.HasPrefix(h.database, "postgres") {
		return os.RemoveAll(h.dir)
	}
	u, err := url.Parse(h.database)
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(h.dir), h.admin("DROP DATABASE "+strings.TrimPrefix(u.Path, "/")+" WITH (FORCE)"))
}

// admin does a statement outside the scene's databases.
func (s *scene) admin(statement string) error {
	u, err := url.Parse(s.base)
	if err != nil {
		return err
	}
	u.Path = "/postgres"
	db, err := sql.Open("postgres", u.String())
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// start runs the daemon as a process of its own. killed is what it said of the
// operation at which it was killed, "" when it ended by itself.
func (h *home) start(kill, plant string) (killed, said string, err error) {
	h.attempt++
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childHome+"="+h.dir, childDatabase+"="+h.database, childKill+"="+kill, childPlant+"="+plant,
		childNow+"="+sceneNow.Add(time.Duration(h.attempt)*10*time.Minute).Format(time.RFC3339))
	var out, note strings.Builder
	c.Stdout, c.Stderr = &out, &note
	err = c.Run()
	if e, ok := errors.AsType[*exec.ExitError](err); ok && e.Sys().(syscall.WaitStatus).Signaled() {
		return strings.TrimSpace(note.String()), out.String(), nil
	}
	if err != nil {
		return "", out.String(), fmt.Errorf("the daemon ended with %w: %s%s", err, out.String(), note.String())
	}
	return "", note.String() + out.String(), nil
}

// app opens the home in this process.
func (h *home) app() (*app, error) {
	return quickApp(h.dir, h.database, func() time.Time { return sceneNow.Add(time.Duration(h.attempt) * 10 * time.Minute) })
}

// moment is in a receipt and differs from run to run.
var moment = regexp.MustCompile(`"received": "[^"]*"`)

// handedOut reads the receipts, by path, without their moment; of those for
// people only the name.
func (h *home) handedOut() (map[string]string, error) {
	out := map[string]string{}
	root := filepath.Join(h.dir, "returned")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if out[rel] = moment.ReplaceAllString(string(b), ""); filepath.Ext(path) != ".json" {
			out[rel] = ""
		}
		return err
	})
	return out, err
}

// between says what must not be at any instant: a registry between two states,
// or what lost says.
func (h *home) between() (complaints []string) {
	state, err := h.state()
	if err != nil {
		return []string{err.Error()}
	}
	if !slices.Contains(h.legal, state) {
		complaints = append(complaints, "the registry is between two states:\n"+state)
	}
	return append(complaints, h.lost()...)
}

// lost says which files are neither waiting nor recorded, or recorded twice,
// and which bytes are not kept.
func (h *home) lost() (complaints []string) {
	a, err := h.app()
	if err != nil {
		return append(complaints, err.Error())
	}
	s, err := store.Open(context.Background(), a.address())
	if err != nil {
		return append(complaints, err.Error())
	}
	defer s.Close()
	arrivals, err := s.Arrivals(context.Background(), 0)
	if err != nil {
		return append(complaints, err.Error())
	}
	times := map[string]int{}
	for _, a := range arrivals {
		times[a.Channel+"/"+a.Name]++
		if b, err := os.ReadFile(filepath.Join(h.dir, "archive", a.SHA256[:2], a.SHA256+".bin")); err != nil || store.Digest(b) != a.SHA256 {
			complaints = append(complaints, fmt.Sprintf("%s is recorded and its bytes are not kept: %v", a.Name, err))
		}
	}
	for _, f := range h.files {
		if n := times[f.folder+"/"+f.name]; n > 1 {
			complaints = append(complaints, fmt.Sprintf("%s ended %d times", f.name, n))
		} else if n == 0 && !h.waiting(f) {
			complaints = append(complaints, f.name+" is lost: neither in its drop folder nor recorded")
		}
	}
	return complaints
}

// waiting reports whether a file is in its drop folder, or set aside there.
func (h *home) waiting(f sceneFile) bool {
	dir := filepath.Join(h.dir, "inbox", f.folder)
	if _, err := os.Lstat(filepath.Join(dir, f.name)); err == nil {
		return true
	}
	aside, _ := filepath.Glob(filepath.Join(dir, ".osmsd-done-*-"+intake.SafeName(f.name)))
	return len(aside) > 0
}

// afterwards says what is not as it must be when all work is done in its order.
func (h *home) afterwards() (complaints []string) {
	state, err := h.state()
	if want := h.legal[len(h.legal)-1]; err != nil || state != want {
		complaints = append(complaints, fmt.Sprintf("the registry at the end: %v\n%s\nwant\n%s", err, state, want))
	}
	receipts, err := h.handedOut()
	if err != nil || !maps.Equal(receipts, h.end) {
		complaints = append(complaints, fmt.Sprintf("receipts: %v, %d, want %d: %s", err, len(receipts), len(h.end), firstDifference(receipts, h.end)))
	}
	return append(complaints, h.ended()...)
}

// ended says what is not as it must be when all work is done.
func (h *home) ended() (complaints []string) {
	say := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }
	complaints = append(complaints, h.lost()...)
	left, _ := filepath.Glob(filepath.Join(h.dir, "inbox", "*", "*"))
	hidden, _ := filepath.Glob(filepath.Join(h.dir, "inbox", "*", ".*"))
	for _, pattern := range []string{"archive/tmp/*", "archive/tmp/.*", "returned/.*", "returned/*/.*"} {
		temp, _ := filepath.Glob(filepath.Join(h.dir, filepath.FromSlash(pattern)))
		left = append(left, temp...)
	}
	if left = append(left, hidden...); len(left) > 0 {
		say("left lying: %v", left)
	}
	a, err := h.app()
	if err != nil {
		return append(complaints, err.Error())
	}
	o, err := a.openHome(context.Background())
	if err != nil {
		return append(complaints, err.Error())
	}
	defer o.close()
	v, err := o.desk.Verify(context.Background(), func(string, int, int) {})
	if err != nil || len(v.Findings) > 0 || v.Files != len(h.archive) {
		say("verify: %v, %d files of %d, %v", err, v.Files, len(h.archive), v.Findings)
	}
	if unfinished, err := o.desk.Store.Unfinished(context.Background()); err != nil || len(unfinished) > 0 {
		say("unfinished: %v, %v", err, unfinished)
	}
	if runs, err := o.desk.Store.CutOff(context.Background(), osms.JobIntake); err != nil || runs > 0 {
		say("%d runs did not end, %v", runs, err)
	}
	return complaints
}

func firstDifference(got, want map[string]string) string {
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[k]; !ok || g != want[k] {
			return fmt.Sprintf("%s: got %q\nwant %q", k, g, want[k])
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			return "not expected: " + k
		}
	}
	return ""
}
