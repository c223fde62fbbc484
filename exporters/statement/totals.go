package statement

import (
	"cmp"
	"slices"

	"osmsd/sync/osms"
)

// kind says what a transferred sum is in the law's words. Deductions are the
// employers', contributions the state's, the employees' and people's own.
type kind string

const (
	deductions            kind = "deductions"             // 121
	contributions         kind = "contributions"          // 122, and the state's own code
	deductionPenalties    kind = "deduction_penalties"    // 123
	contributionPenalties kind = "contribution_penalties" // 124
	returns               kind = "returns"                // 021
)

// kinds are all of them, in the order of the documents.
var kinds = []kind{deductions, contributions, deductionPenalties, contributionPenalties, returns}

// kindOf judges by the payment code. The code of the state's contributions was
// not found and is the operator's to configure: what is no deduction, penalty or
// return is a contribution, as the register itself counts it.
func kindOf(knp string) kind {
	switch knp {
	case "121":
		return deductions
	case "123":
		return deductionPenalties
	case "124":
		return contributionPenalties
	case "021":
		return returns
	}
	return contributions
}

type shapeTotals struct {
	Amount int64       `json:"amount_tiyn"`
	Months int         `json:"months"`
	ByKNP  []shapeKNP  `json:"by_knp"`
	ByKind []shapeKind `json:"by_kind"`
	ByYear []shapeYear `json:"by_year"`
}

type shapeKNP struct {
	KNP    string `json:"knp"`
	Rows   int    `json:"rows"`
	Amount int64  `json:"amount_tiyn"`
}

type shapeKind struct {
	Kind   kind  `json:"kind"`
	Rows   int   `json:"rows"`
	Amount int64 `json:"amount_tiyn"`
}

// shapeYear is the sums for the months of a year; 0 for rows without a month.
type shapeYear struct {
	Year   int         `json:"year"`
	Rows   int         `json:"rows"`
	Amount int64       `json:"amount_tiyn"`
	ByKind []shapeKind `json:"by_kind"`
}

// totalsOf adds up the rows by payment code, by kind and by year, each in its
// own order.
func totalsOf(s osms.Statement) shapeTotals {
	v := shapeTotals{Amount: int64(s.Total), ByKNP: []shapeKNP{}, ByKind: []shapeKind{}, ByYear: []shapeYear{}}
	months := map[osms.Month]bool{}
	for _, r := range s.Rows {
		months[r.Month] = true
		i, found := slices.BinarySearchFunc(v.ByKNP, r.KNP, func(k shapeKNP, knp string) int { return cmp.Compare(k.KNP, knp) })
		if !found {
			v.ByKNP = slices.Insert(v.ByKNP, i, shapeKNP{KNP: r.KNP})
		}
		v.ByKNP[i].Rows++
		v.ByKNP[i].Amount += int64(r.Amount)
		v.ByKind = addKind(v.ByKind, kindOf(r.KNP), r.Amount)
		i, found = slices.BinarySearchFunc(v.ByYear, r.Month.Year(), func(y shapeYear, year int) int { return cmp.Compare(y.Year, year) })
		if !found {
			v.ByYear = slices.Insert(v.ByYear, i, shapeYear{Year: r.Month.Year(), ByKind: []shapeKind{}})
		}
		v.ByYear[i].Rows++
		v.ByYear[i].Amount += int64(r.Amount)
		v.ByYear[i].ByKind = addKind(v.ByYear[i].ByKind, kindOf(r.KNP), r.Amount)
	}
	v.Months = len(months)
	return v
}

func addKind(list []shapeKind, k kind, amount osms.Tiyn) []shapeKind {
	i, found := slices.BinarySearchFunc(list, k, func(have shapeKind, k kind) int {
		return cmp.Compare(slices.Index(kinds, have.Kind), slices.Index(kinds, k))
	})
	if !found {
		list = slices.Insert(list, i, shapeKind{Kind: k})
	}
	list[i].Rows++
	list[i].Amount += int64(amount)
	return list
}

// sumOf adds up amounts and reports whether the sum is one that 64 bits hold.
func sumOf(rows []osms.StatementRow) (sum osms.Tiyn, ok bool) {
	for _, r := range rows {
		next := sum + r.Amount
		if (next > sum) != (r.Amount > 0) && r.Amount != 0 {
			return 0, false
		}
		sum = next
	}
	return sum, true
}
