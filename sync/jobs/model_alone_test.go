package jobs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"
	"testing"
)

// TestModelStandsAlone: the model and its tales use nothing of the product, not
// even of this package: every name in them is Go's, the standard library's or
// their own.
func TestModelStandsAlone(t *testing.T) {
	known := map[string]bool{}
	for _, name := range types.Universe.Names() {
		known[name] = true
	}
	var files []*ast.File
	for _, name := range []string{"model_rules_test.go", "model_fold_test.go", "model_tale_test.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		for _, imported := range f.Imports {
			at, _ := strconv.Unquote(imported.Path.Value)
			if strings.HasPrefix(at, "osmsd") || strings.Contains(strings.Split(at, "/")[0], ".") {
				t.Errorf("%s imports %s", name, at)
			}
			known[path.Base(strings.TrimSuffix(at, "/v2"))] = true
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				known[d.Name.Name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						known[s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							known[n.Name] = true
						}
					}
				}
			}
		}
	}
	for _, f := range files {
		for _, name := range f.Unresolved {
			if !known[name.Name] {
				t.Errorf("%s is not the model's own", name.Name)
			}
		}
	}
}
