package contribution_test

import (
	"errors"
	"reflect"
	"testing"

	"osmsd/sync/contribution"
	"osmsd/sync/osms"
)

// TestAssess takes the published figures of 2024: 1.9 % of 308,000 tenge is
// 5,852 tenge a month for a person.
func TestAssess(t *testing.T) {
	heads := []osms.Head{
		{Region: 75, Category: osms.Learner, Persons: 2},
		{Region: 63, Category: osms.Learner, Persons: 10},
		{Region: 63, Category: osms.Child, Persons: 3},
		{Region: 10, Category: osms.Child, Persons: 0},
		{Region: 63, Category: "6-1", Persons: 1},
	}
	given := append([]osms.Head(nil), heads...)
	rate := osms.StateRate{Year: 2024, Percent: 1900, Base: 308_000_00}
	a := contribution.Assess(202403, heads, rate)
	want := contribution.Assessment{Month: 202403, Rate: rate, PerPerson: 5852_00, Persons: 16, Amount: 16 * 5852_00,
		Lines: []osms.Contribution{
			{Region: 63, Category: osms.Child, Persons: 3, Amount: 17_556_00},
			{Region: 63, Category: osms.Learner, Persons: 10, Amount: 58_520_00},
			{Region: 63, Category: "6-1", Persons: 1, Amount: 5852_00},
			{Region: 75, Category: osms.Learner, Persons: 2, Amount: 11_704_00},
		}}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got %+v\nwant %+v", a, want)
	}
	if !reflect.DeepEqual(heads, given) {
		t.Error("the heads that were given are in another order now")
	}
}

func TestAssessNobody(t *testing.T) {
	a := contribution.Assess(202403, nil, osms.StateRate{Year: 2024, Percent: 1900, Base: 308_000_00})
	if a.Lines == nil || len(a.Lines) != 0 || a.Amount != 0 || a.PerPerson != 5852_00 {
		t.Errorf("%+v", a)
	}
}

// TestRounding shows that the contribution is rounded half up to the tiyn for
// each person, and only then multiplied.
func TestRounding(t *testing.T) {
	for _, c := range []struct {
		percent osms.Rate
		base    osms.Tiyn
		each    osms.Tiyn
	}{
		{1900, 308_000_00, 5852_00},
		{1000, 49, 0},    // 0.49
		{1000, 50, 1},    // 0.50
		{1000, 149, 1},   // 1.49
		{1000, 150, 2},   // 1.50
		{1675, 1234, 21}, // 20.6695
		{1, 49_999, 0},   // 0.49999
		{1, 50_000, 1},   // 0.5
	} {
		a := contribution.Assess(202403, []osms.Head{{Region: 63, Category: osms.Child, Persons: 1000}}, osms.StateRate{Percent: c.percent, Base: c.base})
		if a.PerPerson != c.each || a.Amount != 1000*c.each {
			t.Errorf("%s %% of %d tiyn: %d, want %d; a thousand persons %d", c.percent, c.base, a.PerPerson, c.each, a.Amount)
		}
	}
}

func TestRateFor(t *testing.T) {
	rates := []osms.StateRate{{Year: 2024, Percent: 1900, Base: 308_000_00}, {Year: 2025, Percent: 2000}, {Year: 2026, Base: 100}}
	if r, err := contribution.RateFor(202412, rates); err != nil || r.Year != 2024 {
		t.Errorf("%+v, %v", r, err)
	}
	for _, month := range []osms.Month{202312, 202501, 202601, 202701} {
		if _, err := contribution.RateFor(month, rates); !errors.Is(err, contribution.ErrNoRate) {
			t.Errorf("%s: %v, want ErrNoRate", month, err)
		}
	}
}
