package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/cmd/internal/country"
	"osmsd/sync/store/storetest"
)

// TestBackupWhileImporting: while another process imports one file after another,
// every backup restores to a registry that verify accepts. One that is killed
// leaves nothing that the next does not remove.
func TestBackupWhileImporting(t *testing.T) {
	if raced {
		t.Skip("under the race detector every start of the program is dear")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			s := newScript(t, "backup while importing")
			if kind == "postgres" {
				s.env["OSMSD_DATABASE"] = storetest.Postgres(t)
			}
			dir := filepath.Join(s.dir, "country")
			truth, err := country.Generate(dir, country.Options{Persons: 4000, Regions: 3, Months: 1, Seed: 5})
			s.check(err)
			byRegion := map[string][]string{}
			files, err := filepath.Glob(filepath.Join(dir, truth.Months[0].Month.String(), "inbox", "*", "*"))
			s.check(err)
			for _, f := range files {
				if region := filepath.Base(filepath.Dir(f)); len(region) == 2 {
					byRegion[region] = append(byRegion[region], f)
				}
			}
			importing, ended := make(chan string, 1), 0
			next := func() bool {
				for region, files := range byRegion {
					delete(byRegion, region)
					slices.Sort(files)
					p := s.start(append([]string{"import", "--region", region}, files...))
					go func() {
						<-p.ended
						importing <- fmt.Sprintf("exit %d\n%s", p.cmd.ProcessState.ExitCode(), p.errout.String())
					}()
					return true
				}
				return false
			}
			next()
			var backups []string
			busy := 0
			for working := true; working; {
				file := filepath.Join(s.dir, fmt.Sprintf("b%d.tar", len(backups)))
				if code, _ := s.execute([]string{"backup", "--out", file}); code == 3 && strings.Contains(s.stderr, "registry") {
					time.Sleep(20 * time.Millisecond) // nothing is in the registry yet
				} else if code != 0 {
					s.fatalf("backup: exit %d", code)
				} else {
					backups = append(backups, file)
				}
				select {
				case said := <-importing:
					if !strings.HasPrefix(said, "exit 0") && !strings.HasPrefix(said, "exit 3") {
						s.fatalf("import: %s", said)
					}
					ended++
					working = next()
				default:
					busy++
				}
			}
			database := s.env["OSMSD_DATABASE"]
			s.env["OSMSD_DATABASE"] = ""
			sequences := map[string]bool{}
			for i, file := range backups {
				if i%max(1, len(backups)/4) != 0 && i != len(backups)-1 {
					continue
				}
				s.env["OSMSD_HOME"] = filepath.Join(s.dir, fmt.Sprintf("home%d", i))
				if code, _ := s.execute([]string{"restore", "--json", file}); code != 0 {
					s.fatalf("restore of %s: exit %d", file, code)
				}
				sequences[s.values("stdout", "sequence")] = true
			}
			t.Logf("%d backups during %d imports, restored at the sequences %v", len(backups), ended, sequences)
			if busy < 3 || len(sequences) < 3 {
				t.Errorf("%d backups while files were imported, %d different sequences", busy, len(sequences))
			}

			s.env["OSMSD_DATABASE"], s.env["OSMSD_HOME"] = database, filepath.Join(s.dir, "home")
			folder := filepath.Join(s.dir, "home", backupFolder)
			killed := false
			for try := 0; try < 20 && !killed; try++ {
				p := s.start([]string{"backup"})
				for {
					left, _ := filepath.Glob(filepath.Join(folder, ".osmsd-*", "backup.tar"))
					if killed = len(left) > 0; killed {
						_ = p.cmd.Process.Kill()
						break
					}
					if over(p) {
						break
					}
				}
				<-p.ended
				whole, _ := filepath.Glob(filepath.Join(folder, "*.tar"))
				for _, file := range whole {
					killed = false // it was faster
					s.check(os.Remove(file))
				}
			}
			if left, _ := filepath.Glob(filepath.Join(folder, ".osmsd-*")); !killed || len(left) == 0 {
				t.Errorf("killed %v, left over %v", killed, left)
			}
			if code, _ := s.execute([]string{"backup"}); code != 0 {
				s.fatalf("backup after a kill: exit %d", code)
			}
			if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
				t.Errorf("%v %v", entries, err)
			}
		})
	}
}

func over(p *process) bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}
