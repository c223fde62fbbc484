package reconcile_test

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// tellSecond writes a month's lines as
// "63: 40 of 60 listed 40; returned 1 -20 (A -20 002); unexplained 0".
func tellSecond(lines []osms.ReconciliationLine) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s: %s of %s;", orDash(l.Region.String()), short(l.Ledger), short(l.Frozen))
		for _, k := range l.Bridge {
			fmt.Fprintf(&b, " %s %d %s", k.Kind, k.Persons, short(k.Amount))
			if !k.Proved {
				b.WriteString(" not proved")
			}
			b.WriteString(tellBehind(k.Behind) + ";")
		}
		fmt.Fprintf(&b, " unexplained %s", short(l.Unexplained))
		for i, s := range l.Suggestions {
			fmt.Fprintf(&b, "%s %s", map[bool]string{true: ":", false: ","}[i == 0], s.Kind)
			if s.Persons != 0 {
				fmt.Fprintf(&b, " %d", s.Persons)
			}
			fmt.Fprintf(&b, " %s", short(s.Amount))
			for _, word := range []string{s.Region.String(), s.Month.String(), strings.TrimLeft(s.BIN.String(), "0"), s.Text} {
				if word != "" {
					b.WriteString(" " + word)
				}
			}
			if s.Year != 0 {
				fmt.Fprintf(&b, " %d", s.Year)
			}
			b.WriteString(tellBehind(s.Behind))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func tellBehind(behind []osms.BridgePerson) string {
	if len(behind) == 0 {
		return ""
	}
	var all []string
	for _, p := range behind {
		name := p.Given
		if p.Person != 0 {
			name = string(rune(p.Person))
		}
		words := []string{name, short(p.Amount)}
		if p.OtherMonth != 0 {
			words = append(words, p.OtherMonth.String())
		}
		if p.OtherRegion != 0 {
			words = append(words, "/"+p.OtherRegion.String())
		}
		if p.Document != nil {
			words = append(words, p.Document.Reference)
		}
		all = append(all, strings.TrimSpace(strings.Join(words, " ")))
	}
	return " (" + strings.Join(all, ", ") + ")"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func short(a osms.Tiyn) string { return strings.TrimSuffix(a.String(), ".00") }

func TestSecondPart(t *testing.T) {
	const list = "listed 2026-10 63 1: A B C\n"
	for _, c := range []struct{ name, scene, want string }{
		{"everybody was paid",
			`LIST
payer 2026-10: A B C`, `63: 60 of 60; unexplained 0`},
		{"returned: minus at the region; the payment counts all the same",
			`LIST
payer 2026-10: A B C
payer 2026-10 returned: A`, `63: 40 of 60; returned 1 -20 (A -20 002); unexplained 0`},
		{"returned by a movement that names the person",
			`LIST
payer 2026-10 ref=R: A B C
statement 2026-10 63 60 ref=R
statement 2026-10 - -20 returned: A=-20`, `63: 40 of 60; returned 1 -20 (A -20 003); unexplained 0`},
		{"returned by a movement that names nobody: the document proves it",
			`LIST
payer 2026-10 ref=R: A B C
statement 2026-10 63 60 ref=R
statement 2026-10 63 -20 returned`, `63: 40 of 60; returned 0 -20 (-20 003); unexplained 0`},
		{"the same money returned by a movement and by a list that no reference links stands once",
			`LIST
payer 2026-10 ref=R: A B C
statement 2026-10 63 60 ref=R
statement 2026-10 63 -20 returned
payer 2026-10 returned ref=Q: A`, `63: 40 of 60; returned 1 -20 (A -20 Q); unexplained 0`},
		{"a payment and its return cancel when the person was paid once more",
			`LIST
payer 2026-10: A B C
payer 2026-10: A
payer 2026-10 returned: A`, `63: 60 of 60; unexplained 0`},
		{"a payment for a stranger and its return cancel",
			`LIST
payer 2026-10: A B C
payer 2026-10: X
payer 2026-10 returned: X`, `63: 60 of 60; unexplained 0`},
		{"a return of what nobody paid",
			`LIST
payer 2026-10: A B C
payer 2026-10 returned: X@63`, `63: 40 of 60; returned 1 -20 (X -20 002); unexplained 0`},
		{"a return takes back what it names, at the region where that was posted",
			`LIST
payer 2026-10 ref=P: A B C
payer 2026-10 ref=Q: A@10
payer 2026-10 returned reverses=Q: A`, `63: 60 of 60; unexplained 0`},
		{"paid twice",
			`LIST
payer 2026-10: A B C
payer 2026-10: A`, `63: 80 of 60; paid_twice 1 20 (A 20 002); unexplained 0`},
		{"other month: minus in the month that lacks it, plus in the other",
			`LIST
listed 2026-09 63 1: A B C
payer 2026-09: A B C
payer 2026-09: C
payer 2026-10: A B`, `63: 40 of 60; other_month 1 -20 (C -20 2026-09 002); unexplained 0`},
		{"other month, seen from the month that has too much",
			`LIST
listed 2026-11 63 1: A B C
payer 2026-11: A B
payer 2026-10: A B C
payer 2026-10: C`, `63: 80 of 60; other_month 1 20 (C 20 2026-11 003); unexplained 0`},
		{"not another month when the sums do not agree",
			`LIST
listed 2026-11 63 1: A B C
payer 2026-11: A B
payer 2026-10: A B C
payer 2026-10: C=18.99`, `63: 78.99 of 60; paid_twice 1 18.99 (C 18.99 003); unexplained 0`},
		{"not another month when no list speaks of it",
			`LIST
listed 2026-11 63 1: A B C
totals 2026-11 63 3 60
payer 2026-10: A B C
payer 2026-10: C`, `63: 80 of 60; paid_twice 1 20 (C 20 002); unexplained 0`},
		{"not another month while the list of that month is on its way",
			`LIST
listed 2026-11 63 1: C
transit 2026-11-30
statement 2026-11 63 7 ref=W
statement 2026-10 63 80 ref=R
payer 2026-11 ref=S dated=2026-11-30: C
payer 2026-10 ref=R: A B C C`, `63: 80 of 60; paid_twice 1 20 (C 20 R); unexplained 0`},
		{"paid for another month stands where the person belongs there, when no region is given",
			`LIST
listed 2026-11 10 2: D
payer 2026-11: Z@10
payer 2026-10: A B C D`, `10: 20 of 0; other_month 1 20 (D 20 2026-11 002); unexplained 0
63: 60 of 60; unexplained 0`},
		{"other region: minus where it is due, plus where it stands",
			`LIST
payer 2026-10: A B C@10`, `10: 20 of 0; other_region 1 20 (C 20 /63 001); unexplained 0
63: 40 of 60; other_region 1 -20 (C -20 /10 001); unexplained 0`},
		{"other region, and a little more",
			`LIST
payer 2026-10: A B C=20.30@10`, `10: 20.30 of 0; other_region 1 20 (C 20 /63 001); rounding 1 0.30 (C 0.30 001); unexplained 0
63: 40 of 60; other_region 1 -20 (C -20 /10 001); unexplained 0`},
		{"other region, and another sum",
			`LIST
payer 2026-10: A B C=15@10`, `10: 15 of 0; other_region 1 20 (C 20 /63 001); unexplained -5: other_sum 1 -5 (C -5 001)
63: 40 of 60; other_region 1 -20 (C -20 /10 001); unexplained 0`},
		{"two payments, the one at the region is the month's",
			`LIST
payer 2026-10: A@10 B C
payer 2026-10: A`, `10: 20 of 0; paid_twice 1 20 (A 20 001); unexplained 0
63: 60 of 60; unexplained 0`},
		{"unknown person, and a text that is no IIN",
			`LIST
payer 2026-10: A B C X@63 ?N@63`, `63: 100 of 60; unknown_person 2 40 (?N 20 001, X 20 001); unexplained 0`},
		{"unknown persons without a region",
			`LIST
payer 2026-10: A B C X ?N`, `63: 60 of 60; unexplained 0
-: 40 of 0; unknown_person 2 40 (?N 20 001, X 20 001); unexplained 0`},
		{"not submitted: no list names anybody of the organisation",
			`LIST
listed 2026-10 63 2: D E
payer 2026-10: A B C`, `63: 60 of 100; not_submitted 2 -40 (D -20, E -20); unexplained 0`},
		{"somebody of the organisation is named: not on the list, but not proved",
			`LIST
listed 2026-10 63 2: D E
payer 2026-10: A B C D`, `63: 80 of 100; unexplained -20: whole_persons 1 -20, not_listed 1 -20 (E -20)`},
		{"not submitted only when the region's money cannot hold them",
			`LIST
listed 2026-10 63 2: D E
payer 2026-10: A B C
totals 2026-10 63 5 101`, `63: 101 of 100; unexplained 1: swapped_digit 1 101.00 / 100.00, money_without_list 2 41`},
		{"not submitted where the region's money has a part of them",
			`LIST
listed 2026-10 63 2: D E
payer 2026-10: A B C
totals 2026-10 63 4 80`, `63: 80 of 100; not_submitted 2 -40 (D -20, E -20); unexplained 20: whole_persons 1 20, swapped_digit 20 80.00 / 60.00, money_without_list 1 20`},
		{"in transit: sent a short while ago, and nothing in the ledger names it",
			`LIST
transit 2026-10-30
payer 2026-10 ref=R: A
statement 2026-10 63 20 ref=R
payer 2026-10 ref=S dated=2026-10-30: B C`, `63: 20 of 60; in_transit 2 -40 (B -20 S, C -20 S); unexplained 0`},
		{"a list that should have arrived is only a suggestion",
			`LIST
payer 2026-10 ref=R: A
statement 2026-10 63 20 ref=R
payer 2026-10 ref=S dated=2026-10-02: B C`, `63: 20 of 60; unexplained -40: whole_persons 2 -40, swapped_digit -40 20.00 / 60.00, list_without_money 2 -40 S (-40 S)`},
		{"where the ledger bears no references every list has arrived",
			`LIST
totals 2026-10 63 3 60
payer 2026-10 ref=S dated=2026-10-02: A B C`, `63: 60 of 60; unexplained 0`},
		{"rounding",
			`LIST
payer 2026-10: A=20.40 B=19.60 C=20.30`, `63: 60.30 of 60; rounding 3 0.30 (A 0.40 001, B -0.40 001, C 0.30 001); unexplained 0`},
		{"another sum is unexplained",
			`LIST
rate 2027 30
payer 2026-10: A B=30 C=11`, `63: 61 of 60; unexplained 1: other_rate 1 10 2027, swapped_digit 1 61.00 / 60.00, other_sum 2 1 (B 10 001, C -9 001)`},
		{"totals only: nothing is proved",
			`LIST
listed 2026-10 10 2: D E
totals 2026-10 63 2 40
totals 2026-10 10 3 60`, `10: 60 of 40; unexplained 20: equal_and_opposite 20 63, whole_persons 1 20, swapped_digit 20 60.00 / 40.00
63: 40 of 60; unexplained -20: equal_and_opposite -20 10, whole_persons 1 -20, swapped_digit -20 40.00 / 60.00`},
		{"totals against the frozen list with one digit wrong",
			`LIST
totals 2026-10 63 3 61`, `63: 61 of 60; unexplained 1: swapped_digit 1 61.00 / 60.00`},
		{"totals: two digits changed places",
			`listed 2026-10 63 1: A B C D E F G H I J K L M N O P Q R S T U
totals 2026-10 63 21 240`, `63: 240 of 420; unexplained -180: whole_persons 9 -180, swapped_digit -180 240.00 / 420.00`},
		{"statements: money without a list stands at its region",
			`LIST
statement 2026-10 63 40
statement 2026-10 - 20`, `63: 40 of 60; unexplained -20: equal_and_opposite -20, whole_persons 1 -20, swapped_digit -20 40.00 / 60.00
-: 20 of 0; unexplained 20: equal_and_opposite 20 63, whole_persons 1 20`},
		{"a movement's list says where its money stands, the rest stands at the movement's",
			`LIST
listed 2026-10 10 2: D
payer 2026-10 ref=R: A B C D
statement 2026-10 75 85 ref=R`, `10: 20 of 20; unexplained 0
63: 60 of 60; unexplained 0
75: 5 of 0; unexplained 5: money_without_list 5`},
		{"a movement without a month pays for the months of its list",
			`LIST
listed 2026-11 63 1: A
payer 2026-10 ref=R: A B C A/2026-11
statement - 63 80 ref=R`, `63: 60 of 60; unexplained 0`},
		{"what such a movement has beside its list stands in the first month",
			`LIST
listed 2026-11 63 1: A
payer 2026-10 ref=R: A B C A/2026-11
statement - 63 90 ref=R`, `63: 70 of 60; unexplained 10: swapped_digit 10 70.00 / 60.00, money_without_list 10`},
		{"money of a movement that no list names, where lists are",
			`LIST
payer 2026-10 ref=R: A B
statement 2026-10 63 40 ref=R
statement 2026-10 63 30 ref=S`, `63: 70 of 60; unexplained 10: swapped_digit 10 70.00 / 60.00, money_without_list 30 S (30 S)`},
		{"all at once",
			`LIST
listed 2026-10 63 2: D E
listed 2026-10 10 3: F G H
listed 2026-11 10 3: H
payer 2026-11: Z
payer 2026-10: A B=20.50 C@75 F G H X@63
payer 2026-10: A H
payer 2026-10 returned: F`, `10: 60 of 60; returned 1 -20 (F -20 004); other_month 1 20 (H 20 2026-11 003); unexplained 0
63: 80.50 of 100; paid_twice 1 20 (A 20 003); other_region 1 -20 (C -20 /75 002); unknown_person 1 20 (X 20 002); not_submitted 2 -40 (D -20, E -20); rounding 1 0.50 (B 0.50 002); unexplained 0
75: 20 of 0; other_region 1 20 (C 20 /63 002); unexplained 0`},
		{"what came back with a hint of rounding stays on two lines, one a document",
			`LIST
payer 2026-10: A=20.40 B C
payer 2026-10 returned: A=-20.40`, `63: 40 of 60; returned 1 -20.40 (A -20.40 002); rounding 1 0.40 (A 0.40 001); unexplained 0`},
		{"totals: a multiple of an organisation's head-count",
			`LIST
listed 2026-10 63 2: D E
totals 2026-10 63 1 20`, `63: 20 of 100; unexplained -80: whole_persons 4 -80, head_count 2 -80 2 2`},
		{"totals: the sum of another year for some",
			`LIST
rate 2025 18
rate 2024 17
totals 2026-10 63 3 56`, `63: 56 of 60; unexplained -4: other_rate 2 -4 2025`},
		{"a list of totals names a list by its reference: the persons of the others are missing",
			`LIST
totals 2026-10 63 2 40 ref=R
payer 2026-10 ref=R: A B
payer 2026-10 ref=S: C`, `63: 40 of 60; unexplained -20: whole_persons 1 -20, swapped_digit -20 40.00 / 60.00, list_without_money 1 -20 S (-20 S)`},
		{"lists of one region say nothing of another whose totals are whole",
			`LIST
listed 2026-10 10 2: D E
totals 2026-10 63 2 40
totals 2026-10 10 2 40.01
payer 2026-10: A B`, `10: 40.01 of 40; unexplained 0.01: swapped_digit 0.01 40.01 / 40.00, money_without_list 2 40.01
63: 40 of 60; unexplained -20: whole_persons 1 -20, swapped_digit -20 40.00 / 60.00, not_listed 1 -20 (C -20)`},
		{"whoever was paid another month's way is not also not submitted",
			`LIST
listed 2026-10 10 2: D E
listed 2026-11 10 2: D E
payer 2026-11: D D E
payer 2026-10: A B C`, `10: 0 of 40; other_month 1 -20 (D -20 2026-11 001); not_submitted 1 -20 (E -20); unexplained 0
63: 60 of 60; unexplained 0`},
	} {
		w := readWorld(t, strings.ReplaceAll(c.scene, "LIST\n", list))
		lines, _ := w.compare(t, 202610)
		if got := tellSecond(lines); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
