package letter

import (
	"errors"
	"slices"

	"osmsd/exporters/paper"
)

// list is the table of annulled letters: number, date, name, IIN, what the
// letter said.
func (p *annulmentPrinter) list() (*List, error) {
	const number, date, iin, said = 28.0, 20.0, 24.0, 41.0
	words, name := annulmentWords(), Column{p.texts.words["label.name"], width - number - date - iin - said, false}
	out := &List{Columns: []Column{{p.texts.words["label.number"], number, false}, {words["date"], date, false}, name,
		{words["iin"], iin, false}, {words["said"], said, false}}}
	for _, l := range p.Letters {
		if l.Number == "" || l.Date.IsZero() {
			return nil, errors.New("an annulled letter has no number or no date")
		}
		if err := missing([]lack{{!slices.Contains(actions, l.Action), "action"}}); err != nil {
			return nil, &numberedError{l.Number, err}
		}
		iin, who := "", l.Name.String()
		if l.Person != 0 {
			iin = l.Person.Digits()
		}
		if _, ok := name.set(who); !ok || paper.Regular().Check(paper.Clean(who)) != nil {
			who = ""
		}
		out.Rows = append(out.Rows, []string{l.Number, l.Date.Dotted(), who, iin, p.texts.both("action." + string(l.Action))})
	}
	return out, nil
}
