package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"osmsd/sync/store/storetest"
)

// decided is a command that decides something, and how it is finished when it
// was cut off: by the same command, by the jobs that write what is missing, or
// by both.
type decided struct {
	name    string
	args    func(*decisionScene) []string
	commits int    // of which each brings the registry from one state to the next
	kill    string // a point of its own
	ci      int    // points in the small run besides
	again   []int
}

// decisions are the commands that TestKilledDeciding kills. again are the exit
// codes that the command may end with when it is given once more.
var decisions = []decided{
	{"release", func(s *decisionScene) []string { return []string{"release", s.held, "--reason", "by letter"} }, 1, "rename:2", 1, []int{exitDone, exitRefused}},
	{"refuse", func(s *decisionScene) []string { return []string{"refuse", s.held} }, 1, "", 2, []int{exitDone, exitRefused}},
	{"undo", func(s *decisionScene) []string { return []string{"undo", s.wrong, "--reason", "not theirs"} }, 1, "rename:1", 2, []int{exitDone, exitRefused}},
	{"replay", func(s *decisionScene) []string { return []string{"undo", s.under, "--replay"} }, 1, "", 1, []int{exitDone, exitRefused}},
	{"approve", func(s *decisionScene) []string {
		return []string{"import", "--region", "63", "--approve", s.fresh, s.path("63-full-2026-10-12.csv")}
	}, 1, "", 2, []int{exitDone, exitRefused}},
	{"approve held", func(s *decisionScene) []string {
		return []string{"import", "--region", "63", "--approve", s.held, s.path("63-full-2026-10-10.csv")}
	}, 1, "", 1, []int{exitDone, exitRefused}},
	{"archive", func(*decisionScene) []string { return []string{"run", "intake"} }, 4, "", 3, []int{exitDone}},
}

// TestKilledDeciding kills the commands that decide about imports at operations
// on files and on the database. Right after each kill the registry is as before
// or after the decision and proves itself; the command given again and the jobs
// of the schedule bring everything to where it would be undisturbed: each
// receipt, workbook and notice once, and nothing temporary.
func TestKilledDeciding(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newDecisionScene(t, address)
		var killed, inside, after atomic.Int64
		for _, d := range decisions {
			if raced && d.kill == "" {
				continue // every start of the program is dear: two commands are enough
			}
			t.Run(d.name, func(t *testing.T) {
				n := d.ci
				if raced {
					n = 1
				}
				if *long {
					n = d.ci * 12
				}
				p := s.play(t, d)
				var wg sync.WaitGroup
				slots := make(chan struct{}, 3)
				for i, kill := range p.points(n) {
					slots <- struct{}{}
					wg.Go(func() {
						defer func() { <-slots }()
						at, decidedAlready, complaints := p.killed(kill, i%2 == 0)
						for _, c := range complaints {
							t.Errorf("%s (%s): %s", kill, at, c)
						}
						if at != "" {
							killed.Add(1)
						}
						if strings.HasSuffix(at, "inside=true") {
							inside.Add(1)
						}
						if decidedAlready {
							after.Add(1)
						}
					})
				}
				wg.Wait()
			})
		}
		t.Logf("killed at %d points, %d of them between BEGIN and the end of COMMIT, %d after the decision", killed.Load(), inside.Load(), after.Load())
		if killed.Load() < 4 || inside.Load() == 0 || after.Load() == 0 {
			t.Error("too few points")
		}
	})
}

// played is a command as it goes undisturbed.
type played struct {
	s          *decisionScene
	d          decided
	counts     map[string]int
	legal      []string // states, before and after each commit
	end, twice ending   // when it was given once, and again after it had decided
}

// ending is everything that is seen at the end.
type ending struct {
	state string
	files map[string]string
}

// play runs a command to its end, and once more, to know what is legal.
func (s *decisionScene) play(t *testing.T, d decided) *played {
	t.Helper()
	p := &played{s: s, d: d}
	h := s.mustCopy(t, d)
	before, err := h.coreState()
	if err != nil {
		t.Fatal(err)
	}
	_, said, err := h.command("", "", d.args(s))
	if err != nil {
		t.Fatal(err)
	}
	p.counts = counted(said)
	if p.counts["imported"] != d.commits {
		t.Errorf("%d commits decide, want %d", p.counts["imported"], d.commits)
	}
	state, err := h.coreState()
	if err != nil {
		t.Fatal(err)
	}
	if p.legal = []string{before, state}; d.commits > 1 {
		p.legal = s.statesOf(t, d)
		if last := p.legal[len(p.legal)-1]; last != state {
			t.Fatalf("undisturbed:\n%s\nwant\n%s", state, last)
		}
	}
	p.end = s.mustEnd(t, h, nil)
	if d.args(s)[0] != "import" { // given again it does nothing
		p.twice = s.mustEnd(t, h, &d)
		if diff := firstDifference(p.twice.files, p.end.files); p.twice.state != p.end.state || diff != "" {
			t.Errorf("given twice it does more: %s\n%s\nthan once\n%s", diff, p.twice.state, p.end.state)
		}
		return p
	}
	h = s.mustCopy(t, d)
	if _, _, err := h.command("", "", d.args(s)); err != nil {
		t.Fatal(err)
	}
	p.twice = s.mustEnd(t, h, &d)
	return p
}

// points spreads kills over the operations of a command: inside transactions,
// right after its last commit, after the decision, and anywhere.
func (p *played) points(n int) (kills []string) {
	hows := []string{"tx", "after", "op"}
	each := (n + len(hows) - 1) / len(hows)
	for i := range n {
		how := hows[i%len(hows)]
		kills = append(kills, killAt{how, 1 + (2*(i/len(hows))+1)*p.counts[how]/(2*each)}.String())
	}
	if n > 1 {
		kills = slices.Insert(kills[:n-1], 1, killAt{"imported", p.d.commits}.String())
	}
	if p.d.kill != "" {
		kills = append(kills, p.d.kill)
	}
	return kills
}

// killed kills the command, looks, and has it finished; again also by the same
// command where it has decided already.
func (p *played) killed(kill string, again bool) (at string, after bool, complaints []string) {
	h, err := p.s.copy(p.s.t.TempDir(), p.d)
	if err != nil {
		return "", false, []string{err.Error()}
	}
	defer h.close()
	at, _, err = h.command(kill, "", p.d.args(p.s))
	if err != nil || at == "" {
		return at, false, []string{fmt.Sprintf("not killed: %v", err)}
	}
	state, err := h.coreState()
	if err != nil {
		return at, false, []string{err.Error()}
	}
	after = state == p.legal[len(p.legal)-1]
	complaints = p.between(state)
	complaints = append(complaints, h.proved(true)...)
	want := p.end
	switch {
	case after && again:
		want = p.twice
		fallthrough
	case !after:
		complaints = append(complaints, h.finish(&p.d)...)
	default:
		complaints = append(complaints, h.finish(nil)...)
	}
	got, more := h.ending()
	complaints = append(complaints, more...)
	if got.state != want.state {
		complaints = append(complaints, fmt.Sprintf("the registry at the end:\n%s\nwant\n%s", got.state, want.state))
	}
	if diff := firstDifference(got.files, want.files); diff != "" {
		complaints = append(complaints, "handed out: "+diff)
	}
	return at, after, complaints
}

func (p *played) between(state string) []string {
	for _, legal := range p.legal {
		if state == legal {
			return nil
		}
	}
	return []string{"the registry is between two states:\n" + state}
}

// TestKilledDecidingFindsBugs plants what the test above is there to find.
func TestKilledDecidingFindsBugs(t *testing.T) {
	if raced {
		t.Skip("under the race detector every start of the program is dear")
	}
	s := newDecisionScene(t, t.TempDir()+"/registry.db")
	for _, name := range []string{"release", "refuse", "undo"} {
		t.Run(name, func(t *testing.T) {
			for _, d := range decisions {
				if d.name != name {
					continue
				}
				p := s.play(t, d)
				h := s.mustCopy(t, d)
				at, said, err := h.command("between:1", "decision apart", d.args(s))
				if err != nil || at == "" {
					t.Fatalf("not killed: %v %s", err, said)
				}
				state, err := h.coreState()
				if err != nil {
					t.Fatal(err)
				}
				if found := strings.Join(p.between(state), "\n"); !strings.Contains(found, "between two states") {
					t.Errorf("the planted bug is not found: %q", found)
				}
			}
		})
	}
}

// fieldOf finds a text in a JSON document by the names and places that lead to it.
func fieldOf(t *testing.T, document string, path ...any) string {
	t.Helper()
	var at any
	if err := json.Unmarshal([]byte(document), &at); err != nil {
		t.Fatalf("%v: %s", err, document)
	}
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := at.(map[string]any)
			at = m[p]
		case int:
			list, _ := at.([]any)
			if p >= len(list) {
				t.Fatalf("no %v in %s", path, document)
			}
			at = list[p]
		}
	}
	return fmt.Sprint(at)
}
