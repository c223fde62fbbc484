package summary

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the country's zone, also where the machine has no zone files

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// label is a text in the three languages.
type label struct{ kk, ru, en string }

// in gives the label in one language; Russian when the language is unknown.
func (l label) in(lang string) string {
	switch lang {
	case "kk":
		return l.kk
	case "en":
		return l.en
	}
	return l.ru
}

// second gives the other of the country's two languages.
func (l label) second(lang string) string {
	if lang == "kk" {
		return l.ru
	}
	return l.kk
}

// both sets the two languages side by side.
func (l label) both(lang string) string { return l.in(lang) + " / " + l.second(lang) }

// told makes a label of words that are asked for by language.
func told(words func(lang string) string) label { return label{words("kk"), words("ru"), words("en")} }

var (
	title       = label{"МӘМС жарналарын салыстыру", "Сверка взносов на ОСМС", "Reconciliation of OSMS contributions"}
	regionsHead = label{"Өңірлер, теңге", "Регионы, тенге", "Regions, tenge"}
	bridgeHead  = label{"Көпір: тиесіліден түскенге дейін, теңге", "Мост: от причитающегося к поступившему, тенге", "Bridge from due to ledger, tenge"}
	guessHead   = label{"Болжамдар: есепке алынбаған", "Догадки: не учтены", "Guesses: not counted"}
	regionWord  = label{"Өңір", "Регион", "Region"}
	dueWord     = label{"Тиесілі", "Причитается", "Due"}
	frozenWord  = label{"Бекітілген тізім", "Зафиксированный список", "Frozen list"}
	ledgerWord  = label{"Түскені", "Поступило", "Ledger"}
	diffWord    = label{"Айырма", "Разница", "Difference"}
	provedWord  = label{"Дәлелденген", "Доказано", "Proved"}
	restWord    = label{"Түсіндірілмеген", "Не объяснено", "Unexplained"}
	totalWord   = label{"Барлығы", "Итого", "Total"}
	personsWord = label{"Адам", "Человек", "Persons"}
	yesWord     = label{"иә", "да", "yes"}
	partWord    = label{"ішінара", "частично", "in part"}
	noWord      = label{"жоқ", "нет", "no"}
	outsideWord = label{"Жолдардан тыс", "Вне строк", "On no line"}
	moreWord    = label{"және тағы %d өңір", "и ещё регионов: %d", "and %d more regions"}
	builtIn     = label{"енгізілгені", "встроенная", "as built in"}
	asWritten   = label{"Сұр – дәлелденген, ақшыл – дәлелсіз, қара – түсіндірілмеген", "Серое – доказано, светлое – без доказательства, чёрное – не объяснено",
		"Grey: proved; pale: stated without proof; black: unexplained"}
)

// monthOf names a month in words.
func monthOf(m osms.Month) label {
	en := m.String()
	if !m.IsZero() {
		en = fmt.Sprintf("%s %d", time.Month(m.MonthNum()), m.Year())
	}
	return label{paper.MonthKK(m), paper.MonthRU(m), en}
}

var almaty = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		panic("summary: embedded zone data: " + err.Error())
	}
	return zone
})

// known says as of what the figures are and by which versions.
func known(r osms.Reconciliation) label {
	at := r.AsOf.In(almaty()).Format("02.01.2006 15:04:05 -07:00")
	version := func(sequence int64, lang string) string {
		if sequence == 0 {
			return builtIn.in(lang)
		}
		return fmt.Sprintf("№ %d", sequence)
	}
	frozen := label{"ай бекітілмеген", "месяц не зафиксирован", "not frozen"}
	if r.FreezeVersion != 0 {
		frozen = label{
			fmt.Sprintf("тізім нұсқасы %d (%d-импортқа дейін)", r.FreezeVersion, r.FreezeSequence),
			fmt.Sprintf("версия списка %d (до импорта %d)", r.FreezeVersion, r.FreezeSequence),
			fmt.Sprintf("list version %d (up to import %d)", r.FreezeVersion, r.FreezeSequence),
		}
	}
	rate := fmt.Sprintf("%s %% × %s = %s", r.Rate.Percent, r.Rate.Base.Grouped(), r.Rate.PerPerson().Grouped())
	return label{
		fmt.Sprintf("%s жағдайы бойынша, %d-импортқа дейін; %s; қағидалар нұсқасы: %s; мөлшерлемелер нұсқасы: %s; мөлшерлеме %s теңге",
			at, r.Sequence, frozen.kk, version(r.Rules, "kk"), version(r.Rates, "kk"), rate),
		fmt.Sprintf("По состоянию на %s, до импорта %d; %s; версия правил: %s; версия ставок: %s; ставка %s тенге",
			at, r.Sequence, frozen.ru, version(r.Rules, "ru"), version(r.Rates, "ru"), rate),
		fmt.Sprintf("As of %s, up to import %d; %s; rules: %s; rates: %s; rate %s tenge",
			at, r.Sequence, frozen.en, version(r.Rules, "en"), version(r.Rates, "en"), rate),
	}
}

// sources says what the ledger rests on and from which files the figures came.
func sources(r osms.Reconciliation) label {
	const most = 4
	files := "–"
	for i, f := range r.Files {
		if i == most {
			files += fmt.Sprintf(", … +%d", len(r.Files)-most)
			break
		}
		if i == 0 {
			files = ""
		} else {
			files += ", "
		}
		files += fmt.Sprintf("№ %d %s (%s)", f.Import, clip(osms.Shown(f.Name), 60), clip(f.SHA256, 12))
	}
	return label{
		fmt.Sprintf("Түскен ақшаның дереккөзі: %s. Файлдар (%d): %s", r.Source.In("kk"), len(r.Files), files),
		fmt.Sprintf("Источник сведений о поступлениях: %s. Файлов %d: %s", r.Source.In("ru"), len(r.Files), files),
		fmt.Sprintf("The ledger rests on: %s. Files (%d): %s", r.Source.In("en"), len(r.Files), files),
	}
}

// clip shortens a text from outside to at most so many letters.
func clip(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
