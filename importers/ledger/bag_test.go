package ledger

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestBag compares with exact addition.
func TestBag(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bag
		want := new(big.Int)
		for _, digest := range rapid.SliceOf(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 0x7F, 0x80, 0xFF}), sha256.Size, sha256.Size)).Draw(t, "digests") {
			b.add([sha256.Size]byte(digest))
			want.Add(want, new(big.Int).SetBytes(digest))
		}
		if got := fmt.Sprintf("%016x%016x%016x%016x%016x", b[4], b[3], b[2], b[1], b[0]); got != fmt.Sprintf("%080x", want) {
			t.Fatalf("got %s, want %080x", got, want)
		}
	})
}
