package letter

import (
	"errors"
	"slices"

	"osmsd/sync/osms"
)

// checkedAtOnce is how many letters are laid out together to see whether all of
// them can be printed: a letter alone costs its own table of contents besides.
const checkedAtOnce = 100

// sameWidth stands for a number that is not yet given.
const sameWidth = "00-0000-000000"

// Check reports why a letter could not be printed (ErrFit, a *paper.GlyphError
// or a missing field), so that one person's letter need not stop the others of
// the organisation. The letter needs no number yet. The reason names neither
// the person nor the number.
func Check(b osms.LetterBundle, l osms.Letter) error {
	b.Letters = []osms.Letter{l}
	return Default().Unprintable(b)[0]
}

// Unprintable checks all letters of a bundle, of any size, and gives the
// reasons of those that could not be printed, by their place in the bundle.
func Unprintable(b osms.LetterBundle) map[int]error { return Default().Unprintable(b) }

// Unprintable checks them in this wording.
func (t *Texts) Unprintable(b osms.LetterBundle) map[int]error {
	letters := slices.Clone(b.Letters)
	for i := range letters {
		if letters[i].Number == "" {
			letters[i].Number = sameWidth
		}
	}
	found := map[int]error{}
	for i := 0; i < len(letters); i += checkedAtOnce {
		b.Letters = letters[i:min(i+checkedAtOnce, len(letters))]
		t.unprintable(b, i, found)
	}
	return found
}

// unprintable halves the letters until those that fail stand alone: what a
// shared table of contents cannot print is not blamed on its first letter.
func (t *Texts) unprintable(b osms.LetterBundle, at int, found map[int]error) {
	_, err := t.layOut(b)
	if err == nil {
		return
	}
	if len(b.Letters) == 1 {
		var numbered *numberedError
		if errors.As(err, &numbered) {
			err = numbered.err
		}
		found[at] = err
		return
	}
	half, all := len(b.Letters)/2, b.Letters
	b.Letters = all[:half]
	t.unprintable(b, at, found)
	b.Letters = all[half:]
	t.unprintable(b, at+half, found)
}
