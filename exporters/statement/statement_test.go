package statement

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// sample is a statement of synthetic sums over so many months.
func sample(months int) osms.Statement {
	s := osms.Statement{
		Number: "S-2026-000042", Issued: time.Date(2026, 10, 5, 13, 4, 5, 0, time.UTC),
		Person: 100305600012, Birth: 20100305, Name: osms.Name{Surname: "Әбдіғаппарова", Given: "Айгүл", Patronymic: "Өмірзаққызы"},
		From: 202601, To: 202610,
		Participation: osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202509},
	}
	for i := range months {
		r := osms.StatementRow{Month: osms.Month(202401).Add(i), Payer: "Қазақстан Республикасының Денсаулық сақтау министрлігі", PayerID: "970940002153",
			KNP: "122", PaidOn: osms.Month(202401).Add(i).First().Add(4), Reference: fmt.Sprintf("KZ-%06d", 417+i), Amount: 585200}
		switch {
		case i%7 == 3:
			r = osms.StatementRow{Month: r.Month, Payer: "ЖШС «Ұлы Дала – Ғасырлар үндестігі»", PayerID: "060340001234", KNP: "121", Amount: 850000, PaidOn: r.PaidOn, Reference: "б/н"}
		case i%11 == 5:
			r.PaidOn, r.Reference, r.Amount = 0, "", -585200
		}
		s.Rows = append(s.Rows, r)
		s.Total += r.Amount
	}
	return s
}

func longest() osms.Statement {
	s := sample(9)
	s.Name = osms.Name{Surname: "Әбдіғаппарұлы-Қошқарбайұлы-Мұхаммедқалиев", Given: "Мұхаммед-Әлиасқар Нұрсұлтан", Patronymic: "Құдайбергенұлы Құдайбергенұлы Құдайбергенұлы"}
	s.Participation = osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202009, Until: 202607, PreservedUntil: 202610}
	s.Rows[0].Payer = "Шаруашылық жүргізу құқығындағы «Қазақстан Республикасының Ғылым және жоғары білім министрлігінің Ұлттық тестілеу орталығы» республикалық мемлекеттік қазыналық кәсіпорны"
	s.Rows[0].Reference = "KZ-2026-10-0000000000000000000000417/ОСМС"
	s.Rows[0].Amount += 1234567890123
	s.Total += 1234567890123
	return s
}

func pdf(t testing.TB, s osms.Statement) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WritePDF(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func xlsx(t testing.TB, s osms.Statement) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteXLSX(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
