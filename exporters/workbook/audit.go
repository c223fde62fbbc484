package workbook

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// WriteAudit writes the answers to an auditor's questions about a month: a
// contents page, then a numbered sheet for each question, with the method by
// which it was answered on top. lang ("kk", "ru" or "en") says which language
// stands first; headings and methods are in Kazakh and Russian at least.
// Personal numbers stand whole in the workbook.
//
// Rows are read one at a time. Their number is compared with what a says;
// ErrDoesNotAddUp says that they differ, and what was written is then to be
// thrown away. The same answers give the same bytes.
func WriteAudit(w io.Writer, a osms.Audit, each osms.EachAuditRow, lang string) error {
	if err := writeAudit(w, a, each, lang, mostRows); err != nil {
		return fmt.Errorf("audit of %s: %w", a.Month, err)
	}
	return nil
}

func writeAudit(w io.Writer, a osms.Audit, each osms.EachAuditRow, lang string, most int) error {
	b := &book{lang: lang, made: a.AsOf, title: "OSMS audit " + a.Month.String()}
	b.sheets = append(b.sheets, contentsSheet(a, lang))
	for i, answer := range a.Answers {
		next, stop := iter.Pull2(turned(func(yield func(osms.AuditRow) error) error { return each(answer.Question, yield) }))
		defer stop()
		sheets := max(1, (answer.Rows+most-1)/most)
		for part := range sheets {
			b.sheets = append(b.sheets, answerSheet(a, i, part, sheets, min(most, answer.Rows-part*most), lang, next))
		}
	}
	return b.write(w)
}

// AuditQuestion gives a question and the method by which it is answered, each as
// one sentence or two of a language.
func AuditQuestion(q osms.AuditQuestion, lang string) (question, method string) {
	about := asked(q)
	return about.question.in(lang), about.method.in(lang)
}

// numberOf is the number of a question and of its sheet.
func numberOf(q osms.AuditQuestion) int { return slices.Index(osms.AuditQuestions, q) + 1 }

// contentsSheet is sheet 0: every question with its method and what it found.
func contentsSheet(a osms.Audit, lang string) sheet {
	top := append(auditTop(a, lang, label{"Аудитордың сұрақтары мен жауаптары", "Вопросы аудитора и ответы", "An auditor's questions and the answers"}), auditRules(a, lang)...)
	return sheet{
		name: label{"Мазмұны", "Содержание", "Contents"}.tabAfter("0 ", lang), colour: deep, freeze: 2, rows: len(a.Answers), top: top,
		columns: []column{
			{label{"№", "№", "No"}, 6, asCentre},
			{label{"Сұрақ", "Вопрос", "Question"}, 42, asText},
			{label{"Әдісі", "Метод", "Method"}, 96, asText},
			{label{"Табылды", "Найдено", "Found"}, 12, asInt},
			{label{"Жол", "Строк", "Rows"}, 12, asInt},
			{label{"Шешім № дейін", "До решения №", "Up to decision"}, 13, asInt},
		},
		fill: func(w *rowWriter) error {
			for i, answer := range a.Answers {
				about := asked(answer.Question)
				method := about.method.lines(lang)
				if err := w.put(plainRow, textHeight(method, 100), i+1, about.question.lines(lang), method, answer.Found, answer.Rows, a.Sequence); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// textHeight is the height of a row whose widest text breaks after so many
// characters.
func textHeight(s string, width int) int {
	lines := 0
	for line := range strings.SplitSeq(s, "\n") {
		lines += 1 + len([]rune(line))/width
	}
	return 4 + 13*lines
}

// answerSheet is one sheet of an answer; its rows come from next.
func answerSheet(a osms.Audit, i, part, parts, rows int, lang string, next func() (osms.AuditRow, error, bool)) sheet {
	answer := a.Answers[i]
	about := asked(answer.Question)
	number := strconv.Itoa(i + 1)
	s := sheet{name: about.brief.tabAfter(number+" ", lang), colour: "7F9DB9", freeze: 2, rows: rows,
		top: auditTop(a, lang, label{
			fmt.Sprintf("%s. %s (табылды: %d)", number, about.question.kk, answer.Found),
			fmt.Sprintf("%s. %s (найдено: %d)", number, about.question.ru, answer.Found),
			fmt.Sprintf("%s. %s (found: %d)", number, about.question.en, answer.Found),
		})}
	if part > 0 {
		s.name = numbered(s.name, part+1)
	}
	width := 0
	for _, c := range about.columns {
		s.columns = append(s.columns, c.column)
		width += int(c.width)
	}
	for _, method := range []string{about.method.in(lang), other(about.method, lang)} {
		s.top = append(s.top, broken(method, width)...)
	}
	s.fill = func(w *rowWriter) error {
		for range rows {
			r, err, ok := next()
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("%w: question %s has fewer than %d rows", ErrDoesNotAddUp, number, answer.Rows)
			}
			values, height := make([]any, len(about.columns)), 0
			for k, c := range about.columns {
				values[k] = c.value(r, lang)
				if text, ok := values[k].(string); ok && c.kind == asText && len([]rune(text)) > int(c.width) {
					height = max(height, textHeight(text, int(c.width)))
				}
			}
			if err := w.put(plainRow, height, values...); err != nil {
				return err
			}
		}
		if part+1 < parts {
			return nil
		}
		if _, err, more := next(); err != nil {
			return err
		} else if more {
			return fmt.Errorf("%w: question %s has more than %d rows", ErrDoesNotAddUp, number, answer.Rows)
		}
		return nil
	}
	return s
}

// other is a label in the language that stands second.
func other(l label, lang string) string { return label{l.ru, l.kk, l.kk}.in(lang) }

// broken breaks a sentence between words where it gets wider than a sheet is.
func broken(s string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(s) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// auditTop gives a sheet's title rows: what it shows, of which region and month,
// and as of what.
func auditTop(a osms.Audit, lang string, title label) []string {
	month, region, at := monthLabel(a.Month), country, moment(a.AsOf)
	if a.Region != 0 {
		region = regionLabel(a.Region)
	}
	known := label{
		fmt.Sprintf("%s, %s; %s жағдайы бойынша, %d-шешімге дейін", region.kk, month.kk, at, a.Sequence),
		fmt.Sprintf("%s, %s; по состоянию на %s, до решения № %d", region.ru, month.ru, at, a.Sequence),
		fmt.Sprintf("%s, %s; as of %s, up to decision %d", region.en, month.en, at, a.Sequence),
	}
	return []string{title.line(lang), known.in(lang), other(known, lang)}
}

// auditRules states how the month is frozen, the rate and the rules, one
// sentence a line.
func auditRules(a osms.Audit, lang string) []string {
	frozen := label{
		fmt.Sprintf("Ай %d-нұсқамен бекітілген: %s, %d-шешімге дейін; бірінші нұсқасы %d-шешімге дейін", a.FreezeVersion, moment(a.Frozen), a.FreezeSequence, a.FirstFreeze),
		fmt.Sprintf("Месяц зафиксирован версией %d: %s, до решения № %d; первая версия до решения № %d", a.FreezeVersion, moment(a.Frozen), a.FreezeSequence, a.FirstFreeze),
		fmt.Sprintf("The month is frozen as version %d: %s, up to decision %d; the first version up to decision %d", a.FreezeVersion, moment(a.Frozen), a.FreezeSequence, a.FirstFreeze),
	}
	if a.FreezeVersion == 0 {
		frozen = figured(label{"Ай бекітілмеген: %d, %d және %d-сұрақтарға жауап жоқ", "Месяц не зафиксирован: на вопросы %d, %d и %d ответа нет", "The month is not frozen: questions %d, %d and %d have no answer"},
			numberOf(osms.AuditDeparted), numberOf(osms.AuditLateFiles), numberOf(osms.AuditProvisional))
	}
	rate := label{"Бұл жылға мөлшерлеме жоқ", "Ставки этого года нет", "There is no rate of this year"}
	if a.Rate.Base != 0 {
		figures := fmt.Sprintf("%s %% × %s", a.Rate.Percent, a.Rate.Base.Grouped())
		each := a.Rate.PerPerson().Grouped()
		rate = label{
			fmt.Sprintf("%d жылғы мөлшерлеме: %s теңге = бір адамға айына %s теңге", a.Rate.Year, figures, each),
			fmt.Sprintf("Ставка %d года: %s тенге = %s тенге на человека в месяц", a.Rate.Year, figures, each),
			fmt.Sprintf("Rate of %d: %s tenge = %s tenge a person and month", a.Rate.Year, figures, each),
		}
		if a.Rate.Unverified {
			rate.kk, rate.ru, rate.en = rate.kk+" (расталмаған)", rate.ru+" (не подтверждена)", rate.en+" (unverified)"
		}
	}
	by := func(n int64) label {
		if n == 0 {
			return label{"бағдарламадағы", "из программы", "as built in"}
		}
		return label{fmt.Sprintf("%d-шешім", n), fmt.Sprintf("решение № %d", n), fmt.Sprintf("decision %d", n)}
	}
	sources := label{
		fmt.Sprintf("Мөлшерлемелер: %s; қағидалар: %s; құқықтық негіз: 405-V Заң, 26-бап", by(a.Rates).kk, by(a.Rules).kk),
		fmt.Sprintf("Ставки: %s; правила: %s; основание: Закон № 405-V, ст. 26", by(a.Rates).ru, by(a.Rules).ru),
		fmt.Sprintf("Rates: %s; rules: %s; ground: law No 405-V, Art. 26", by(a.Rates).en, by(a.Rules).en),
	}
	lines := []string{frozen.in(lang), other(frozen, lang), rate.in(lang), other(rate, lang), sources.in(lang), other(sources, lang)}
	return slices.Compact(lines)
}
