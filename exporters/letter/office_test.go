package letter

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"osmsd/exporters/paper"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// office is a letter of a kind with everything that it needs.
func office(kind osms.LetterKind) osms.OfficeLetter {
	l := sampleOffice(kind)
	b := sample(1)
	l.Number, l.Case = "63-2026-900777", "63-2026-З-000042"
	l.Provider = osms.Provider{BIN: 60340001234, NameKK: b.Organisation.NameKK, NameRU: b.Organisation.NameRU,
		AddressKK: b.Organisation.AddressKK, AddressRU: b.Organisation.AddressRU,
		OfficeKK: "1-қабат, 104-кабинет", OfficeRU: "1 этаж, кабинет 104", PositionKK: "Мектеп директоры", PositionRU: "Директор школы",
		Head: "Г. Б. Һәкімжанова", Executor: "Ұлжан Үсенова", Phone: "8 (7232) 55-01-02"}
	l.To = &osms.Organisation{BIN: 70440005678, NameKK: "«Глубокое ауданының № 3 орта мектебі» коммуналдық мемлекеттік мекемесі",
		NameRU: "Коммунальное государственное учреждение «Средняя школа № 3 Глубоковского района»"}
	l.Person, l.Birth, l.Name = 100305600012, 20100305, b.Letters[0].Name
	l.List = b.Letters
	return l
}

var officeKinds = osms.LetterKinds[1:]

func writeOffice(t testing.TB, l osms.OfficeLetter) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteOffice(&out, l); err != nil {
		t.Fatalf("%s: %v", l.Kind, err)
	}
	return out.Bytes()
}

// look keeps a PDF where LETTER_PDF says, to be looked at.
func look(t testing.TB, name string, pdf []byte) {
	if path := os.Getenv("LETTER_PDF"); path != "" {
		if err := os.WriteFile(path+"-"+name+".pdf", pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// said is every sentence, label and value of a letter's content.
func said(c Content) (out []string) {
	for lang, h := range c.Halves {
		out = append(out, c.Head.Names[lang], h.Title, h.Subject)
		out = append(append(append(out, c.Head.Lines[lang]...), h.Body...), h.Tail...)
		for _, p := range h.Recipient {
			out = append(out, p.Label+": "+p.Value)
		}
		for _, r := range h.Rows {
			for _, p := range r {
				out = append(out, p.Label, p.Value)
			}
		}
		for _, p := range h.Points {
			out = append(out, p.Mark+" "+p.Text)
		}
	}
	for _, r := range c.Registers {
		out = append(out, r.Number, r.Day)
	}
	return append(out, c.Signature.Position, c.Signature.Name, c.Signature.Signed, c.Signature.Seal, c.Signature.Executor)
}

// TestOfficeLetters: each kind is one page on which everything stands that the
// letter says, in both languages, and equal letters are equal bytes.
func TestOfficeLetters(t *testing.T) {
	names := []osms.Name{
		{Surname: "Әбдіғаппарова", Given: "Айгүл", Patronymic: "Өмірзаққызы"},
		{Surname: "Ыбырайұлы", Given: "Нұрсұлтан"}, // no patronymic
		{Surname: "Һәкімжанұлы", Given: "Ғәлымжан", Patronymic: "Ілиясұлы Ңұқ"},
		{Surname: "Әбдіғаппарұлы-Қошқарбайұлы-Мұхаммедқалиев", Given: "Мұхаммед-Әлиасқар Нұрсұлтан", Patronymic: strings.Repeat("Құдайбергенұлы ", 6)},
	}
	for _, kind := range officeKinds {
		for i, name := range names {
			l := office(kind)
			l.Name = name
			pdf := writeOffice(t, l)
			if !bytes.Equal(pdf, writeOffice(t, l)) {
				t.Errorf("%s: two writes differ", kind)
			}
			look(t, fmt.Sprintf("%s-%d", kind, i), pdf)
			raw := text(t, pdf, "-raw")
			if n := strings.Count(raw, "\f"); n != 1 {
				t.Errorf("%s: %d pages", kind, n)
			}
			c, err := Default().Content(l)
			if err != nil {
				t.Fatal(err)
			}
			page := unbroken(raw)
			for _, want := range said(c) {
				if !strings.Contains(page, unbroken(want)) {
					t.Errorf("%s: %q is not on the page:\n%s", kind, want, raw)
				}
			}
			if bytes.Contains(pdf, []byte(l.Person.Digits())) {
				t.Errorf("%s: the IIN stands in the metadata", kind)
			}
		}
	}
}

// unbroken takes out what wrapping puts in.
func unbroken(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "")
}

// TestOfficeSentences: what each kind is for.
func TestOfficeSentences(t *testing.T) {
	for kind, want := range map[osms.LetterKind][]string{
		osms.LetterRefusal: {"ДӘЛЕЛДІ ЖАУАП", "МОТИВИРОВАННЫЙ ОТВЕТ", "2) несоответствие услугополучателя", "форма обучения не очная", "оқу нысаны күндізгі емес",
			"подать заявление повторно", "өтінішті қайта бере алады", "законный представитель ребёнка", "Вх. № 63-2026-З-000042", "28 сентября 2026 года"},
		osms.LetterNotAccepted: {"ҚОЛХАТ", "РАСПИСКА", "1) нет документа, подтверждающего обучение", "2) истёк срок действия документа, удостоверяющего личность",
			"2) жеке басты куәландыратын құжаттың қолданылу мерзімі өтіп кеткен"},
		osms.LetterQuestion: {"СҰРАУ САЛУ", "ЗАПРОС", "до 6 октября 2026 года включительно", "2026 жылғы 6 қазан күніне дейін", "□ ұйымда оқиды", "□ выбыло; дата выбытия:",
			"Средняя школа № 3 Глубоковского района", "БСН: 070440005678"},
		osms.LetterCovering: {"ІЛЕСПЕ ХАТ", "СОПРОВОДИТЕЛЬНОЕ ПИСЬМО", "Количество уведомлений: 1, количество листов: 1", "63-2026-000001", "енгізілді / внесены"},
		osms.LetterEvent: {"АҚПАРАТТЫҚ ХАТ", "ИНФОРМАЦИОННОЕ ПИСЬМО", "продолжение обучения за рубежом", "шетелде оқуын жалғастыруы", "1 сентября 2026 года",
			"30 июня 2027 года", "Взносы по-прежнему уплачивает государство."},
	} {
		got := flat(text(t, writeOffice(t, office(kind)), "-raw"))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q is missing:\n%s", kind, w, got)
			}
		}
	}
	event := flat(text(t, writeOffice(t, office(osms.LetterEvent)), "-raw"))
	if strings.Index(event, "Взносы по-прежнему") > strings.Index(event, "Правовое основание") {
		t.Errorf("what follows from an event stands behind the act:\n%s", event)
	}
	back := office(osms.LetterEvent)
	for replaces, want := range map[string][]string{
		"63-2026-000001": {"ранее направленное письмо № 63-2026-000001 о событии", "аннулировано.", "№ 63-2026-000001 хаттың күші жойылғанын"},
		"63-2026-000001, 63-2026-000002": {"ранее направленные письма № 63-2026-000001, 63-2026-000002 о событии", "аннулированы.",
			"№ 63-2026-000001, 63-2026-000002 хаттардың күші жойылғанын"},
	} {
		back.TakenBack, back.Replaces = true, replaces
		got := flat(text(t, writeOffice(t, back), "-raw"))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("taken back: %q is missing:\n%s", w, got)
			}
		}
		for _, not := range []string{"зарегистрировано", "тіркелгенін", "взамен", "орнына"} {
			if strings.Contains(got, not) {
				t.Errorf("taken back: it says %q:\n%s", not, got)
			}
		}
	}
	question := office(osms.LetterQuestion)
	got := flat(text(t, writeOffice(t, question), "-raw"))
	for _, not := range []string{question.GroundRU, question.ReasonRU, question.EffectRU, "жарналар", "взнос"} {
		if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(got, flat(question.ServiceKK), ""), flat(question.ServiceRU), ""), not) &&
			!strings.Contains(flat(question.Basis.RU+question.Basis.KK), not) {
			t.Errorf("the question discloses %q", not)
		}
	}
}

// TestCoveringList: every letter stands once on as many pages as it takes, under
// heads and with the number of pages.
func TestCoveringList(t *testing.T) {
	for letters, pages := range map[int]int{1: 1, 40: 2, 4000: 0} {
		l := office(osms.LetterCovering)
		l.List = sample(letters).Letters
		if letters == 40 {
			l.List[17].Name = longest().Letters[0].Name
		}
		pdf := writeOffice(t, l)
		if !bytes.Equal(pdf, writeOffice(t, l)) {
			t.Errorf("%d letters: two writes differ", letters)
		}
		look(t, fmt.Sprintf("covering-%d", letters), pdf)
		raw := text(t, pdf, "-layout")
		got := flat(raw)
		n := strings.Count(raw, "\f")
		if pages != 0 && n != pages {
			t.Errorf("%d letters on %d pages, want %d", letters, n, pages)
		}
		for i, page := range strings.Split(strings.TrimSuffix(raw, "\f"), "\f") {
			if !strings.Contains(flat(page), fmt.Sprintf("Бет / Страница %d / %d", i+1, n)) {
				t.Errorf("%d letters: page %d of %d does not say so", letters, i+1, n)
			}
			if n > 1 && i > 0 && (!strings.Contains(flat(page), "№ п/п") || !strings.Contains(flat(page), "Приложение к письму № 63-2026-900777")) {
				t.Errorf("%d letters: page %d has no heads", letters, i+1)
			}
		}
		seen := map[string]int{}
		for _, word := range strings.Fields(got) {
			seen[word]++
		}
		for _, one := range l.List {
			if seen[one.Number] != 1 || seen[one.Person.Digits()] != 1 {
				t.Errorf("%d letters: %s stands there %d times", letters, one.Number, seen[one.Number])
			}
		}
		if !strings.Contains(got, fmt.Sprintf("Барлығы / Всего: %d", letters)) {
			t.Errorf("%d letters: no total", letters)
		}
	}
}

// TestOfficeRefusals: a field that is missing is named, and nothing is written.
func TestOfficeRefusals(t *testing.T) {
	type change struct {
		kinds []osms.LetterKind
		name  string
		spoil func(*osms.OfficeLetter)
	}
	person := []osms.LetterKind{osms.LetterRefusal, osms.LetterNotAccepted, osms.LetterQuestion, osms.LetterEvent}
	service := []osms.LetterKind{osms.LetterRefusal, osms.LetterNotAccepted, osms.LetterQuestion, osms.LetterCovering}
	for _, c := range []change{
		{officeKinds, "number", func(l *osms.OfficeLetter) { l.Number = "" }},
		{officeKinds, "date", func(l *osms.OfficeLetter) { l.Date = 0 }},
		{officeKinds, "provider", func(l *osms.OfficeLetter) { l.Provider = osms.Provider{Head: "Г. Б. Һәкімжанова"} }},
		{officeKinds, "legal basis", func(l *osms.OfficeLetter) { l.Basis.KK = "" }},
		{officeKinds, "kind", func(l *osms.OfficeLetter) { l.Kind = "love" }},
		{officeKinds, "kind", func(l *osms.OfficeLetter) { l.Kind = osms.LetterNotification }},
		{officeKinds, "day of receipt", func(l *osms.OfficeLetter) { l.Received = 0 }},
		{onCase, "incoming number", func(l *osms.OfficeLetter) { l.Case = "" }},
		{service, "title of the service", func(l *osms.OfficeLetter) { l.ServiceRU = "" }},
		{person, "IIN", func(l *osms.OfficeLetter) { l.Person = 0 }},
		{person, "name", func(l *osms.OfficeLetter) { l.Name = osms.Name{} }},
		{person, "birth date", func(l *osms.OfficeLetter) { l.Birth = 0 }},
		{toOrganisation, "recipient", func(l *osms.OfficeLetter) { l.To = nil }},
		{toOrganisation, "BIN of the recipient", func(l *osms.OfficeLetter) { l.To.BIN = 0 }},
		{[]osms.LetterKind{osms.LetterRefusal}, "ground", func(l *osms.OfficeLetter) { l.Ground = 6 }},
		{[]osms.LetterKind{osms.LetterRefusal}, "wording of the ground", func(l *osms.OfficeLetter) { l.GroundKK = "" }},
		{[]osms.LetterKind{osms.LetterRefusal}, "reason", func(l *osms.OfficeLetter) { l.ReasonRU = "" }},
		{[]osms.LetterKind{osms.LetterNotAccepted}, "list of what is lacking", func(l *osms.OfficeLetter) { l.Lacks = nil }},
		{[]osms.LetterKind{osms.LetterQuestion}, "last day to answer", func(l *osms.OfficeLetter) { l.Until = 0 }},
		{[]osms.LetterKind{osms.LetterEvent}, "event", func(l *osms.OfficeLetter) { l.Event = nil }},
		{[]osms.LetterKind{osms.LetterEvent}, "day of the event", func(l *osms.OfficeLetter) { l.Event.On = 0 }},
		{[]osms.LetterKind{osms.LetterEvent}, "number of the annulled letter", func(l *osms.OfficeLetter) { l.TakenBack, l.Replaces = true, "" }},
		{[]osms.LetterKind{osms.LetterEvent}, "sentence on what follows", func(l *osms.OfficeLetter) { l.EffectKK = "" }},
		{[]osms.LetterKind{osms.LetterCovering}, "line 1 of the list: the IIN", func(l *osms.OfficeLetter) { l.List[0].Person = 0 }},
		{[]osms.LetterKind{osms.LetterCovering}, "line 1 of the list: the action", func(l *osms.OfficeLetter) { l.List[0].Action = "" }},
	} {
		for _, kind := range c.kinds {
			l := office(kind)
			c.spoil(&l)
			var out bytes.Buffer
			err := WriteOffice(&out, l)
			if err == nil || !strings.Contains(err.Error(), "the "+strings.TrimPrefix(c.name, "line 1 of the list: the ")+" is missing") || !strings.HasPrefix(err.Error(), "the ") != strings.HasPrefix(c.name, "line") {
				t.Errorf("%s without %s: %v", kind, c.name, err)
			}
			if out.Len() > 0 {
				t.Errorf("%s without %s wrote something", kind, c.name)
			}
		}
	}
	for what, spoil := range map[string]func(*osms.OfficeLetter){
		"lack": func(l *osms.OfficeLetter) { l.Lacks[0] = "tooth" }, "event": func(l *osms.OfficeLetter) { l.Event.Kind = "party" },
	} {
		l := office(map[string]osms.LetterKind{"lack": osms.LetterNotAccepted, "event": osms.LetterEvent}[what])
		spoil(&l)
		if err := CheckOffice(l); err == nil || !strings.Contains(err.Error(), "no word for the "+what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestOfficePrintable: what cannot be printed is refused, and the error says
// nothing about the person.
func TestOfficePrintable(t *testing.T) {
	for _, kind := range officeKinds {
		l := office(kind)
		l.Number, l.List[0].Number = "", "" // not given yet
		if err := CheckOffice(l); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if l.List[0].Number != "" {
			t.Error("the check has changed the letter")
		}
		var glyph *paper.GlyphError
		l.Name.Given, l.List[0].Name.Given = "Айгүл☃", "Айгүл☃"
		err := CheckOffice(l)
		if !errors.As(err, &glyph) || glyph.Rune != '☃' || strings.Contains(err.Error(), "Айгүл") {
			t.Errorf("%s: %v", kind, err)
		}
		l.Name.Given, l.List[0].Name.Given = strings.Repeat("Құдайберген ", 400), strings.Repeat("Құдайберген ", 400)
		if err := CheckOffice(l); !errors.Is(err, paper.ErrFit) || strings.Contains(err.Error(), "Құдайберген") {
			t.Errorf("%s: %v", kind, err)
		}
	}
	l := office(osms.LetterCovering)
	l.List = nil
	if err := CheckOffice(l); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	l.List = make([]osms.Letter, MaxListed+1)
	if err := CheckOffice(l); !errors.Is(err, ErrListTooLong) {
		t.Error(err)
	}
	l = office(osms.LetterRefusal)
	l.Provider.PositionKK = strings.Repeat("Ұзақ атауы бар ауданның әкімі ", 20)
	if err := CheckOffice(l); !errors.Is(err, paper.ErrFit) {
		t.Error(err)
	}
}

// TestProviderHeads: a bundle with a provider is headed and signed by it, and
// answers the case.
func TestProviderHeads(t *testing.T) {
	b := sample(2)
	b.Provider = sampleOffice(osms.LetterRefusal).Provider
	b.Letters[1].Case, b.Letters[1].Received = "63-2026-З-000042", 20260928
	pages := strings.Split(text(t, write(t, b), "-raw"), "\f")
	look(t, "notification", write(t, b))
	for i, page := range pages[:3] {
		for _, want := range []string{"Акимат Образцового района", "Үлгі ауданының әкімдігі", "Канцелярия: 1 этаж, кабинет 1", "000100000000"} {
			if !strings.Contains(flat(page), want) {
				t.Errorf("page %d: %q is missing:\n%s", i+1, want, page)
			}
		}
		if (i > 0) != strings.Contains(flat(page), "Аудан әкімі / Аким района") || (i > 0) != strings.Contains(flat(page), b.Organisation.NameRU) {
			t.Errorf("page %d is signed by somebody else, or does not name the organisation:\n%s", i+1, page)
		}
		if (i == 2) != strings.Contains(flat(page), "Кіріс № / Вх. № 63-2026-З-000042 2026 жылғы 28 қыркүйек / 28 сентября 2026 года") {
			t.Errorf("page %d: the incoming number:\n%s", i+1, page)
		}
	}
	var one bytes.Buffer
	b.Letters = b.Letters[1:]
	if err := Default().WriteNotification(&one, b); err != nil {
		t.Fatal(err)
	}
	if raw := text(t, one.Bytes(), "-raw"); strings.Count(raw, "\f") != 1 || strings.Contains(raw, "МАЗМҰНЫ") || !strings.Contains(raw, "Страница 1 / 1") || !strings.Contains(raw, b.Letters[0].Number) {
		t.Errorf("a notification by itself:\n%s", raw)
	}
	b.Letters = append(b.Letters, b.Letters[0])
	b.Letters[1].Received = 0
	if err := Unprintable(b)[1]; err == nil || err.Error() != "the day of receipt is missing" {
		t.Error(err)
	}
}

// TestPreview: every kind has a sample that says so.
func TestPreview(t *testing.T) {
	for _, kind := range osms.LetterKinds {
		var out bytes.Buffer
		if err := Preview(&out, Default(), kind); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		look(t, "preview-"+string(kind), out.Bytes())
		raw := text(t, out.Bytes(), "-raw")
		if !strings.Contains(raw, "ҮЛГІ / ОБРАЗЕЦ") || strings.Count(raw, "\f") != 1 || !strings.Contains(raw, "М.О. / М.П.") {
			t.Errorf("%s:\n%s", kind, raw)
		}
		if strings.Contains(text(t, writeOffice(t, office(osms.LetterRefusal)), "-raw"), "ОБРАЗЕЦ") {
			t.Error("a letter is headed as a sample")
		}
	}
	if _, err := osms.ParseIIN(sampleOffice(osms.LetterEvent).Person.Digits(), 20261001); err == nil {
		t.Error("the sample's number may be a person's")
	}
	if err := Preview(&bytes.Buffer{}, Default(), "love"); err == nil {
		t.Error("a sample of no kind")
	}
}

// TestEveryValue: every event, ground and lack has its words and finds room on
// the page, under the longest act, provider and recipient.
func TestEveryValue(t *testing.T) {
	long := longest().Organisation
	crowded := func(kind osms.LetterKind) osms.OfficeLetter {
		l := office(kind)
		l.Basis, l.Replaces = law.Basis(20200310, osms.Child), "63-2026-000102, 63-2026-000103"
		l.Provider.NameKK, l.Provider.NameRU, l.Provider.AddressKK = long.NameKK, long.NameRU, long.AddressKK
		l.Provider.Head = long.Head
		l.To = &long
		return l
	}
	said := func(l osms.OfficeLetter, want ...string) {
		t.Helper()
		pdf := writeOffice(t, l)
		look(t, "crowded-"+string(l.Kind), pdf)
		got := unbroken(text(t, pdf, "-raw"))
		for _, w := range append(want, l.Basis.KK, l.Basis.RU, l.Replaces) {
			if !strings.Contains(got, unbroken(w)) {
				t.Errorf("%s: %q is missing:\n%s", l.Kind, w, got)
			}
		}
	}
	for _, event := range osms.EventKinds {
		l := crowded(osms.LetterEvent)
		l.Event.Kind = event
		words := Default().words["event."+string(event)]
		said(l, words[:]...)
	}
	for ground := osms.GroundUnreliable; ground <= osms.GroundNoConsent; ground++ {
		l := crowded(osms.LetterRefusal)
		l.Ground, l.GroundRU = ground, strings.Repeat("отсутствие согласия услугополучателя ", 10)
		said(l, fmt.Sprintf("%d) %s", ground, l.GroundRU))
	}
	l := crowded(osms.LetterNotAccepted)
	l.Lacks = []osms.Lack{osms.LacksForm, osms.LacksIdentity, osms.LacksStudy, osms.ExpiredIdentity, osms.ExpiredStudy}
	for i, lack := range l.Lacks {
		said(l, fmt.Sprintf("%d) %s", i+1, Default().word(ru, "lack."+string(lack))))
	}
	said(crowded(osms.LetterQuestion))
	said(crowded(osms.LetterCovering))

	l = office(osms.LetterEvent)
	l.Event.Until, l.Event.Document = osms.Forever, ""
	got := text(t, writeOffice(t, l), "-raw")
	for _, not := range []string{"Последний день", "Подтверждающий", "9999"} {
		if strings.Contains(got, not) {
			t.Errorf("an event without an end and a document has %q", not)
		}
	}
	akimat := office(osms.LetterRefusal)
	akimat.Provider = osms.Akimat(63)
	if got := text(t, writeOffice(t, akimat), "-raw"); !strings.Contains(flat(got), flat(akimat.Provider.NameRU)) || strings.Contains(got, "БИН") || !strings.Contains(got, "Басшы / Руководитель") {
		t.Errorf("an akimat of which the name alone is known:\n%s", got)
	}
}
