package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logKeys are the keys of log lines, all of them. Filters and alarms of operators
// are written by them, so a line uses one that is here; a new one is a decision.
// None may carry a name, an IIN, an account or a file's name as it was dropped.
var logKeys = []string{
	"run", "job", "state", "due", "err", "reason", "path", // any line
	"sha256", "region", "kind", "outcome", "rows", "refused", "import", // of a file
	"arrival", "bin", "number", "case", "overlap", // what a line is about
	"runs", "opened", "answered", "nearly", "overdue", "try", // counts
	"home", "database", "poll", "watchdog", "since", "until", "stack", // of the daemon itself
	"fault", "key", "changed", // of its configuration
	"route", "account", "upload", "address", "panic", // of the console
	"mail", "given_up", "source", "bytes", "folder", // of mails and of what goes to other machines
}

// TestLogKeys reads every call of a logger in the program.
func TestLogKeys(t *testing.T) {
	used, lines := map[string]bool{}, 0
	for _, room := range []string{"../../cmd", "../../sync", "../../importers", "../../exporters"} {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				first, ok := keysFrom(call)
				if !ok {
					return true
				}
				lines++
				for i := first; i < len(call.Args); i += 2 {
					literal, ok := call.Args[i].(*ast.BasicLit)
					if !ok {
						t.Errorf("%s: a key that is not written out", set.Position(call.Args[i].Pos()))
						continue
					}
					key, err := strconv.Unquote(literal.Value)
					if err != nil || !slices.Contains(logKeys, key) {
						t.Errorf("%s: %s is not among the keys of the log", set.Position(literal.Pos()), literal.Value)
					}
					used[key] = true
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if lines < 30 {
		t.Errorf("%d calls of a logger were found", lines)
	}
	for _, key := range logKeys {
		if !used[key] {
			t.Errorf("no line has the key %s", key)
		}
	}
}

// keysFrom says at which argument the keys of a call of a logger begin.
func keysFrom(call *ast.CallExpr) (first int, ok bool) {
	f, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return 0, false
	}
	logger := ""
	switch x := f.X.(type) {
	case *ast.Ident:
		logger = x.Name
	case *ast.SelectorExpr:
		logger = x.Sel.Name
	}
	if logger != "log" && logger != "Log" {
		return 0, false
	}
	switch f.Sel.Name {
	case "Debug", "Info", "Warn", "Error":
		return 1, true
	case "With":
		return 0, true
	}
	return 0, false
}
