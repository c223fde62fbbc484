package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"testing"
)

// rosterText is a roster of twelve columns as akimats save it.
func rosterText(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("№;ЖСН;Тегі;Аты;Әкесінің аты;Туған күні;Жынысы;БСН;Оқу нысаны;Курс;Қабылданған күні;Мәртебесі\r\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d;%012d;Әбдіқалықова;Гүлнұр;Маратқызы;11.12.2006;ж;990140000123;күндізгі;%d;01.09.2023;оқиды\r\n", i+1, 61211600000+i, i%4+1)
	}
	return b.Bytes()
}

func BenchmarkCSV(b *testing.B) {
	text := rosterText(100_000)
	rate := func(b *testing.B) {
		b.ReportMetric(float64(b.N)*100_001/b.Elapsed().Seconds(), "rows/s")
	}
	read := func(b *testing.B, file []byte) {
		b.SetBytes(int64(len(file)))
		b.ReportAllocs()
		for b.Loop() {
			book, err := openCSV(bytes.NewReader(file), int64(len(file)), Limits{})
			if err != nil {
				b.Fatal(err)
			}
			if sum, err := book.Read(0, func(*Row) error { return nil }); err != nil || sum.Rows != 100_001 {
				b.Fatal(sum, err)
			}
		}
		rate(b)
	}
	b.Run("utf-8", func(b *testing.B) { read(b, text) })
	b.Run("kz-1048", func(b *testing.B) { read(b, encode(b, kz1048(), string(text))) })
	b.Run("utf-16le", func(b *testing.B) { read(b, encodeWide("\ufeff"+string(text), false)) })
	b.Run("quoted", func(b *testing.B) {
		read(b, bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(";"), []byte(`";"`)), []byte("\r\n"), []byte("\"\r\n\"")[:3]))
	})
	for _, reuse := range []bool{false, true} {
		b.Run(fmt.Sprintf("encoding-csv/reuse=%v", reuse), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				r := csv.NewReader(bytes.NewReader(text))
				r.Comma, r.ReuseRecord = ';', reuse
				for {
					if _, err := r.Read(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
			rate(b)
		})
	}
}
