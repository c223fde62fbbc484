package letter

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"osmsd/sync/osms"
)

//go:embed data/basis.csv
var basisCSV string

type datedBasis struct {
	since, until osms.Date
	basis        osms.LegalBasis
}

var bases = sync.OnceValue(func() []datedBasis {
	list, err := parseBases(basisCSV)
	if err != nil {
		panic("letter: embedded basis.csv: " + err.Error())
	}
	return list
})

func parseBases(text string) ([]datedBasis, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	var list []datedBasis
	for _, row := range rows[1:] {
		b := datedBasis{until: osms.Forever, basis: osms.LegalBasis{KK: row[3], RU: row[4], Ours: row[2] == "yes"}}
		if row[0] != "" {
			if b.since, err = osms.ParseDate(row[0]); err != nil {
				return nil, err
			}
		}
		if row[1] != "" {
			if b.until, err = osms.ParseDate(row[1]); err != nil {
				return nil, err
			}
		}
		if n := len(list); n > 0 && b.since != list[n-1].until.Add(1) {
			return nil, fmt.Errorf("the basis from %s does not follow the one before", b.since)
		}
		list = append(list, b)
	}
	return list, nil
}

// Basis is the act that a letter of a day names. Until 10 March 2020 that is
// the regulation of East Kazakhstan's akimat No 181 of 18 June 2018 on the
// Standard of the Minister of Education and Science No 6 of 10 January 2018;
// it was repealed by resolution No 69 of 10 March 2020, whose exact first day
// is not known. After that it is law No 405-V, Art. 26(1)(13), in our wording.
func Basis(date osms.Date) osms.LegalBasis {
	for _, b := range bases() {
		if b.since <= date && date <= b.until {
			return b.basis
		}
	}
	return osms.LegalBasis{}
}
