package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"osmsd/sync/store/storetest"
)

// scriptProgram makes the test binary be the program: scripts run it as users
// do, with its exit codes and signals.
const scriptProgram = "SCRIPT_IS_OSMSD"

// TestScript runs testdata/script/*.txtar: a script, then the files it finds
// in its folder. A line is a command with its arguments; '…' quotes, $NAME is
// put in, # begins a comment, and "! " before a command wants it to fail. The
// language is that of Go's script tests, with commands of our own: scriptCommands
// tells what each does. Scripts that begin with "# every database" run on
// PostgreSQL too, and find another, empty database in $OTHER_DATABASE there; those
// that begin with "# both databases" find one in $POSTGRES.
func TestScript(t *testing.T) {
	paths, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d scripts, %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			if raced && name != "import" && name != "serve" {
				t.Skip("under the race detector every start of the program is dear: two scripts are enough")
			}
			s := newScript(t, path)
			if strings.HasPrefix(string(text), "# both databases\n") {
				s.env["POSTGRES"] = storetest.Postgres(t)
			}
			t.Parallel()
			s.run(string(text))
		})
		if strings.HasPrefix(string(text), "# every database\n") && !raced {
			t.Run(name+"/postgres", func(t *testing.T) {
				address, other := storetest.Postgres(t), storetest.Postgres(t)
				t.Parallel()
				s := newScript(t, path)
				s.env["OSMSD_DATABASE"], s.env["OTHER_DATABASE"] = address, other
				s.run(string(text))
			})
		}
	}
}

// script is one script under way.
type script struct {
	t              *testing.T
	file           string
	line           int
	dir            string
	env            map[string]string
	stdout, stderr string // of the last command
	background     map[string]*process
}

type process struct {
	cmd         *exec.Cmd
	out, errout lines
	ended       chan struct{}
}

func newScript(t *testing.T, path string) *script {
	dir := t.TempDir()
	s := &script{t: t, file: filepath.Base(path), dir: dir, background: map[string]*process{}, env: map[string]string{
		"WORK": dir, "PATH": os.Getenv("PATH"), "HOME": dir, "TMPDIR": filepath.Join(dir, ".tmp"),
		"OSMSD_HOME": filepath.Join(dir, "home"), "OSMSD_NOW": "2026-10-01T09:00:00+05:00", "OSMSD_LANGUAGE": "en", "OSMSD_CONSOLE_LISTEN": "127.0.0.1:0", scriptProgram: "1",
	}}
	if err := os.Mkdir(s.env["TMPDIR"], 0o750); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, p := range s.background {
			_ = p.cmd.Process.Kill()
			<-p.ended
		}
	})
	return s
}

func (s *script) fatalf(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s:%d: %s\nstdout: %s\nstderr: %s", s.file, s.line, fmt.Sprintf(format, args...), s.stdout, s.stderr)
}

func (s *script) check(err error) {
	s.t.Helper()
	if err != nil {
		s.fatalf("%v", err)
	}
}

func (s *script) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

// one gives the one file that a pattern means.
func (s *script) one(pattern string) string {
	s.t.Helper()
	found, err := filepath.Glob(s.path(pattern))
	if err != nil || len(found) != 1 {
		s.fatalf("%s means %d files (%v)", pattern, len(found), err)
	}
	return found[0]
}

// read gives a file's text; stdout and stderr are those of the last command.
func (s *script) read(name string) string {
	s.t.Helper()
	switch name {
	case "stdout":
		return s.stdout
	case "stderr":
		return s.stderr
	}
	b, err := os.ReadFile(s.one(name))
	s.check(err)
	return string(b)
}

func (s *script) run(text string) {
	commands, files, _ := strings.Cut("\n"+text, "\n-- ")
	s.unpack(files)
	known := scriptCommands()
	for line := range strings.Lines(strings.TrimPrefix(commands, "\n")) {
		s.line++
		words := s.words(strings.TrimSpace(line))
		not := len(words) > 0 && words[0] == "!"
		if not {
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		do, ok := known[words[0]]
		if !ok {
			s.fatalf("no command %s", words[0])
		}
		do(s, not, words[1:])
	}
	s.line++
	for name := range s.background {
		s.fatalf("%s still runs", name)
	}
}

// unpack writes the files that follow the script.
func (s *script) unpack(files string) {
	if files == "" {
		return
	}
	for part := range strings.SplitSeq(files, "\n-- ") {
		head, body, _ := strings.Cut(part, "\n")
		name, ok := strings.CutSuffix(strings.TrimSpace(head), " --")
		if !ok {
			s.t.Fatalf("%s: %q does not begin a file", s.file, head)
		}
		path := s.path(name)
		s.check(os.MkdirAll(filepath.Dir(path), 0o750))
		if !strings.HasSuffix(body, "\n") {
			body += "\n"
		}
		s.check(os.WriteFile(path, []byte(body), 0o600))
	}
}

// words splits a line: blanks part words, '…' keeps blanks and a $ as they
// are, a doubled quote in it is a quote, a # that begins a word ends the line.
func (s *script) words(line string) (words []string) {
	word, any, quoted := "", false, false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && c == '\'' && i+1 < len(line) && line[i+1] == '\'':
			word += "'"
			i++
		case c == '\'':
			quoted, any = !quoted, true
		case quoted:
			word += line[i : i+1] // a byte, of a letter that may have two
		case c == '#' && !any:
			return words
		case c == ' ' || c == '\t':
			if any {
				words, word, any = append(words, word), "", false
			}
		case c == '$':
			name := regexp.MustCompile(`^[A-Z_]+`).FindString(line[i+1:])
			word, any, i = word+s.env[name], true, i+len(name)
		default:
			word, any = word+line[i:i+1], true
		}
	}
	if any {
		words = append(words, word)
	}
	return words
}

// start starts the program.
func (s *script) start(args []string) *process {
	self, err := os.Executable()
	s.check(err)
	p := &process{cmd: exec.Command(self, args...), ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = s.dir, &p.out, &p.errout
	for _, name := range slices.Sorted(maps.Keys(s.env)) {
		p.cmd.Env = append(p.cmd.Env, name+"="+s.env[name])
	}
	s.check(p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	return p
}

// await waits for a process and gives its exit code.
func (s *script) await(p *process, patience time.Duration) int {
	s.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.cmd.Process.Signal(syscall.SIGQUIT)
		<-p.ended
		s.stdout, s.stderr = p.out.String(), p.errout.String()
		s.fatalf("%v did not end within %s", p.cmd.Args[1:], patience)
	}
	s.stdout, s.stderr = p.out.String(), p.errout.String()
	return p.cmd.ProcessState.ExitCode()
}

// execute runs "osmsd …" and gives the exit code; with &name at the end it goes
// on behind the script and there is none.
func (s *script) execute(args []string) (code int, behind bool) {
	s.t.Helper()
	if len(args) == 0 {
		return s.await(s.start(nil), time.Minute), false
	}
	if name, ok := strings.CutPrefix(args[len(args)-1], "&"); ok {
		s.background[name] = s.start(args[:len(args)-1])
		return 0, true
	}
	return s.await(s.start(args), 2*time.Minute), false
}

func (s *script) match(not bool, text, what string, args []string) {
	s.t.Helper()
	if len(args) != 1 {
		s.fatalf("one pattern for %s is needed", what)
	}
	if regexp.MustCompile("(?m)"+args[0]).MatchString(text) == not {
		s.fatalf("%s: match of %q: %v", what, args[0], not)
	}
}

var signals = map[string]os.Signal{"HUP": syscall.SIGHUP, "TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL}

// scriptCommands are the commands of scripts.
func scriptCommands() map[string]func(s *script, not bool, args []string) {
	return map[string]func(s *script, not bool, args []string){
		// osmsd ARGS… [&NAME] runs the program.
		"osmsd": func(s *script, not bool, args []string) {
			if code, behind := s.execute(args); !behind && (code != 0) != not {
				s.fatalf("osmsd %v: exit code %d", args, code)
			}
		},
		// exits CODE osmsd ARGS… wants just that exit code. Whatever it is, with
		// --json standard output is one document or nothing.
		"exits": func(s *script, _ bool, args []string) {
			code, _ := s.execute(args[2:])
			if fmt.Sprint(code) != args[0] {
				s.fatalf("osmsd %v: exit code %d, want %s", args[2:], code, args[0])
			}
			if slices.Contains(args, "--json") && s.stdout != "" {
				s.json("stdout")
			}
		},
		// wait NAME CODE [SECONDS] waits for a background program.
		"wait": func(s *script, _ bool, args []string) {
			patience := time.Minute
			if len(args) > 2 {
				var err error
				patience, err = time.ParseDuration(args[2])
				s.check(err)
			}
			p := s.background[args[0]]
			delete(s.background, args[0])
			if code := s.await(p, patience); fmt.Sprint(code) != args[1] {
				s.fatalf("%s: exit code %d, want %s", args[0], code, args[1])
			}
		},
		// kill SIGNAL NAME
		"kill": func(s *script, _ bool, args []string) {
			s.check(s.background[args[1]].cmd.Process.Signal(signals[args[0]]))
		},
		"stdout": func(s *script, not bool, args []string) { s.match(not, s.stdout, "stdout", args) },
		"stderr": func(s *script, not bool, args []string) { s.match(not, s.stderr, "stderr", args) },
		// grep PATTERN FILE
		"grep": func(s *script, not bool, args []string) { s.match(not, s.read(args[1]), args[1], args[:1]) },
		// cmp FILE FILE
		"cmp": func(s *script, not bool, args []string) {
			if (s.read(args[0]) == s.read(args[1])) == not {
				s.fatalf("%s and %s: the same: %v", args[0], args[1], not)
			}
		},
		// cp FILE TO, stdout and stderr too
		"cp": func(s *script, _ bool, args []string) {
			s.check(os.WriteFile(s.path(args[1]), []byte(s.read(args[0])), 0o600))
		},
		"mv":    func(s *script, _ bool, args []string) { s.check(os.Rename(s.path(args[0]), s.path(args[1]))) },
		"rm":    func(s *script, _ bool, args []string) { s.check(os.RemoveAll(s.path(args[0]))) },
		"mkdir": func(s *script, _ bool, args []string) { s.check(os.MkdirAll(s.path(args[0]), 0o750)) },
		// exists PATTERN…
		"exists": func(s *script, not bool, args []string) {
			for _, pattern := range args {
				found, err := filepath.Glob(s.path(pattern))
				s.check(err)
				if (len(found) > 0) == not {
					s.fatalf("%s exists: %v", pattern, not)
				}
			}
		},
		// waitfor PATTERN waits until such a file is there.
		"waitfor": func(s *script, _ bool, args []string) {
			for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
				found, err := filepath.Glob(s.path(args[0]))
				s.check(err)
				if len(found) > 0 {
					return
				}
				for name, p := range s.background {
					select {
					case <-p.ended:
						s.await(p, 0)
						s.fatalf("%s did not come and %s ended", args[0], name)
					default:
					}
				}
				if time.Now().After(end) {
					s.fatalf("%s did not come", args[0])
				}
			}
		},
		// says NAME PATTERN waits until a background program has written such a line on
		// standard error.
		"says": func(s *script, _ bool, args []string) { s.says(args[0], args[1]) },
		"env": func(s *script, _ bool, args []string) {
			for _, a := range args {
				name, value, _ := strings.Cut(a, "=")
				s.env[name] = value
			}
		},
		// The rest is in scriptjson_test.go.
		"shape": func(s *script, _ bool, args []string) { s.shape(args[0], args[1]) },
		"json":  func(s *script, not bool, args []string) { s.value(not, args[0], args[1], args[2]) },
		"sum":   func(s *script, _ bool, args []string) { s.sum(args[0], args[1], args[2:]) },
		"keep":  func(s *script, _ bool, args []string) { s.env[args[2]] = strings.Trim(s.values(args[0], args[1]), `"`) },
		"same":  func(s *script, not bool, args []string) { s.same(not, args[0], args[1], args[2], args[3:]) },
		// edit FILE OLD NEW changes the first place where a file says something.
		"edit": func(s *script, _ bool, args []string) {
			was := s.read(args[0])
			if !strings.Contains(was, args[1]) {
				s.fatalf("%s does not say %q:\n%s", args[0], args[1], was)
			}
			s.check(os.WriteFile(s.path(args[0]), []byte(strings.Replace(was, args[1], args[2], 1)), 0o600))
		},
		"flip":  func(s *script, _ bool, args []string) { s.flip(args[0]) },
		"cut":   func(s *script, _ bool, args []string) { s.cut(args[0], args[1]) },
		"xlsx":  func(s *script, _ bool, args []string) { s.xlsx(args[0], args[1]) },
		"cells": func(s *script, _ bool, args []string) { s.cells(args[0], args[1:]) },
		"mode":  func(s *script, _ bool, args []string) { s.mode(args[0], args[1]) },
		"busy":  func(s *script, _ bool, args []string) { s.busy(args[0]) },
		"until": func(s *script, _ bool, args []string) { s.until(args[0], args[1], args[2], args[3]) },
	}
}
