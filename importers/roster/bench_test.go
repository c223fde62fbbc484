package roster_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// month is a source of n rows of 13 columns in organisations of 500, made as
// they are asked for. Numbers tells whether IIN and dates are numbers.
func month(n int, numbers bool) table.Source {
	surnames := []string{"Ахметов", "Оспанова", "Сергазин", "Иванова", "Қалиев", "Нұрланқызы", "Ибраев", "Жұмабай"}
	given := []string{"Әсел", "Ержан", "Мария", "Дәурен", "Айгүл"}
	bins := make([]string, 0, n/500+1)
	for serial := uint64(0); len(bins) <= n/500; serial++ {
		eleven := 1001400*100_00 + serial
		if k, ok := osms.CheckDigit(eleven); ok {
			bins = append(bins, fmt.Sprintf("%011d%d", eleven, k))
		}
	}
	return table.Source{
		Sheets: []sheet.Sheet{{Name: "Лист1"}},
		Rows: func(_ int, each func(*sheet.Row) error) (sheet.Summary, error) {
			row := sheet.Row{Number: 1}
			for _, h := range []string{"№", "БИН", "ИИН", "Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Форма обучения", "Статус", "Дата зачисления", "Курс", "Группа"} {
				row.Cells = append(row.Cells, sheet.Cell{Kind: sheet.Text, Text: h})
			}
			if err := each(&row); err != nil {
				return sheet.Summary{}, err
			}
			buf := make([]byte, 0, 64)
			for i := range n {
				row.Number = i + 2
				eleven := uint64(5+i/400_000%5)*10_000_000_000 + uint64(i/33600%12+1)*100_000_000 + uint64(i/1200%28+1)*1_000_000 + 500_000 + uint64(i%1200)*37%100_000
				eleven /= 10
				k, ok := osms.CheckDigit(eleven)
				for !ok {
					eleven++
					k, ok = osms.CheckDigit(eleven)
				}
				digits := strconv.AppendUint(buf[:0], 1_000_000_000_000+eleven*10+uint64(k), 10)[1:]
				text := string(digits)
				c := row.Cells
				c[0] = sheet.Cell{Kind: sheet.Number, Text: "17"}
				c[1] = sheet.Cell{Kind: sheet.Text, Text: bins[i/500]}
				c[2] = sheet.Cell{Kind: sheet.Text, Text: text}
				c[6] = sheet.Cell{Kind: sheet.Text, Text: text[4:6] + "." + text[2:4] + ".20" + text[0:2]}
				if numbers {
					c[2] = sheet.Cell{Kind: sheet.Number, Text: strconv.FormatUint(eleven*10+uint64(k), 10)}
				}
				c[3] = sheet.Cell{Kind: sheet.Text, Text: surnames[i%8] + given[i/64%5]}
				c[4] = sheet.Cell{Kind: sheet.Text, Text: given[i%5]}
				c[5] = sheet.Cell{Kind: sheet.Text, Text: surnames[i/8%8]}
				c[7] = sheet.Cell{Kind: sheet.Text, Text: "м"}
				c[8] = sheet.Cell{Kind: sheet.Text, Text: "күндізгі"}
				c[9] = sheet.Cell{Kind: sheet.Text, Text: "обучается"}
				c[10] = sheet.Cell{Kind: sheet.Number, Text: "45536", Date: true}
				c[11] = sheet.Cell{Kind: sheet.Number, Text: "2"}
				c[12] = sheet.Cell{Kind: sheet.Text, Text: given[i/25%5]}
				if err := each(&row); err != nil {
					return sheet.Summary{}, err
				}
			}
			return sheet.Summary{Rows: n + 1}, nil
		},
	}
}

// BenchmarkRead reads 200,000 rows; its cost includes making the rows, which
// is measured by itself under "source".
func BenchmarkRead(b *testing.B) {
	const n = 200_000
	for _, numbers := range []bool{false, true} {
		src := month(n, numbers)
		name := "text"
		if numbers {
			name = "numbers"
		}
		b.Run("source/"+name, func(b *testing.B) {
			for range b.N {
				if _, err := src.Rows(0, func(*sheet.Row) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run("roster/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				r, err := roster.ReadSource(src, roster.Options{Region: 63, Received: 20261005})
				if err != nil {
					b.Fatal(err)
				}
				if r.Rows != n || r.Refused > 0 {
					b.Fatalf("rows %d refused %d: %v", r.Rows, r.Refused, r.Refusals[0])
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	b.Run("memory of 1,000,000 rows", func(b *testing.B) {
		for range b.N {
			r, err := roster.ReadSource(month(1_000_000, false), roster.Options{Region: 63, Received: 20261005})
			if err != nil {
				b.Fatal(err)
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapSys)/(1<<20), "MiB-peak")
			runtime.GC()
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-kept")
			runtime.KeepAlive(r)
		}
	})
}
