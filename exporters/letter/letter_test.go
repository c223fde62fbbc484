package letter

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// sample is a bundle of synthetic people with every action, form and level.
func sample(letters int) osms.LetterBundle {
	b := osms.LetterBundle{
		Date: 20261001, Sequence: 42,
		Organisation: osms.Organisation{
			BIN: 60340001234, Region: 63, Level: osms.Secondary,
			NameKK:    "Шығыс Қазақстан облысы білім басқармасының Өскемен қаласы бойынша білім бөлімінің «№ 12 жалпы орта білім беретін мектебі» коммуналдық мемлекеттік мекемесі",
			NameRU:    "Коммунальное государственное учреждение «Общеобразовательная школа № 12» отдела образования по городу Усть-Каменогорску управления образования Восточно-Казахстанской области",
			AddressKK: "070004, Өскемен қаласы, Қазыбек би көшесі, 14", AddressRU: "070004, город Усть-Каменогорск, улица Казыбек би, 14",
			Head: "Г. Б. Һәкімжанова", Executor: "Ұлжан Үсенова", Phone: "8 (7232) 55-01-02",
		},
	}
	names := []osms.Name{
		{Surname: "Әбдіғаппарова", Given: "Айгүл", Patronymic: "Өмірзаққызы"},
		{Surname: "Петрова-Щёголева", Given: "Екатерина", Patronymic: "Вячеславовна"},
		{Surname: "Ыбырайұлы", Given: "Нұрсұлтан"},
		{Surname: "Құлмұхаммедов", Given: "Һафиз", Patronymic: "Ғабидоллаұлы"},
	}
	actions := []osms.LetterAction{osms.Entered, osms.Updated, osms.Removed}
	for i := range letters {
		l := osms.Letter{
			Number: fmt.Sprintf("63-2026-%06d", i+1), Date: 20261001, Person: osms.IIN(100305600012 + i),
			Name: names[i%len(names)], Birth: 20100305, Action: actions[i%3],
			Facts: osms.Facts{Form: osms.FullTime, Level: osms.Secondary, Status: osms.Studying, Grade: "10 «Ә»"},
			First: 20260901, Effective: 202610, Category: osms.Child, Basis: law.Basis(20261001, osms.Child),
		}
		switch l.Action {
		case osms.Removed:
			l.Last = 20260930
		case osms.Updated: // a learner of full age
			l.Category, l.Basis, l.Birth = osms.Learner, law.Basis(20261001, osms.Learner), 20060305
		}
		b.Letters = append(b.Letters, l)
	}
	return b
}

func write(t testing.TB, b osms.LetterBundle) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// longest is the longest that a letter may realistically have to hold.
func longest() osms.LetterBundle {
	b := sample(3)
	b.Organisation.NameKK = strings.Repeat("Қазақстан Республикасының Ғылым және жоғары білім министрлігінің ", 3) + "шаруашылық жүргізу құқығындағы республикалық мемлекеттік кәсіпорны"
	b.Organisation.NameRU = strings.Repeat("Министерство науки и высшего образования Республики Казахстан ", 3) + "республиканское государственное предприятие на праве хозяйственного ведения"
	b.Organisation.AddressKK = "Шығыс Қазақстан облысы, Глубокое ауданы, Белоусовка кенті, Тәуелсіздіктің 20 жылдығы көшесі, 118 үй, 2-корпус"
	b.Organisation.Head = "Әбдірахманова-Қошқарбаева Гүлбаршын Құдайбергенқызы"
	for i := range b.Letters {
		l := &b.Letters[i]
		l.Basis = law.Basis(20200310, l.Category)
		l.Name = osms.Name{Surname: "Әбдіғаппарұлы-Қошқарбайұлы-Мұхаммедқалиев", Given: "Мұхаммед-Әлиасқар Нұрсұлтан", Patronymic: strings.Repeat("Құдайбергенұлы ", 6)}
		l.Facts = osms.Facts{Form: osms.Distance, Level: osms.Postgraduate, Grade: "3 курс, «Электр энергетикасы және автоматтандыру» тобы", Status: osms.AcademicLeave}
	}
	return b
}
