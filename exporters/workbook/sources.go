package workbook

import (
	"strconv"

	"osmsd/sync/osms"
)

// sourceSheet says from which files and by which rules the workbook was made.
func sourceSheet(r osms.Reconciliation, lang string) sheet {
	top := append(topLines(r, lang, label{"Файлдар мен қағидалар", "Файлы и правила", "Files and rules"}), rules(r, lang)...)
	return sheet{
		name: label{"Дереккөздер", "Источники", "Sources"}.tab(lang), colour: "A9B8C6", freeze: 2, rows: len(r.Files), top: top,
		columns: []column{
			{label{"Импорт №", "Импорт №", "Import"}, 10, asCentre},
			{label{"Файл", "Файл", "File"}, 44, asText},
			{label{"SHA-256", "SHA-256", "SHA-256"}, 66, asText},
			{label{"Түрі", "Вид", "Kind"}, 15, asCentre},
			{codeTitle, 7, asCode},
			{regionTitle, 30, asText},
			{label{"Күніне", "На дату", "As at"}, 12, asDay},
			{label{"Қолданылды", "Применён", "Applied"}, 27, asCentre},
		},
		fill: func(w *rowWriter) error {
			for _, f := range r.Files {
				if err := w.fit(plainRow, importCell(f.Import), shown(f.Name), f.SHA256, kindLabel(f.Kind).in(lang),
					f.Region.String(), regionLabel(f.Region).in(lang), f.AsAt, moment(f.Applied)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// rules states the rate and what was known, one sentence a line.
func rules(r osms.Reconciliation, lang string) []string {
	rate, base, each := r.Rate.Percent.String(), r.Rate.Base.Grouped(), r.Rate.PerPerson().Grouped()
	year := strconv.Itoa(r.Rate.Year)
	population, source := told(osms.Population), told(r.Source.In)
	lines := []string{
		population.in(lang), population.second(lang),
		label{"Түскен ақшаның дереккөзі: " + source.kk, "Источник сведений о поступлениях: " + source.ru, "The ledger rests on: " + source.en}.line(lang),
		label{
			year + " жылғы мөлшерлеме: " + rate + " % × " + base + " теңге = бір адамға айына " + each + " теңге",
			"Ставка " + year + " года: " + rate + " % × " + base + " тенге = " + each + " тенге на человека в месяц",
			"Rate of " + year + ": " + rate + " % × " + base + " tenge = " + each + " tenge a person and month",
		}.line(lang),
	}
	if r.Rate.Unverified {
		lines = append(lines, label{
			"Мөлшерлеме расталмаған: ресми дереккөзден тексеріңіз",
			"Ставка не подтверждена: проверьте по официальному источнику",
			"The rate is unverified: check it against an official source",
		}.line(lang))
	}
	return append(lines,
		label{
			"Құқықтық негіз: 405-V Заң, 26-бап; адам үшін ай бір рет төленеді",
			"Основание: Закон № 405-V, ст. 26; месяц за человека оплачивается один раз",
			"Ground: law No 405-V, Art. 26; a person's month is paid once",
		}.line(lang),
		label{
			"Есепке алынған соңғы импорт: " + strconv.FormatInt(r.Sequence, 10) + "; тізім нұсқасы: " + strconv.Itoa(r.FreezeVersion) + ", " + strconv.FormatInt(r.FreezeSequence, 10) + "-импортқа дейін",
			"Последний учтённый импорт: " + strconv.FormatInt(r.Sequence, 10) + "; версия списка: " + strconv.Itoa(r.FreezeVersion) + ", до импорта " + strconv.FormatInt(r.FreezeSequence, 10),
			"Last import counted: " + strconv.FormatInt(r.Sequence, 10) + "; list version " + strconv.Itoa(r.FreezeVersion) + ", up to import " + strconv.FormatInt(r.FreezeSequence, 10),
		}.line(lang),
		label{
			"Қағидалар нұсқасы: " + decision(r.Rules).kk + "; мөлшерлемелер нұсқасы: " + decision(r.Rates).kk,
			"Версия правил: " + decision(r.Rules).ru + "; версия ставок: " + decision(r.Rates).ru,
			"Version of the rules: " + decision(r.Rules).en + "; of the rates: " + decision(r.Rates).en,
		}.line(lang))
}

// decision names the version of rules or rates by the sequence of the decision
// that brought it.
func decision(sequence int64) label {
	if sequence == 0 {
		return label{"бағдарламаға енгізілгені", "встроенная в программу", "as built in"}
	}
	return alone("№ " + strconv.FormatInt(sequence, 10))
}

// kindLabel names a kind of file.
func kindLabel(k osms.Kind) label {
	switch k {
	case osms.KindRoster:
		return label{"тізім", "список", "roster"}
	case osms.KindLedger:
		return label{"түсімдер", "поступления", "ledger"}
	case osms.KindPayments:
		return label{"төлемдер", "платежи", "payments"}
	case osms.KindApplications:
		return label{"өтініштер", "заявления", "applications"}
	case osms.KindRequests:
		return label{"сұраныстар", "запросы", "requests"}
	case osms.KindOrganisations:
		return label{"ұйымдар", "организации", "organisations"}
	case osms.KindEvents:
		return label{"оқиғалар", "события", "events"}
	}
	return label{string(k), string(k), string(k)}
}
