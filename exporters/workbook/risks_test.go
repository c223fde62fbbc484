package workbook

import (
	"bytes"
	"errors"
	"testing"

	"osmsd/sync/osms"
)

func sampleRisks() osms.Risks {
	name := osms.Name{Surname: "Құдайбергенова", Given: "Айгүл", Patronymic: "Нұрланқызы"}
	ending := func(n uint64, region osms.Region, on osms.Date, why osms.RiskReason) osms.EndingRisk {
		return osms.EndingRisk{Person: fakeIIN(n), Name: name, Region: region, BIN: 60340001234, Category: "13", On: on, Reason: why}
	}
	r := osms.Risks{AsOf: 20261005}
	for i, why := range osms.RiskReasons() {
		r.Ending30 = append(r.Ending30, ending(uint64(i), osms.Regions()[i].Region, r.AsOf.Add(i*10), why))
		r.Ending60 = append(r.Ending60, ending(uint64(i+9), 63, r.AsOf.Add(31+i*9), why))
	}
	document := osms.DocumentRef{Format: "mt102", Reference: "-GCVP00001234", Number: "77", Dated: 20260910, Payer: "ТОО «Қазақстан құрылыс компаниясы»",
		PayerID: "060340001234", Import: 20, File: "mt102-2026-09-10.txt"}
	r.EmployerPayments = []osms.EmployerPayment{
		{Person: fakeIIN(3), Name: name, Region: 63, BIN: 60340001234, Month: 202609, Amount: 255000, KNP: "121", Document: document},
		{Person: fakeIIN(4), Name: name, Region: 75, BIN: 60340001234, Month: 202608, Amount: 850001, KNP: "122", Document: document},
	}
	return r
}

func TestRisks(t *testing.T) {
	for _, lang := range []string{"kk", "ru", "en"} {
		var first, again bytes.Buffer
		for _, b := range []*bytes.Buffer{&first, &again} {
			if err := WriteRisks(b, sampleRisks(), lang); err != nil {
				t.Fatal(err)
			}
		}
		keep(t, "risks-"+lang+".xlsx", first.Bytes())
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Errorf("%s: two writes differ", lang)
		}
		if lang != "ru" {
			continue
		}
		f := opened(t, first.Bytes())
		rows := table(t, f, "Риски · Тәуекелдер", "КАТО")
		if total := rows[len(rows)-1]; total[2] != "4" || total[3] != "4" || total[4] != "2" || tiyn(t, total[5]) != 1105001 {
			t.Errorf("totals %q", total)
		}
		soon := table(t, f, "Закончится за 30 дней", "№")
		if row := soon[2]; row[1] != fakeIIN(1).Digits() || row[6] != "13" || row[7] != "46310" || row[8] != "окончание учёбы / оқуын бітіреді" {
			t.Errorf("%q", row)
		}
		paid := table(t, f, "Платежи работодателей", "№")
		if row := paid[2]; tiyn(t, row[7]) != 850001 || row[8] != "122" || row[11] != "-GCVP00001234" || row[6] != "2026-08" {
			t.Errorf("%q", row)
		}
	}
}

// Nobody stands on the list of other days.
func TestRisksOfOtherDays(t *testing.T) {
	for name, change := range map[string]func(*osms.Risks){
		"past":         func(r *osms.Risks) { r.Ending30[0].On = r.AsOf.Add(-1) },
		"day 31":       func(r *osms.Risks) { r.Ending30[0].On = r.AsOf.Add(31) },
		"day 30 of 60": func(r *osms.Risks) { r.Ending60[0].On = r.AsOf.Add(30) },
		"day 61":       func(r *osms.Risks) { r.Ending60[0].On = r.AsOf.Add(61) },
	} {
		r := sampleRisks()
		change(&r)
		var b bytes.Buffer
		if err := WriteRisks(&b, r, "ru"); !errors.Is(err, ErrDoesNotAddUp) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
	for _, days := range [][2]int{{0, 31}, {30, 60}} {
		r := sampleRisks()
		r.Ending30[0].On, r.Ending60[0].On = r.AsOf.Add(days[0]), r.AsOf.Add(days[1])
		if err := WriteRisks(&bytes.Buffer{}, r, "ru"); err != nil {
			t.Error(err)
		}
	}
	if err := WriteRisks(&bytes.Buffer{}, osms.Risks{AsOf: 20261005}, "kk"); err != nil {
		t.Errorf("no risks: %v", err)
	}
}
