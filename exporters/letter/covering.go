package letter

import (
	"fmt"
	"slices"
	"strconv"

	"osmsd/sync/osms"
)

// MaxListed is how many letters a covering letter lists; the list of a larger
// bundle is no paper that anybody checks.
const MaxListed = 10_000

// ErrListTooLong says that a covering letter lists more than MaxListed letters.
var ErrListTooLong = fmt.Errorf("more than %d letters in one list", MaxListed)

// list is the list of a covering letter's notifications, of one page each.
func (t *Texts) list(l osms.OfficeLetter) (*List, error) {
	if len(l.List) == 0 {
		return nil, ErrEmpty
	}
	if len(l.List) > MaxListed {
		return nil, ErrListTooLong
	}
	const serial, number, iin, what, pages = 10.0, 27.0, 23.0, 40.0, 12.0
	out := &List{Caption: t.both("label.annex") + " № " + l.Number + ", " + l.Date.Dotted(),
		Columns: []Column{{t.words["label.serial"], serial, true}, {t.words["label.number"], number, false},
			{t.words["label.name"], width - serial - number - iin - what - pages, false}, {t.words["label.iin"], iin, false},
			{t.words["label.what"], what, false}, {t.words["label.pages"], pages, true}},
		Total: fmt.Sprintf("%s: %d", t.both("label.total"), len(l.List))}
	for i, n := range l.List {
		err := missing([]lack{{n.Number == "", "number"}, {n.Person == 0, "IIN"}, {n.Name.String() == "", "name"},
			{!slices.Contains(actions, n.Action), "action"}})
		if err != nil {
			return nil, fmt.Errorf("line %d of the list: %w", i+1, err)
		}
		out.Rows = append(out.Rows, []string{strconv.Itoa(i + 1), n.Number, n.Name.String(), n.Person.Digits(), t.both("action." + string(n.Action)), "1"})
	}
	return out, nil
}
