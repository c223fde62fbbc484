package letter

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// The day of every sample.
const sampleDay osms.Date = 20261001

// Preview prints a letter of a kind about a person and an organisation that do
// not exist, headed «ҮЛГІ / ОБРАЗЕЦ», so that whoever edits the templates sees
// what they make of them.
func Preview(w io.Writer, t *Texts, kind osms.LetterKind) error {
	c, err := t.sample(kind)
	if err != nil {
		return err
	}
	c.Sample = t.both("label.sample")
	return t.write(w, c)
}

func (t *Texts) sample(kind osms.LetterKind) (Content, error) {
	l := sampleOffice(kind)
	if kind == osms.LetterNotification {
		return t.Notification(osms.LetterBundle{Provider: l.Provider, Organisation: *l.To, Date: l.Date}, l.List[0])
	}
	c, err := t.Content(l)
	if err != nil {
		return c, fmt.Errorf("a sample of the kind %q: %w", kind, err)
	}
	return c, nil
}

// sampleOffice fills every field with what can be taken for nobody's.
func sampleOffice(kind osms.LetterKind) osms.OfficeLetter {
	name := osms.Name{Surname: "Үлгіева", Given: "Үлгі", Patronymic: "Үлгіқызы"}
	const (
		iin      osms.IIN  = 100101600000 // no person's: the check digit is wrong
		birth    osms.Date = 20100101
		number             = "00-2026-000000"
		incoming           = "00-2026-З-000000"
	)
	service := [2]string{"Міндетті әлеуметтік медициналық сақтандыруға жарналарын мемлекет төлейтін жеке тұлғалар туралы деректерді өзектендіру",
		"Актуализация данных о физических лицах, за которых взносы на обязательное социальное медицинское страхование уплачивает государство"}
	return osms.OfficeLetter{Kind: kind, Number: number, Date: sampleDay, Person: iin, Name: name, Birth: birth,
		Case: incoming, Received: 20260928, ServiceKK: service[kk], ServiceRU: service[ru], Basis: sampleBasis,
		Provider: osms.Provider{NameKK: "Үлгі ауданының әкімдігі", NameRU: "Акимат Образцового района", BIN: 100000000,
			AddressKK: "000000, Үлгі ауылы, Үлгі көшесі, 1", AddressRU: "000000, село Образцовое, улица Образцовая, 1",
			OfficeKK: "1-қабат, 1-кабинет", OfficeRU: "1 этаж, кабинет 1", PositionKK: "Аудан әкімі", PositionRU: "Аким района",
			Head: "Ү. Үлгіев", Executor: "Ү. Үлгіева", Phone: "8 (7000) 00-00-00"},
		To: &osms.Organisation{BIN: 200000000, NameKK: "«№ 0 үлгі мектебі» коммуналдық мемлекеттік мекемесі",
			NameRU: "Коммунальное государственное учреждение «Образцовая школа № 0»"},
		Ground: osms.GroundRequirements,
		GroundKK: "көрсетілетін қызметті алушының және (немесе) мемлекеттік қызмет көрсету үшін қажетті ұсынылған деректердің " +
			"Қазақстан Республикасының нормативтік құқықтық актілерінде белгіленген талаптарға сәйкес келмеуі",
		GroundRU: "несоответствие услугополучателя и (или) представленных данных, необходимых для оказания государственной услуги, " +
			"требованиям, установленным нормативными правовыми актами Республики Казахстан",
		ReasonKK: "оқу нысаны күндізгі емес", ReasonRU: "форма обучения не очная",
		Lacks: []osms.Lack{osms.LacksStudy, osms.ExpiredIdentity}, Until: 20261006,
		Event:    &osms.Event{Person: iin, Kind: osms.EventStudyAbroad, On: 20260901, Until: 20270630, Document: "№ 0 анықтама / справка № 0"},
		EffectKK: "Жарналарды мемлекет бұрынғыдай төлейді.", EffectRU: "Взносы по-прежнему уплачивает государство.",
		List: []osms.Letter{{Number: number, Date: sampleDay, Person: iin, Name: name, Birth: birth, Action: osms.Entered,
			Facts: osms.Facts{Form: osms.FullTime, Level: osms.Secondary, Status: osms.Studying, Grade: "10 «Ә»"},
			First: 20260901, Effective: 202610, Category: osms.Child, Basis: sampleBasis,
			Case: incoming, Received: 20260928}}}
}

// sampleBasis is the act that a sample cites.
var sampleBasis = osms.LegalBasis{Ours: true,
	KK: "«Міндетті әлеуметтік медициналық сақтандыру туралы» Қазақстан Республикасының 2015 жылғы 16 қарашадағы № 405-V Заңы 26-бабы 1-тармағының 1) тармақшасы",
	RU: "подпункт 1) пункта 1 статьи 26 Закона Республики Казахстан от 16 ноября 2015 года № 405-V «Об обязательном социальном медицинском страховании»"}

// CheckProvider reports why letters of a provider could not be printed: a name,
// address or position that no letterhead or signature holds.
func (t *Texts) CheckProvider(p osms.Provider) error {
	l := sampleOffice(osms.LetterNotAccepted)
	l.Provider = p
	return t.CheckOffice(l)
}
