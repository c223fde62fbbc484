package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// yard is an inbox with an archive beside it and a clock.
type yard struct {
	*testing.T
	dir string
	f   *Folder
	a   *Archive
	now time.Time
}

func newYard(t *testing.T, o Options) *yard {
	t.Helper()
	home := t.TempDir()
	y := &yard{T: t, dir: filepath.Join(home, "inbox"), now: time.Now().Add(time.Second)}
	var err error
	if y.f, err = OpenFolder(y.dir, o); err != nil {
		t.Fatal(err)
	}
	if err := y.f.Prepare([]osms.Region{63, 71}); err != nil {
		t.Fatal(err)
	}
	y.a = openArchive(t, filepath.Join(home, "archive"), nil)
	return y
}

func (y *yard) must(err error) {
	y.Helper()
	if err != nil {
		y.Fatal(err)
	}
}

func (y *yard) path(rel string) string { return filepath.Join(y.dir, rel) }

func (y *yard) write(rel, s string) {
	y.Helper()
	y.must(os.WriteFile(y.path(rel), []byte(s), 0o640))
}

func (y *yard) poll(later time.Duration) Polled {
	y.Helper()
	y.now = y.now.Add(later)
	p, err := y.f.Poll(y.now)
	y.must(err)
	return p
}

// settled polls until what rests is ready.
func (y *yard) settled() Polled {
	y.Helper()
	y.poll(time.Second)
	return y.poll(6 * time.Second)
}

// said writes a Polled as lines "ready 63/a.csv", "zero_tail 63/b.xlsx".
func said(p Polled) []string {
	var out []string
	for _, f := range p.Ready {
		out = append(out, "ready "+f.Path)
	}
	for _, w := range p.Waiting {
		out = append(out, string(w.Reason)+" "+w.Path)
	}
	for _, o := range p.Odd {
		out = append(out, string(o.Reason)+" "+o.Path)
	}
	return out
}

func (y *yard) says(p Polled, want ...string) {
	y.Helper()
	if got := said(p); !slices.Equal(got, want) {
		y.Errorf("\n got %q\nwant %q", got, want)
	}
}

func workbook(t *testing.T, name string) string {
	t.Helper()
	return zipped(t, name, strings.Repeat("cells ", 100))
}

// zipped is a ZIP of one file that is stored as it is.
func zipped(t *testing.T, name, body string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = fmt.Fprint(w, body)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPollWhatWaitsAndWhatIsOdd(t *testing.T) {
	book := workbook(t, "xl/workbook.xml")
	write := func(name, s string) func(y *yard) {
		return func(y *yard) { y.write(name, s) }
	}
	both := func(fs ...func(y *yard)) func(y *yard) {
		return func(y *yard) {
			for _, f := range fs {
				f(y)
			}
		}
	}
	link := func(to, name string) func(y *yard) {
		return func(y *yard) { y.must(os.Symlink(to, y.path(name))) }
	}
	for name, c := range map[string]struct {
		make func(y *yard)
		now  string // after it was seen at rest
		old  string // eleven minutes later; "" the same
	}{
		"a csv":                 {write("63/a.csv", "ЖСН;Тегі\n"), "ready 63/a.csv", ""},
		"a workbook":            {write("63/a.xlsx", book), "ready 63/a.xlsx", ""},
		"a ledger":              {write("ledger/a.csv", "x"), "ready ledger/a.csv", ""},
		"empty":                 {write("63/a.csv", ""), "empty 63/a.csv", "ready 63/a.csv"},
		"zero tail":             {write("63/a.csv", "ЖСН"+strings.Repeat("\x00", 64)), "zero_tail 63/a.csv", "ready 63/a.csv"},
		"all zeros":             {write("63/a.xlsx", strings.Repeat("\x00", 9)), "zero_tail 63/a.xlsx", "ready 63/a.xlsx"},
		"preallocated":          {write("63/a.xlsx", book[:200]+strings.Repeat("\x00", len(book)-200)), "zero_tail 63/a.xlsx", "ready 63/a.xlsx"},
		"utf-16 ends in a zero": {write("63/a.csv", "\xff\xfea\x00\n\x00"), "ready 63/a.csv", ""},
		"seven bytes":           {write("63/a.xlsx", "PK\x03\x04abc"), "no_end_record 63/a.xlsx", "ready 63/a.xlsx"},
		"half":                  {write("63/a.xlsm", book[:len(book)/2]), "no_end_record 63/a.xlsm", "ready 63/a.xlsm"},
		"end record missing":    {write("63/a.zip", book[:len(book)-22]), "no_end_record 63/a.zip", "ready 63/a.zip"},
		"end record half":       {write("63/a.xlsx", book[:len(book)-3]), "no_end_record 63/a.xlsx", "ready 63/a.xlsx"},
		"a workbook called csv": {write("63/a.csv", book[:300]), "no_end_record 63/a.csv", "ready 63/a.csv"},
		"old excel":             {write("63/a.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 600)), "ready 63/a.xlsx", ""},
		"open in Excel":         {both(write("63/a.xlsx", book), write("63/~$a.xlsx", "user")), "locked 63/a.xlsx", ""},
		"open in LibreOffice":   {both(write("63/a.xlsx", book), write("63/.~lock.a.xlsx#", "user")), "locked 63/a.xlsx", ""},
		"another is open":       {both(write("63/a.xlsx", book), write("63/~$b.xlsx", "user")), "ready 63/a.xlsx", ""},
		"part":                  {write("63/a.csv.part", "x"), "copying 63/a.csv.part", ""},
		"winscp":                {write("63/a.xlsx.FilePart", book), "copying 63/a.xlsx.FilePart", ""},
		"browser":               {write("63/a.xlsx.crdownload", book), "copying 63/a.xlsx.crdownload", ""},
		"tmp":                   {write("63/8A3F.tmp", book), "copying 63/8A3F.tmp", ""},
		"hidden":                {both(write("63/.a.csv.swp", "x"), write("63/Thumbs.db", "x"), write("63/desktop.ini", "x"), write(".DS_Store", "x")), "", ""},
		"sidecar":               {both(write("63/a.csv", "x"), write("63/a.csv.sha256", digestOf("x"))), "ready 63/a.csv", ""},
		"sidecar alone":         {write("63/a.csv.sha256", digestOf("x")), "sidecar_only 63/a.csv.sha256", "lone_sidecar 63/a.csv.sha256"},
		"link outside":          {link("/etc/hostname", "63/a.csv"), "link 63/a.csv", ""},
		"link to other region":  {both(write("71/b.csv", "x"), link("../71/b.csv", "63/a.csv")), "ready 71/b.csv, link 63/a.csv", ""},
		"dangling link":         {link("nowhere", "63/a.csv"), "link 63/a.csv", ""},
		"link as sidecar":       {both(write("63/a.csv", "x"), link("/etc/hostname", "63/a.csv.sha256")), "ready 63/a.csv, link 63/a.csv.sha256", ""},
		"hard link":             {both(write("71/b.csv", "x"), func(y *yard) { y.must(os.Link(y.path("71/b.csv"), y.path("63/a.csv"))) }), "hard_link 63/a.csv, hard_link 71/b.csv", ""},
		"pipe":                  {func(y *yard) { y.must(syscall.Mkfifo(y.path("63/a.csv"), 0o666)) }, "special 63/a.csv", ""},
		"socket":                {func(y *yard) { y.must(syscall.Mknod(y.path("63/a.csv"), syscall.S_IFSOCK|0o666, 0)) }, "special 63/a.csv", ""},
		"directory":             {func(y *yard) { y.must(os.Mkdir(y.path("63/a.xlsx"), 0o777)) }, "directory 63/a.xlsx", ""},
		"too large":             {write("63/a.csv", strings.Repeat("x", 4001)), "too_large 63/a.csv", ""},
		"largest":               {write("63/a.csv", strings.Repeat("x", 4000)), "ready 63/a.csv", ""},
		"too many":              {both(write("71/z.csv", "x"), func(y *yard) { many(y, 21) }), "ready 71/z.csv, too_many 63", ""},
		"misplaced":             {write("a.csv", "x"), "misplaced a.csv", ""},
		"no such region":        {func(y *yard) { y.must(os.Mkdir(y.path("99"), 0o777)) }, "not_a_drop_folder 99", ""},
		"folder missing":        {both(write("63/a.csv", "x"), func(y *yard) { y.must(os.Remove(y.path("71"))) }), "ready 63/a.csv, missing 71", ""},
		"folder is a link":      {both(write("63/a.csv", "x"), func(y *yard) { y.must(os.Remove(y.path("71"))) }, link("63", "71")), "ready 63/a.csv, unreadable 71", ""},
		"folder is a pipe": {both(write("63/a.csv", "x"), func(y *yard) {
			y.must(os.Remove(y.path("71")))
			y.must(syscall.Mkfifo(y.path("71"), 0o666))
		}), "ready 63/a.csv, unreadable 71", ""},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{Limit: 4000, MaxFiles: 20})
			c.make(y)
			first := y.poll(0)
			if len(first.Ready) > 0 {
				t.Errorf("ready at first sight: %q", said(first))
			}
			if got := strings.Join(said(y.poll(6*time.Second)), ", "); got != c.now {
				t.Errorf("\n got %s\nwant %s", got, c.now)
			}
			if c.old == "" {
				c.old = c.now
			}
			p := y.poll(11 * time.Minute)
			if got := strings.Join(said(p), ", "); got != c.old {
				t.Errorf("eleven minutes later\n got %s\nwant %s", got, c.old)
			}
			for _, o := range p.Odd {
				if o.Reason.Sentence() == "" {
					t.Errorf("%s has no sentence", o.Reason)
				}
			}
			for _, w := range p.Waiting {
				if w.Reason.Sentence() == "" {
					t.Errorf("%s has no sentence", w.Reason)
				}
			}
		})
	}
}

func many(y *yard, n int) {
	for i := range n {
		y.write(fmt.Sprintf("63/%d.csv", i), "x")
	}
}

func TestPollGrowingFile(t *testing.T) {
	y := newYard(t, Options{})
	y.write("63/a.csv", "1\n")
	y.says(y.poll(0), "settling 63/a.csv")
	y.says(y.poll(4*time.Second), "settling 63/a.csv")
	y.write("63/a.csv", "1\n2\n")
	y.says(y.poll(4*time.Second), "settling 63/a.csv")
	// The same size and time, other bytes: the copier sets the time back.
	old := time.Now().Add(-time.Hour)
	y.must(os.Chtimes(y.path("63/a.csv"), old, old))
	y.says(y.poll(4*time.Second), "settling 63/a.csv")
	time.Sleep(20 * time.Millisecond)
	y.write("63/a.csv", "1\n3\n")
	y.must(os.Chtimes(y.path("63/a.csv"), old, old))
	y.says(y.poll(6*time.Second), "settling 63/a.csv")
	// Another file under the same name.
	y.write("63/b", "1\n3\n")
	y.must(os.Chtimes(y.path("63/b"), old, old))
	y.must(os.Rename(y.path("63/b"), y.path("63/a.csv")))
	y.says(y.poll(6*time.Second), "settling 63/a.csv")
	y.says(y.poll(5*time.Second), "ready 63/a.csv")
	// A clock that was set back starts the wait anew.
	y.says(y.poll(-time.Hour), "settling 63/a.csv")
	y.says(y.poll(5*time.Second), "ready 63/a.csv")
}

// A process that only just began knows by a file's own time that nobody writes
// to it any more; a time to come is judged by the disk's record of the change.
func TestPollOldFilesAtFirstSight(t *testing.T) {
	book := workbook(t, "xl/workbook.xml")
	for name, c := range map[string]struct {
		age  time.Duration
		want string
	}{
		"two hours old":     {2 * time.Hour, "ready 63/cut.xlsx, ready 63/empty.csv, ready 63/sum.csv, lone_sidecar 63/none.csv.sha256"},
		"nine minutes old":  {9 * time.Minute, "empty 63/empty.csv, no_end_record 63/cut.xlsx, ready 63/sum.csv, sidecar_only 63/none.csv.sha256"},
		"an hour too early": {-time.Hour, "empty 63/empty.csv, no_end_record 63/cut.xlsx, ready 63/sum.csv, sidecar_only 63/none.csv.sha256"},
	} {
		t.Run(name, func(t *testing.T) {
			y := newYard(t, Options{})
			at := time.Now().Add(-c.age)
			for path, text := range map[string]string{"63/cut.xlsx": book[:len(book)/2], "63/empty.csv": "", "63/sum.csv": "rows",
				"63/sum.csv.sha256": digestOf("other rows"), "63/none.csv.sha256": digestOf("rows")} {
				y.write(path, text)
				y.must(os.Chtimes(y.path(path), at, at))
			}
			p := y.settled()
			got := said(p)
			slices.Sort(got)
			want := strings.Split(c.want, ", ")
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("\n got %q\nwant %q", got, want)
			}
			for _, f := range p.Ready {
				if f.Name != "sum.csv" {
					continue
				}
				claimed, err := y.f.Claim(f, y.a)
				if c.age > y.f.o.Patience && (err != nil || claimed.Proof != Differs) {
					t.Errorf("%+v, %v: want a refusal", claimed, err)
				}
				if c.age < y.f.o.Patience && !errors.Is(err, ErrChanged) {
					t.Errorf("%+v, %v: want it to wait", claimed, err)
				}
			}
			if got := said(y.poll(11 * time.Minute)); len(got) != 4 || !slices.Contains(got, "ready 63/empty.csv") || !slices.Contains(got, "ready 63/cut.xlsx") {
				t.Errorf("waits for ever: %q", got)
			}
		})
	}
}

// A sidecar that has only just come may be that of a file which is yet to come.
func TestYoungSidecarOfAnOldFile(t *testing.T) {
	y := newYard(t, Options{})
	old := time.Now().Add(-2 * time.Hour)
	y.write("63/a.csv", "rows")
	y.must(os.Chtimes(y.path("63/a.csv"), old, old))
	y.write("63/a.csv.sha256", digestOf("new rows"))
	if _, err := y.f.Claim(y.settled().Ready[0], y.a); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	if c := y.claim(y.poll(11 * time.Minute).Ready[0]); c.Proof != Differs {
		t.Errorf("%q", c.Proof)
	}
}

func TestPollOrder(t *testing.T) {
	y := newYard(t, Options{})
	at := time.Now().Add(-time.Hour).Truncate(time.Second)
	for path, seconds := range map[string]int{
		"71/z.csv": 0, "63/c.csv": 1, "63/b.csv": 2, "71/a.csv": 2, "63/a.csv": 2, "ledger/a.csv": 3,
	} {
		y.write(path, "x")
		m := at.Add(time.Duration(seconds) * time.Second)
		y.must(os.Chtimes(y.path(path), m, m))
	}
	p := y.settled()
	y.says(p, "ready 71/z.csv", "ready 63/c.csv", "ready 63/a.csv", "ready 71/a.csv", "ready 63/b.csv", "ready ledger/a.csv")
	if f := p.Ready[0]; f.Region != 71 || f.Kind != osms.KindRoster || f.Folder != "71" || f.Name != "z.csv" || f.Size != 1 {
		t.Errorf("%+v", f)
	}
	if f := p.Ready[5]; f.Region != 0 || f.Kind != osms.KindLedger {
		t.Errorf("%+v", f)
	}
}

func TestPollInboxMissing(t *testing.T) {
	y := newYard(t, Options{})
	y.must(os.RemoveAll(y.dir))
	if _, err := y.f.Poll(y.now); err == nil || !strings.Contains(err.Error(), y.dir) {
		t.Errorf("no inbox: %v", err)
	}
	y.must(os.Mkdir(y.dir, 0o770))
	y.says(y.poll(0), "missing 63", "missing 71", "missing applications", "missing ledger", "missing organisations", "missing requests")
	if err := y.f.Prepare([]osms.Region{63, 71, 99}); err == nil {
		t.Error("a region that does not exist was prepared")
	}
	y.must(y.f.Prepare([]osms.Region{63}))
	y.says(y.poll(0))
}

func TestPollManyFiles(t *testing.T) {
	y := newYard(t, Options{})
	for i := range 1_000 {
		y.write(fmt.Sprintf("63/%05d.csv", i), "x")
	}
	start := time.Now()
	p := y.settled()
	if len(p.Ready) != 1_000 {
		t.Fatalf("%d ready", len(p.Ready))
	}
	t.Logf("two polls of 1,000 files: %v", time.Since(start))
}

func TestPollOddNames(t *testing.T) {
	y := newYard(t, Options{})
	names := []string{
		"-rf", "...", "a\nb.csv", "CON", "a.csv.", "A.csv", "a.csv", "\xff\xfe.csv", "\u202exslx.csv",
		strings.Repeat("ж", 127) + "a", "тізім №1.csv", "и\u0306.csv", "й.csv", `a\b.csv`, "$(rm).csv", " .csv",
	}
	want := 0
	for _, n := range names {
		y.write("63/"+n, n)
		if !strings.HasPrefix(n, ".") {
			want++
		}
	}
	p := y.settled()
	if len(p.Ready) != want || len(p.Odd)+len(p.Waiting) > 0 {
		t.Errorf("%d ready of %d: %q", len(p.Ready), want, said(p))
	}
	for _, f := range p.Ready {
		c, err := y.f.Claim(f, y.a)
		if err != nil || c.SHA256 != digestOf(f.Name) {
			t.Errorf("%q: %v", f.Name, err)
			continue
		}
		if err := y.f.Done(c); err != nil {
			t.Errorf("%q: %v", f.Name, err)
		}
		if _, err := os.Lstat(y.path(f.Path)); err == nil {
			t.Errorf("%q is still there", f.Name)
		}
	}
}

func TestOptionsOfAFileThatIsNoFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFolder(path, Options{}); !errors.Is(err, syscall.ENOTDIR) {
		t.Error(err)
	}
}
