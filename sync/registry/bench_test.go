package registry_test

import (
	"fmt"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// unchangedMonth makes a roster of one organisation and the marks of what is
// held there, which is the same.
func unchangedMonth(n int) ([]osms.Mark, []osms.Row) {
	rows, marks := make([]osms.Row, n), make([]osms.Mark, n)
	for i := range rows {
		rows[i] = osms.Row{Person: osms.IIN(50_101_500_000 + 7*uint64(i)), BIN: school, Birth: 20050101, EnrolledOn: 20240901,
			Name:  osms.Name{Surname: fmt.Sprintf("Қасымбекова-%d", i%5000), Given: "Айгерім", Patronymic: "Нұрланқызы"},
			Facts: osms.Facts{Form: osms.FullTime, Level: osms.TVET, Status: osms.Studying, Grade: "2", Group: "ИС-25-1", Speciality: "06130100 Бағдарламалық қамтамасыз ету", Language: "қазақ", Funding: "мемлекеттік тапсырыс"}}
		held := osms.Fact{Name: rows[i].Name, Birth: rows[i].Birth, Span: osms.Span{Until: osms.Forever, Facts: rows[i].Facts}}
		marks[i] = osms.Mark{Person: rows[i].Person, First: 20240901, Fingerprint: registry.FingerprintOf(held)}
	}
	return marks, rows
}

// BenchmarkScreen is the price of an unchanged month, a row.
func BenchmarkScreen(b *testing.B) {
	const n = 100_000
	marks, rows := unchangedMonth(n)
	b.ReportAllocs()
	for b.Loop() {
		if s := registry.Screen(marks, rows, osms.Full); s.Unchanged != n {
			b.Fatal(s)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

// BenchmarkEncode is the price of keeping a month's rows, a row.
func BenchmarkEncode(b *testing.B) {
	const n = 100_000
	_, rows := unchangedMonth(n)
	size := 0
	for b.Loop() {
		size = len(registry.Encode(registry.Journal{Rows: rows}))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
	b.ReportMetric(float64(size)/n, "B/row")
}
