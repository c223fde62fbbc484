package registry_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// TestSealed: what was believed stands for the rosters that made it, whatever
// comes of later days; and a change of what came later gives each fact the source
// that it would have had.
func TestSealed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		journals := someImports(t)
		boundary := someAsAt.Draw(t, "boundary")
		var below, above []registry.Journal
		through := int64(0)
		for _, j := range journals {
			if j.AsAt <= boundary {
				below, through = append(below, j), max(through, j.Import)
			} else {
				above = append(above, j)
			}
		}
		base := registry.Fold(below, 0).Claims
		sealed := append([]registry.Journal{{Import: through, Mode: osms.Delta, AsAt: boundary, Sealed: true, Base: base}}, above...)
		watch := int64(rapid.IntRange(0, len(above)).Draw(t, "watch"))
		if watch > 0 {
			watch = above[watch-1].Import
		}
		whole, short := registry.Fold(journals, watch), registry.Fold(sealed, watch)
		if !reflect.DeepEqual(whole, short) {
			t.Fatalf("boundary %s:\n%+v\nwant\n%+v%s", boundary, short, whole, tellAll(journals))
		}
		if len(above) == 0 {
			return
		}
		// The last of them is taken away again.
		without := func(of []registry.Journal) []registry.Journal {
			return append([]registry.Journal(nil), of[:len(of)-1]...)
		}
		last := above[len(above)-1].Import
		var rest []registry.Journal
		for _, j := range journals {
			if j.Import != last {
				rest = append(rest, j)
			}
		}
		want, got := registry.Replan(whole.Claims, rest, registry.Journal{}), registry.Replan(whole.Claims, without(sealed), registry.Journal{})
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("without import %d:\n%+v\nwant\n%+v%s", last, got, want, tellAll(journals))
		}
	})
}
