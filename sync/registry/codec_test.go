package registry_test

import (
	"encoding/binary"
	"errors"
	"reflect"
	"runtime"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

func TestJournalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := anImport(t, 0)
		j.Mode, j.AsAt = "", 0 // kept beside the rows
		for i := range j.Rows {
			j.Rows[i].Place = osms.Place{Sheet: rapid.Int32Range(0, 300).Draw(t, "sheet"), Row: rapid.Int32().Draw(t, "row")}
			j.Rows[i].Order = rapid.String().Draw(t, "order")
			j.Rows[i].Facts.Language = rapid.String().Draw(t, "language")
			j.Rows[i].Name.Surname = rapid.String().Draw(t, "surname")
		}
		got, err := registry.Decode(registry.Encode(j), school)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rows) == 0 {
			got.Rows = nil
		}
		if !reflect.DeepEqual(got, j) {
			t.Fatalf("kept %+v\nread %+v", j, got)
		}
	})
}

// TestJournalOfHundreds has many texts, so that the numbers that stand for them
// take more than a byte.
func TestJournalOfHundreds(t *testing.T) {
	var j registry.Journal
	for i := range 1000 {
		text := string(rune('Ѐ' + i%500))
		j.Rows = append(j.Rows, osms.Row{Person: osms.IIN(10_000_000_000 + 977*uint64(i)), BIN: school, Place: osms.Place{Row: int32(1000 - i)},
			Name: osms.Name{Surname: text, Given: text + text, Patronymic: "Ә"}, Facts: osms.Facts{Group: text}, Birth: 20050101})
	}
	got, err := registry.Decode(registry.Encode(j), school)
	if err != nil || !reflect.DeepEqual(got, j) {
		t.Fatalf("read back otherwise (%v)", err)
	}
}

// TestJournalDamaged cuts kept rows at every byte: none of it may pass for the
// whole.
func TestJournalDamaged(t *testing.T) {
	j := registry.Journal{Rows: []osms.Row{{Person: person("A"), BIN: school, Name: usualName(person("A"))}, {Person: person("B"), BIN: school}},
		Protected: osms.Protected{Persons: []osms.IIN{person("C")}, Keys: []string{"а б|2005-01-01"}}}
	whole := registry.Encode(j)
	for n := range whole {
		if _, err := registry.Decode(whole[:n], school); !errors.Is(err, registry.ErrJournal) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
	if _, err := registry.Decode(append(whole, 0), school); !errors.Is(err, registry.ErrJournal) {
		t.Error("a byte too many passes")
	}
}

// TestJournalPromises shows that a count which promises more rows than there can
// be takes no memory for them.
func TestJournalPromises(t *testing.T) {
	b := append([]byte{1}, binary.AppendUvarint(nil, 1<<20)...)
	b = append(b, make([]byte, 1<<20)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := registry.Decode(b, school)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; err == nil || grown > 1<<20 {
		t.Errorf("%v, and %d bytes for nothing", err, grown)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 0})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add(registry.Encode(registry.Journal{Rows: []osms.Row{{Person: person("A"), BIN: school, Name: usualName(person("A")), Birth: 20050101},
		{Person: person("B"), Facts: osms.Facts{Form: osms.FullTime, Grade: "2"}, LeftOn: 20261001, Order: "12-қ"}},
		Protected: osms.Protected{Persons: []osms.IIN{person("C")}, Keys: []string{"а б|2005-01-01"}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		j, err := registry.Decode(b, school)
		if err != nil {
			if !errors.Is(err, registry.ErrJournal) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if size := len(j.Rows) * int(unsafe.Sizeof(osms.Row{})); size > 16*len(b) {
			t.Fatalf("%d bytes made rows of %d", len(b), size)
		}
		again, err := registry.Decode(registry.Encode(j), school)
		if err != nil || !reflect.DeepEqual(j, again) {
			t.Fatalf("%+v\nkept and read again (%v) is\n%+v", j, err, again)
		}
	})
}
