package letter

import "testing"

// written counts what is written.
type written int

func (w *written) Write(b []byte) (int, error) { *w += written(len(b)); return len(b), nil }

func benchmark(b *testing.B, letters int) {
	bundle := sample(letters)
	var n written
	b.ReportAllocs()
	for b.Loop() {
		n = 0
		if err := Write(&n, bundle); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*letters)/b.Elapsed().Seconds(), "letters/s")
	b.ReportMetric(float64(n)/float64(letters), "B/letter")
}

// BenchmarkBundle10000 is one document of ten thousand letters.
func BenchmarkBundle10000(b *testing.B) { benchmark(b, 10000) }

// BenchmarkSingle is a document of one letter without a table of contents.
func BenchmarkSingle(b *testing.B) {
	one := sample(1)
	b.ReportAllocs()
	for b.Loop() {
		var n written
		if err := Default().WriteNotification(&n, one); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
