package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// hostile is one hostile input and what it must get. Where the rules of reading
// say otherwise than the list of hostile inputs does, the rules win, and a
// comment at the case says so.
type hostile struct {
	no   int
	name string
	// file is its name as it is dropped, "" for one made of its number.
	file   string
	folder string // the drop folder, "" for 63
	data   func(s source) []byte
	// before are files that come before it and are applied.
	before []func(s source) delivery
	place  func(t *testing.T, path string) // puts it there itself

	waits bool // until it is ten minutes old
	odd   intake.Reason
	want  string // outcome, and the code of its error or the reason of its hold
	says  string // stands in what is said about it
	rows  []string
	// counts are the rows of the file: "all accepted refused ignored new"; "":
	// not looked at.
	counts string
	// known is how many persons its organisation has at the end, without those
	// of the files before it.
	known   int
	members []string // of an archive, each "name: outcome code"

	notBuilt  string // why it cannot be tried yet
	elsewhere string // the test that tries it: folder and name
	heavy     bool   // in a process of its own, at full size with -long only
}

// delivery is a file as it is dropped.
type delivery struct {
	name string
	data []byte
}

// hostiles are all of them, in order of their numbers.
func hostiles() []hostile {
	return slices.Concat(hostileContainers(), hostileSheets(), hostileRows(), hostileCSV(), hostileChannels(), hostileMoney())
}

// TestHostileListIsWhole: every number of the list, 1 to 107, has a case, or
// says why it has none, and what is tried elsewhere is tried there.
func TestHostileListIsWhole(t *testing.T) {
	have := map[int]int{}
	for _, h := range hostiles() {
		have[h.no]++
		if h.elsewhere == "" {
			continue
		}
		folder, name, _ := strings.Cut(h.elsewhere, " ")
		found := false
		sources, _ := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*_test.go"))
		for _, path := range sources {
			b, err := os.ReadFile(path)
			found = found || err == nil && strings.Contains(string(b), "func "+name+"(t *testing.T")
		}
		if !found {
			t.Errorf("%d %s: there is no %s in %s", h.no, h.name, name, folder)
		}
	}
	for no := 1; no <= 107; no++ {
		if have[no] == 0 {
			t.Errorf("there is no case for %d", no)
		}
	}
}

const (
	mostMemory = 256 << 20
	mostTime   = time.Minute
	goodFiles  = 20
)

// TestHostile drops all of them at once, with twenty good files between them,
// into the drop folder of a fresh home, and looks at what became of each.
func TestHostile(t *testing.T) {
	if raced {
		t.Log("under the race detector memory is not measured")
	}
	var light []hostile
	left := map[string]int{}
	for _, h := range hostiles() {
		switch {
		case h.notBuilt != "":
			left["not built"]++
			t.Logf("%d %s: not built yet: %s", h.no, h.name, h.notBuilt)
		case h.elsewhere != "":
			left["tried elsewhere"]++
		case h.heavy:
			left["heavy"]++
		default:
			light = append(light, h)
		}
	}
	s := newHostileHome(t, light)
	s.drop()
	s.take()
	outcomes := s.look()
	t.Logf("%d tried at once in %.1f s and %d MiB: %v; %v", len(light), s.took.Seconds(), s.peak>>20, outcomes, left)
}

// TestHostileHeavy gives each of the great ones a process and a home of its
// own, with twenty good files beside it.
func TestHostileHeavy(t *testing.T) {
	if !*long {
		t.Skip("gigabytes are for -long; smaller siblings are in TestHostile")
	}
	for _, h := range hostiles() {
		if !h.heavy {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", h.no, h.name), func(t *testing.T) {
			s := newHostileHome(t, []hostile{h})
			s.drop()
			s.take()
			outcomes := s.look()
			t.Logf("%d %s: %.1f s (%.1f s of processors), %d MiB; %v", h.no, h.name, s.took.Seconds(), s.cpu.Seconds(), s.peak>>20, outcomes)
		})
	}
}

// TestHostileAtOnce: what waits in a drop folder is refused at once when it is
// named on the command line, and nothing is written by a check.
func TestHostileAtOnce(t *testing.T) {
	s := newHostileHome(t, nil)
	o := s.open()
	defer o.close()
	for i, h := range hostiles() {
		if !h.waits {
			continue
		}
		path := filepath.Join(t.TempDir(), "file.xlsx")
		if err := os.WriteFile(path, h.data(source{bin: organisationNo(100 + i), nth: i}), 0o600); err != nil {
			t.Fatal(err)
		}
		err := o.desk.Check(t.Context(), o.now(), []string{path}, 63, "", func(taken jobs.Taken) {
			got := string(taken.Report.Outcome)
			if taken.Report.Error != nil {
				got += " " + string(taken.Report.Error.Code)
			}
			if taken.Err != nil || got != h.want {
				t.Errorf("%d %s: %s, want %s (%v)", h.no, h.name, got, h.want, taken.Err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if arrivals, err := o.desk.Store.Arrivals(t.Context(), 0); err != nil || len(arrivals) > 0 {
		t.Errorf("a check left %d arrivals, %v", len(arrivals), err)
	}
}

// hostileScene is a fresh home into which hostile files are dropped.
type hostileScene struct {
	t     *testing.T
	home  string
	temp  string
	cases []hostile
	names []string // as dropped, by case
	src   []source
	files int // dropped that must end in an outcome

	waiting, odd map[string]string
	seconds      map[string]float64
	peak         int64
	took, cpu    time.Duration // by the clock, and of processors
}

func newHostileHome(t *testing.T, cases []hostile) *hostileScene {
	dir := t.TempDir()
	s := &hostileScene{t: t, home: filepath.Join(dir, "home"), temp: filepath.Join(dir, "tmp"), cases: cases}
	for _, d := range []string{filepath.Join(s.home, "inbox", "63"), filepath.Join(s.home, "inbox", "71"), filepath.Join(s.home, "inbox", "ledger"), filepath.Join(s.home, "inbox", "organisations"), s.temp} {
		if err := os.MkdirAll(d, 0o770); err != nil {
			t.Fatal(err)
		}
	}
	k := map[int]int{}
	for i, h := range cases {
		k[h.no]++
		name := h.file
		if name == "" {
			name = fmt.Sprintf("h%03d-%c", h.no, 'a'+k[h.no]-1) // and an extension, see drop
		}
		s.names = append(s.names, name)
		s.src = append(s.src, source{bin: organisationNo(100 + i), other: organisationNo(4000 + i), nth: i})
	}
	return s
}

// drop puts everything into the drop folders: the list of organisations first,
// then the cases in their order, the good files between them.
func (s *hostileScene) drop() {
	minute := 0
	put := func(folder, name string, data []byte) {
		path := filepath.Join(s.home, "inbox", folder, name)
		if err := os.WriteFile(path, data, 0o640); err != nil {
			s.t.Fatalf("%q: %v", name, err)
		}
		s.stamp(path, ago(minute))
		minute++
		s.files++
	}
	lines := []string{"БИН;Наименование на русском;Регион"}
	listed := func(bin osms.BIN, region string) {
		lines = append(lines, fmt.Sprintf("%s;Школа %s;%s", bin.Digits(), bin.Digits()[6:], region))
	}
	for i := range s.cases {
		listed(s.src[i].bin, "63")
		listed(s.src[i].other, "71")
	}
	for i := range goodFiles {
		listed(organisationNo(i), "63")
	}
	put("organisations", "list.csv", table(lines...))
	good := func(i int) {
		src := source{bin: organisationNo(i), nth: 3000 + i}
		if i%2 == 0 {
			put("63", fmt.Sprintf("good-%02d.csv", i), src.csv(5))
		} else {
			put("63", fmt.Sprintf("good-%02d.xlsx", i), src.xlsx(5))
		}
	}
	next := 0
	for i, h := range s.cases {
		for ; next < goodFiles/2 && next*len(s.cases) <= i*goodFiles/2; next++ {
			good(next)
		}
		folder := h.folder
		if folder == "" {
			folder = "63"
		}
		for _, before := range h.before {
			d := before(s.src[i])
			put(folder, d.name, d.data)
		}
		if h.place != nil {
			path := filepath.Join(s.home, "inbox", folder, s.names[i])
			h.place(s.t, path)
			if h.odd == "" {
				s.stamp(path, ago(minute))
				minute++
				s.files++
			}
			continue
		}
		data := h.data(s.src[i])
		if h.file == "" {
			if s.names[i] += ".xlsx"; h.no >= 52 && !strings.HasPrefix(string(data), "PK") {
				s.names[i] = strings.TrimSuffix(s.names[i], ".xlsx") + ".csv"
			}
		}
		put(folder, s.names[i], data)
		if h.waits { // only a young file does
			s.stamp(filepath.Join(s.home, "inbox", folder, s.names[i]), 0)
		}
	}
	for ; next < goodFiles; next++ {
		good(next)
	}
}

// ago is how long ago the file of a minute was written: days.
func ago(minute int) time.Duration { return time.Duration(5000-minute) * time.Minute }

func (s *hostileScene) stamp(path string, age time.Duration) {
	at := time.Now().Add(-age)
	if err := os.Chtimes(path, at, at); err != nil {
		s.t.Fatal(err)
	}
}

// take runs the program on the home, in a process of its own.
func (s *hostileScene) take() {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), hostileHome+"="+s.home, "TMPDIR="+s.temp)
	var said, errs strings.Builder
	c.Stdout, c.Stderr = &said, &errs
	began := time.Now()
	err := c.Run()
	s.took = time.Since(began)
	s.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	if err != nil {
		s.t.Fatalf("%v\n%s%s", err, said.String(), errs.String())
	}
	s.waiting, s.odd, s.seconds = map[string]string{}, map[string]string{}, map[string]float64{}
	lines := bufio.NewScanner(strings.NewReader(said.String()))
	for lines.Scan() {
		f := strings.SplitN(lines.Text(), "\t", 3)
		name, err := strconv.Unquote(f[2])
		if err != nil {
			s.t.Fatal(lines.Text())
		}
		switch f[0] {
		case "waits":
			s.waiting[name] = f[1]
		case "odd":
			s.odd[name] = f[1]
		case "peak":
			s.peak, _ = strconv.ParseInt(f[1], 10, 64)
		case "failed":
			s.t.Errorf("%s: %s", name, f[1])
		case "took":
			s.seconds[name], _ = strconv.ParseFloat(f[1], 64)
		}
	}
	if s.peak == 0 || s.peak > mostMemory && !raced {
		s.t.Errorf("%d MiB at the peak", s.peak>>20)
	}
	for name, n := range s.seconds {
		if n > mostTime.Seconds() {
			s.t.Errorf("%s took %.1f s", name, n)
		}
	}
}

// hostileHome names the home of a process that takes hostile files.
const hostileHome = "OSMSD_TEST_HOSTILE"

// hostileChild is the program taking what lies in its drop folders: files at
// rest first, then, eleven minutes later, those that waited.
func hostileChild(home string) int {
	boundMemory(os.LookupEnv)
	now := time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC)
	a, err := quickApp(home, "", func() time.Time { return now })
	if err != nil {
		fmt.Println(err)
		return exitUsage
	}
	o, err := a.openHome(context.Background())
	if err != nil {
		fmt.Println(err)
		return exitFailed
	}
	defer o.close()
	folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
	if err == nil {
		err = folder.Prepare([]osms.Region{63, 71})
	}
	if err != nil {
		fmt.Println(err)
		return exitFailed
	}
	tell := func(what string, value any, name string) { fmt.Printf("%s\t%v\t%q\n", what, value, name) }
	began := time.Now()
	for _, later := range []time.Duration{0, time.Second, 11 * time.Minute} {
		polled, err := folder.Poll(began.Add(later))
		if err != nil {
			fmt.Println(err)
			return exitFailed
		}
		if later == 0 {
			continue
		}
		for _, w := range polled.Waiting {
			tell("waits", w.Reason, w.Name)
		}
		for _, odd := range polled.Odd {
			tell("odd", odd.Reason, odd.Path)
		}
		last := time.Now()
		_, err = o.runner.Run(context.Background(), osms.Run{Job: osms.JobIntake, Trigger: "folder"}, func(ctx context.Context, t jobs.Turn) (string, error) {
			return "", o.desk.Intake(ctx, t, folder, polled.Ready, func(taken jobs.Taken) {
				if taken.Err != nil {
					tell("failed", taken.Err, taken.Report.File)
				}
				tell("took", time.Since(last).Seconds(), taken.Report.File)
				last = time.Now()
			})
		})
		if err != nil {
			fmt.Println(err)
			return exitFailed
		}
	}
	tell("peak", peakMemory(), "")
	return exitDone
}

// peakMemory is the most that this process ever held. What the kernel reports of
// a child to its parent would count the parent's own memory at the fork.
func peakMemory() (bytes int64) {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			bytes, _ = strconv.ParseInt(f[1], 10, 64)
		}
	}
	return bytes << 10
}

// receiptSaid is what a receipt says, as programs read it.
type receiptSaid struct {
	File    string
	SHA256  string
	Outcome osms.Outcome
	Error   *struct{ Code, Message string }
	Holds   []struct{ Reason, Message string }
	Format  string

	Rows, Accepted, Refused, Ignored, Joined int

	Refusals []struct{ Sheet, Cell, Field, Code, Severity, Message string }
	Members  []struct {
		File    string
		Outcome osms.Outcome
		Error   *struct{ Code string }
	}
}

func (r receiptSaid) short() string {
	out := string(r.Outcome)
	if r.Error != nil {
		out += " " + r.Error.Code
	}
	for _, h := range r.Holds {
		out += " " + h.Reason
	}
	return out
}

// look says what became of everything, and complains of what is not as it must
// be.
func (s *hostileScene) look() map[string]int {
	t := s.t
	receipts := s.receipts()
	outcomes := map[string]int{}
	persons := s.persons()
	for i, h := range s.cases {
		complain := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%d %s (%s): %s", h.no, h.name, intake.Shown(s.names[i]), fmt.Sprintf(format, args...))
		}
		shown := intake.Shown(strings.ToValidUTF8(s.names[i], "\ufffd")) // bytes that are no UTF-8 are recorded as U+FFFD
		if h.odd != "" {
			outcomes["never taken"]++
			folder := h.folder
			if folder == "" {
				folder = "63"
			}
			if got := s.odd[intake.Shown(filepath.Join(folder, s.names[i]))]; got != string(h.odd) {
				complain("listed as %q, want %q", got, h.odd)
			}
			continue
		}
		r, ok := receipts[shown]
		if !ok {
			complain("it has no receipt: %v", s.waiting[s.names[i]])
			continue
		}
		outcomes[string(r.Outcome)]++
		if _, waited := s.waiting[s.names[i]]; waited != h.waits {
			complain("it waited: %v (%s)", waited, s.waiting[s.names[i]])
		}
		if got := r.short(); got != h.want {
			complain("got %s, want %s\n%+v", got, h.want, r)
		}
		if h.says != "" && !strings.Contains(fmt.Sprintf("%+v", r)+message(r), h.says) {
			complain("%q is not said: %s%s", h.says, message(r), fmt.Sprintf("%+v", r))
		}
		if got := fmt.Sprint(r.Rows, r.Accepted, r.Refused, r.Ignored, r.Joined); h.counts != "" && got != h.counts {
			complain("rows, accepted, refused, ignored and new are %s, want %s", got, h.counts)
		}
		var rows []string
		for _, x := range r.Refusals {
			rows = append(rows, strings.TrimPrefix(x.Sheet+"!", "!")+x.Cell+" "+x.Field+" "+x.Code+" "+x.Severity)
		}
		if !slices.Equal(rows, h.rows) && h.rows != nil {
			complain("rows\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(h.rows, "\n"))
		}
		if h.rows == nil && slices.ContainsFunc(r.Refusals, func(x struct{ Sheet, Cell, Field, Code, Severity, Message string }) bool {
			return x.Severity == "refused"
		}) {
			complain("rows are refused: %v", rows)
		}
		var members []string
		for _, m := range r.Members {
			code := ""
			if m.Error != nil {
				code = " " + m.Error.Code
			}
			members = append(members, fmt.Sprintf("%s: %s%s", m.File, m.Outcome, code))
		}
		if !slices.Equal(members, h.members) {
			complain("members %q, want %q", members, h.members)
		}
		if got := persons[s.src[i].bin]; got != h.known {
			complain("its organisation has %d persons, want %d", got, h.known)
		}
	}
	for i := range goodFiles {
		ext := []string{".csv", ".xlsx"}[i%2]
		if r := receipts[fmt.Sprintf("good-%02d%s", i, ext)]; r.Outcome != osms.Applied || persons[organisationNo(i)] != 5 {
			t.Errorf("good file %d: %s, %d persons", i, r.short(), persons[organisationNo(i)])
		}
	}
	s.leftovers()
	return outcomes
}

func message(r receiptSaid) (out string) {
	if r.Error != nil {
		out = r.Error.Message
	}
	for _, h := range r.Holds {
		out += " " + h.Message
	}
	for _, x := range r.Refusals {
		out += " " + x.Message
	}
	return out
}

// receipts reads what is said, by the name shown; each file has one outcome, and
// its bytes are kept.
func (s *hostileScene) receipts() map[string]receiptSaid {
	out := map[string]receiptSaid{}
	paths, _ := filepath.Glob(filepath.Join(s.home, "returned", "*", "*.json"))
	for _, path := range paths {
		b, err := os.ReadFile(path)
		var r receiptSaid
		if err == nil {
			err = json.Unmarshal(b, &r)
		}
		if err != nil {
			s.t.Fatal(path, err)
		}
		if other, twice := out[r.File]; twice && other.SHA256 == r.SHA256 {
			s.t.Errorf("%s has two outcomes: %s and %s", r.File, other.short(), r.short())
		}
		out[r.File] = r
		if _, err := os.Stat(filepath.Join(s.home, "archive", r.SHA256[:2], r.SHA256+".bin")); err != nil {
			s.t.Errorf("the bytes of %s are not kept: %v", r.File, err)
		}
	}
	return out
}

// persons counts the persons that each organisation of a case has.
func (s *hostileScene) persons() map[osms.BIN]int {
	o := s.open()
	defer o.close()
	out := map[osms.BIN]int{}
	bins := []osms.BIN{}
	for i := range s.src {
		bins = append(bins, s.src[i].bin)
	}
	for i := range goodFiles {
		bins = append(bins, organisationNo(i))
	}
	err := o.desk.Store.Write(s.t.Context(), store.Lease{}, func(tx *store.Tx) error {
		for _, bin := range bins {
			facts, err := tx.FactsOf(bin)
			if err != nil {
				return err
			}
			known := map[osms.IIN]bool{}
			for _, f := range facts {
				known[f.Person] = true
			}
			out[bin] = len(known)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	v, err := o.desk.Verify(s.t.Context(), func(string, int, int) {})
	if err != nil || len(v.Findings) > 0 {
		s.t.Errorf("verify: %v %v", err, v.Findings)
	}
	arrivals, err := o.desk.Store.Arrivals(s.t.Context(), 0)
	members := 0
	for _, a := range arrivals {
		if strings.Contains(a.Name, "/") {
			members++
		}
	}
	if err != nil || len(arrivals)-members != s.files {
		s.t.Errorf("%d files were dropped, %d have an outcome (%v)", s.files, len(arrivals)-members, err)
	}
	return out
}

func (s *hostileScene) open() *opened {
	a, err := quickApp(s.home, "", time.Now)
	if err != nil {
		s.t.Fatal(err)
	}
	o, err := a.openHome(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

// lies are the names that may be in a home when all is done.
var lies = regexp.MustCompile(`^(registry\.db(-wal|-shm)?|inbox(/\w+)?|returned(/\d\d)?|archive(/tmp|/[0-9a-f]{2}(/[0-9a-f]{64}\.bin)?)?)$`)

// leftovers complains of everything that lies where nothing may.
func (s *hostileScene) leftovers() {
	allowed := map[string]bool{}
	for i, h := range s.cases {
		if h.odd != "" {
			folder := h.folder
			if folder == "" {
				folder = "63"
			}
			allowed["inbox/"+folder+"/"+s.names[i]] = true
		}
	}
	returned := 0
	for root, allow := range map[string]*regexp.Regexp{s.home: lies, s.temp: regexp.MustCompile(`^\.$`)} {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			rel, _ := filepath.Rel(root, path)
			rel = filepath.ToSlash(rel)
			switch {
			case err != nil:
				s.t.Error(err)
			case rel == "." || allow.MatchString(rel) || allowed[rel]:
			case strings.HasPrefix(rel, "inbox/") && allowed[filepath.ToSlash(filepath.Dir(rel))]:
			case strings.HasPrefix(rel, "returned/") && !d.IsDir():
				returned++
				if name := d.Name(); intake.SafeName(name) != name {
					s.t.Errorf("handed out under an unsafe name: %q", name)
				}
			default:
				s.t.Errorf("left lying: %s", intake.Shown(rel))
			}
			return nil
		})
	}
	if returned == 0 {
		s.t.Error("nothing was handed out")
	}
	for _, name := range slices.Sorted(maps.Keys(allowed)) {
		if _, err := os.Lstat(filepath.Join(s.home, filepath.FromSlash(name))); err != nil {
			s.t.Errorf("%s is gone: %v", intake.Shown(name), err)
		}
	}
}
