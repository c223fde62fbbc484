package receipt

import (
	"fmt"

	"osmsd/sync/osms"
)

// memberJSON is one file of an archive of files, in brief: in check and import
// each stands in the list of files too, with all that is said about it.
type memberJSON struct {
	File    string       `json:"file"`
	SHA256  string       `json:"sha256"`
	Outcome osms.Outcome `json:"outcome"`
	Import  *int64       `json:"import"`
	Error   *errorJSON   `json:"error"`
}

func membersJSON(r osms.FileReport, lang string) []memberJSON {
	out := make([]memberJSON, 0, len(r.Members))
	for _, m := range r.Members {
		j := memberJSON{File: osms.Shown(m.File), SHA256: m.SHA256, Outcome: m.Outcome}
		if m.Import != 0 {
			j.Import = &m.Import
		}
		if m.Error != nil {
			j.Error = &errorJSON{m.Error.Code, m.Error.Message(lang)}
		}
		out = append(out, j)
	}
	return out
}

var (
	membersTitle  = words("МҰРАҒАТТАҒЫ ФАЙЛДАР (%d)", "ФАЙЛЫ АРХИВА (%d)")
	memberImport  = words(", импорт №%d", ", импорт №%d")
	memberRefused = words(", бас тартылған жолдар: %d", ", отказано строк: %d")
	membersJunk   = words("Тізім емес қызметтік файлдар ескерілмеді: %d.", "Служебные файлы, не списки, пропущены: %d.")
	moreMembers   = words("… және тағы %d: толық тізімі осы түбіртектің .json файлында.", "… и ещё %d: полный перечень — в файле .json этой квитанции.")
	batchAdvice   = words("Мұрағаттағы әр файлдың өз түбіртегі бар. Түзетілген файлды жеке де, мұрағатпен де жіберуге болады: бұрын қабылданған файл екінші рет қолданылмайды.",
		"У каждого файла архива есть своя квитанция. Исправленный файл можно прислать и отдельно, и снова архивом: принятые раньше файлы второй раз не применяются.")
)

// members lists what became of the files of an archive.
func (t *receipt) members() {
	r := t.r
	t.head(words(fmt.Sprintf(membersTitle.kk, len(r.Members)), fmt.Sprintf(membersTitle.ru, len(r.Members))), '-')
	for i, m := range r.Members {
		if i == mostListed {
			t.say("", fmt.Sprintf(moreMembers.in(t.lang), len(r.Members)-i))
			break
		}
		t.say("– ", memberSaid(m, t.lang))
	}
	if r.Junk > 0 {
		t.say("", fmt.Sprintf(membersJunk.in(t.lang), r.Junk))
	}
}

// memberSaid is what became of one file of an archive, in a line.
func memberSaid(m osms.Member, lang string) string {
	line := osms.Shown(m.File) + ": " + m.Outcome.In(lang)
	if m.Import != 0 {
		line += fmt.Sprintf(memberImport.in(lang), m.Import)
	}
	if m.Refused > 0 {
		line += fmt.Sprintf(memberRefused.in(lang), m.Refused)
	}
	if m.Error != nil {
		line += ". " + m.Error.Message(lang)
	}
	return line
}

// members is the list of the files of an archive, on paper.
func (s *sheet) members() {
	const most = 60
	n := len(s.r.Members)
	s.section(membersTitle.with(n))
	for _, m := range s.r.Members[:min(n, most)] {
		s.pair(each(func(lang string) string { return "– " + memberSaid(m, lang) }))
	}
	if n > most {
		s.pair(moreMembers.with(n - most))
	}
	if s.r.Junk > 0 {
		s.pair(membersJunk.with(s.r.Junk))
	}
}
