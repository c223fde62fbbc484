package jobs

import (
	"testing"

	"osmsd/sync/osms"
)

// TestValueOf shows the value of every field that the register can refuse.
func TestValueOf(t *testing.T) {
	row := osms.Row{Name: osms.Name{Surname: "Қасымова", Given: "Әсел"}, EnrolledOn: 20260901, LeftOn: 20261005, OrderDate: 20261003}
	for field, want := range map[string]string{"surname": "Қасымова Әсел", "full_name": "Қасымова Әсел", "enrolled_on": "01.09.2026",
		"left_on": "05.10.2026", "order_date": "03.10.2026"} {
		if got := valueOf(&row, field); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
}
