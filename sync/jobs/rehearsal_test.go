package jobs

import (
	"reflect"
	"testing"
)

// TestRehearsal: a dry run is done at a desk that is the same in everything but
// the archive, whatever is added to a desk later.
func TestRehearsal(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		aside, done, err := o.desk.Rehearsal()
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		is, was := reflect.ValueOf(aside).Elem(), reflect.ValueOf(o.desk).Elem()
		for i := range is.NumField() {
			name := is.Type().Field(i).Name
			switch {
			case !is.Type().Field(i).IsExported():
			case name == "Archive":
				if aside.Archive == o.desk.Archive {
					t.Error("the archive is the same")
				}
			case is.Field(i).IsZero() != was.Field(i).IsZero():
				t.Errorf("%s is not taken over", name)
			}
		}
	})
}
