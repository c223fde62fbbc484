package receipt

import "testing"

// What a receipt costs beside a file that is applied: milliseconds.
func BenchmarkPDF(b *testing.B) {
	clean, faulty := reports()["applied"], messy(1000)
	b.Run("clean", func(b *testing.B) {
		for b.Loop() {
			pdf(b, clean)
		}
	})
	b.Run("faulty", func(b *testing.B) {
		for b.Loop() {
			pdf(b, faulty)
		}
	})
}
