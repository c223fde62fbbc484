package jobs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestCasesTable: what becomes of an application, until when it must be answered,
// by which document it is, who did what and when, and what the registry says then.
func TestCasesTable(t *testing.T) {
	const auto = "accept %[1]s кеңсе / канцелярия, resolve %[1]s osmsd, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd"
	const receipt = "accept %[1]s кеңсе / канцелярия"
	const untilFound = "accept %[1]s кеңсе / канцелярия, resolve %[1]s osmsd"
	const enteredKK, enteredRU = "тізіліміне енгізілді", "внесены в реестр физических лиц"
	const updatedKK, updatedRU = "тізілімінде өзектендірілді", "обновлены в реестре физических лиц"
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, other := school(t, 1), school(t, 2), school(t, 3)
		o.at("2026-03-02T09:00:00+05:00")
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63, other: 10})
		var roster []learner
		for n := range 40 {
			l := learner{iin: student(t, n), bin: a, enrolled: "01.09.2025"}
			switch {
			case n >= 10 && n < 20: // at the previous organisation
				l.bin = b
			case n >= 20 && n < 30: // nowhere
				continue
			}
			roster = append(roster, l)
		}
		roster = slices.Insert(roster, 0, learner{iin: student(t, 40), bin: a, enrolled: "01.09.2025", form: "вечерняя"},
			learner{iin: student(t, 41), bin: b, enrolled: "01.09.2025"}, learner{iin: student(t, 42), bin: b, enrolled: "01.09.2025"})
		if r := o.take(63, "63-full-2026-03-01.csv", rosterOf(roster...)...); r.Outcome != osms.Applied {
			t.Fatalf("%s %v %v", r.Outcome, r.Error, r.Refusals)
		}
		o.take(63, "63-delta-2026-03-02.csv", rosterOf(learner{iin: student(t, 41), bin: b, enrolled: "01.09.2025", status: "отчислен", until: "27.02.2026"},
			learner{iin: student(t, 42), bin: b, enrolled: "01.09.2025", status: "отчислен", until: "27.02.2026"})...)
		o.desk.Casework.Automatic = true
		event := func(kind osms.EventKind, n int) func() {
			return func() {
				r := o.take(0, fmt.Sprint("events", n, ".csv"), eventsOf(happening{student(t, n), kind, "01.03.2026", ""})...)
				if r.Outcome != osms.Applied {
					t.Fatalf("%s %v", r.Outcome, r.Refusals)
				}
			}
		}
		type wanted struct {
			outcome  osms.CaseOutcome
			why      string // ground and reason
			counted  osms.Date
			deadline string
			kinds    string // of letters about the case
			kk, ru   string // sentences of the last letter
			steps    string
			state    casework.State
			due      string
		}
		notified := func(counted osms.Date, deadline, due string) wanted {
			return wanted{osms.CaseNotified, "0", counted, deadline, "notification 1", updatedKK, updatedRU, auto, casework.DoneInTime, due}
		}
		entered := func(counted osms.Date, deadline, due string) wanted {
			return wanted{osms.CaseNotified, "0", counted, deadline, "notification 1", enteredKK, enteredRU, auto, casework.DoneInTime, due}
		}
		refused := func(why, kk, ru string) wanted {
			return wanted{osms.CaseRefused, why, 20260303, "03-04 18:30", "refusal 1", kk, ru, auto, casework.DoneInTime, "-"}
		}
		unaccepted := func(kk, ru string) wanted {
			return wanted{osms.CaseNotAccepted, "0", 20260303, "03-04 18:30", "not_accepted 1", kk, ru, receipt, casework.DoneInTime, "-"}
		}
		const onRoster, since = "2025-09..9999-12 63", "2026-03..9999-12 63"
		for _, c := range []struct {
			what   string
			at     string // the program works; by default an hour after the receipt
			before func()
			in     handedIn
			by     []CaseStep // what people do before the program works again
			hear   bool
			want   wanted
		}{
			{what: "everything is there", in: handedIn{person: student(t, 1)}, want: notified(20260303, "03-04 18:30", onRoster)},
			{what: "identity document on its last day", in: handedIn{person: student(t, 2), identityUntil: "03.03.2026"}, want: notified(20260303, "03-04 18:30", onRoster)},
			{what: "expired by a day", in: handedIn{person: student(t, 3), identityUntil: "02.03.2026"},
				want: unaccepted("жеке басты куәландыратын құжаттың қолданылу мерзімі өтіп кеткен", "истёк срок действия документа, удостоверяющего личность")},
			{what: "no form", in: handedIn{person: student(t, 3), without: "form"}, want: unaccepted("қол қойылған өтініш жоқ", "нет подписанного заявления")},
			{what: "no identity document", in: handedIn{person: student(t, 3), without: "identity"}, want: unaccepted("жеке басты куәландыратын құжат жоқ", "нет документа, удостоверяющего личность")},
			{what: "no document about the study", in: handedIn{person: student(t, 3), without: "study"}, want: unaccepted("оқуын растайтын құжат жоқ", "нет документа, подтверждающего обучение")},
			{what: "after hours", at: "2026-03-04T09:30:00+05:00", in: handedIn{person: student(t, 4), received: "03.03.2026 18:31"},
				want: notified(20260304, "03-05 18:30", onRoster)},
			{what: "at the last minute", at: "2026-03-03T18:30:00+05:00", in: handedIn{person: student(t, 5), received: "03.03.2026 18:29"}, want: notified(20260303, "03-04 18:30", onRoster)},
			{what: "not on the roster yet", in: handedIn{person: student(t, 21), name: "Қасымова Әлия", form: "очная", enrolled: "02.03.2026"}, want: entered(20260303, "03-04 18:30", since)},
			{what: "ground 1: another name", in: handedIn{person: student(t, 6), name: "Оспанов Берік"}, want: refused("1 name_differs", "басқа тегі мен аты жазылған", "записаны другие фамилия и имя")},
			{what: "ground 1: the study is still to begin", in: handedIn{person: student(t, 22), name: "Оспанов Берік", form: "очная", enrolled: "10.03.2026"},
				want: refused("1 no_study", "осы ұйымда оқитынын растамайды", "не подтверждают, что лицо учится в этой организации")},
			{what: "ground 2: evening by the roster", in: handedIn{person: student(t, 40), form: "очная"}, want: refused("2 not_full_time", "оқу нысаны күндізгі емес", "форма обучения не очная")},
			{what: "ground 2: by letter, by the document", in: handedIn{person: student(t, 23), name: "Оспанов Берік", form: "заочная"},
				want: refused("2 not_full_time", "оқу нысаны күндізгі емес", "форма обучения не очная")},
			{what: "ground 2: unknown provider", in: handedIn{person: student(t, 27), bin: school(t, 9), form: "очная"}, want: refused("2 unknown_provider", "ұйымдар тізімінде жоқ", "нет в списке организаций")},
			{what: "ground 2: death", before: event(osms.EventDeath, 8), in: handedIn{person: student(t, 8)}, want: refused("2 not_entitled", "қайтыс болғаны", "сведения о смерти")},
			{what: "ground 3", before: event(osms.EventCourtBan, 9), in: handedIn{person: student(t, 9)}, want: refused("3 court_ban", "қызметке тыйым салу туралы", "о запрещении деятельности")},
			{what: "ground 4", before: event(osms.EventCourtDeprived, 30), in: handedIn{person: student(t, 30)}, want: refused("4 court_deprived", "арнаулы құқықтан айыру", "о лишении специального права")},
			{what: "ground 5: no consent", in: handedIn{person: student(t, 31), without: "consent"}, want: refused("5 no_consent", "келісім берілмеген", "не дано согласие")},
			{what: "ground 5: blocked", before: event(osms.EventBlocked, 32), in: handedIn{person: student(t, 32), name: "Оспанов Берік"},
				want: refused("5 blocked", "бұғатталған", "заблокированы по требованию субъекта")},
			{what: "form unknown, until somebody finds it out", in: handedIn{person: student(t, 24), name: "Оспанов Берік"}, by: []CaseStep{{StepDone: osms.StepDone{Step: osms.StepCheck}, Form: osms.FullTime}},
				want: func() wanted {
					w := entered(20260303, "03-04 18:30", since)
					w.steps = untilFound + ", check %[1]s Ж. Үсенов, sign %[1]s osmsd, issue %[1]s osmsd"
					return w
				}()},
			{what: "before Nauryz", at: "2026-03-26T10:00:00+05:00", in: handedIn{person: student(t, 33), received: "20.03.2026 10:00"},
				want: wanted{osms.CaseNotified, "0", 20260320, "03-26 18:30", "notification 1", updatedKK, updatedRU, auto, casework.DoneInTime, onRoster}},
			{what: "before Nauryz, after hours, and late", at: "2026-03-27T18:31:00+05:00", in: handedIn{person: student(t, 34), received: "20.03.2026 18:30"},
				want: wanted{osms.CaseNotified, "0", 20260326, "03-27 18:30", "notification 1", updatedKK, updatedRU, auto, casework.DoneLate, onRoster}},
			{what: "elsewhere: studies there", in: handedIn{person: student(t, 10), previous: b, form: "очная", received: "20.03.2026 10:00"},
				by: []CaseStep{{Answer: osms.StillStudy}},
				want: wanted{osms.CaseRefused, "1 studies_there", 20260320, "03-31 18:30", "refusal 1, question 1", "онда оқып жүргенін растады", "подтвердила, что лицо учится в ней",
					untilFound + ", ask %[1]s osmsd, answer %[1]s Ж. Үсенов, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, "-"}},
			{what: "elsewhere: left", in: handedIn{person: student(t, 11), previous: b, form: "очная", received: "20.03.2026 10:00", enrolled: "16.03.2026"},
				by: []CaseStep{{Answer: osms.LeftThere, LeftOn: 20260313}},
				want: wanted{osms.CaseNotified, "0", 20260320, "03-31 18:30", "notification 1, question 1", enteredKK, enteredRU,
					untilFound + ", ask %[1]s osmsd, answer %[1]s Ж. Үсенов, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, "2025-09..2026-03 63, 2026-04..9999-12 63"}},
			{what: "elsewhere: left only later", in: handedIn{person: student(t, 12), previous: b, form: "очная", received: "20.03.2026 10:00"},
				by: []CaseStep{{Answer: osms.LeftThere, LeftOn: 20260430}},
				want: wanted{osms.CaseRefused, "1 studies_there", 20260320, "03-31 18:30", "refusal 1, question 1", "онда оқып жүргенін растады", "подтвердила, что лицо учится в ней",
					untilFound + ", ask %[1]s osmsd, answer %[1]s Ж. Үсенов, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, "-"}},
			{what: "elsewhere: never there", in: handedIn{person: student(t, 25), name: "Оспанов Берік", previous: b, form: "очная", received: "20.03.2026 10:00", enrolled: "02.03.2026"},
				by: []CaseStep{{Answer: osms.NeverThere}},
				want: wanted{osms.CaseNotified, "0", 20260320, "03-31 18:30", "notification 1, question 1", enteredKK, enteredRU,
					untilFound + ", ask %[1]s osmsd, answer %[1]s Ж. Үсенов, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, since}},
			{what: "elsewhere: the register knows the answer", in: handedIn{person: student(t, 41), previous: b, form: "очная", received: "20.03.2026 10:00", enrolled: "02.03.2026"},
				want: wanted{osms.CaseNotified, "0", 20260320, "03-31 18:30", "notification 1, question 1", enteredKK, enteredRU,
					untilFound + ", ask %[1]s osmsd, answer %[1]s osmsd, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, "2025-09..2026-02 63, 2026-03..9999-12 63"}},
			{what: "elsewhere by the register, though the application does not say so", in: handedIn{person: student(t, 13), form: "очная", received: "20.03.2026 10:00"},
				by: []CaseStep{{Answer: osms.StillStudy}},
				want: wanted{osms.CaseRefused, "1 studies_there", 20260320, "03-31 18:30", "refusal 1, question 1", "онда оқып жүргенін растады", "подтвердила, что лицо учится в ней",
					untilFound + ", ask %[1]s osmsd, answer %[1]s Ж. Үсенов, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, "-"}},
			{what: "elsewhere, though nobody said so", in: handedIn{person: student(t, 14), form: "очная", received: "20.03.2026 10:00", enrolled: "02.03.2026"},
				by: []CaseStep{{Answer: osms.NeverThere}},
				want: wanted{osms.CaseNotified, "0", 20260320, "03-31 18:30", "notification 1, question 1", enteredKK, enteredRU,
					untilFound + ", ask %[1]s osmsd, answer %[1]s Ж. Үсенов, check %[1]s osmsd, sign %[1]s osmsd, issue %[1]s osmsd", casework.DoneInTime, onRoster}},
			{what: "a hearing, which changes nothing", hear: true, before: event(osms.EventCourtBan, 35), in: handedIn{person: student(t, 35)},
				by: []CaseStep{{StepDone: osms.StepDone{Step: osms.StepHear, Note: "тыңдалды"}}},
				want: func() wanted {
					w := refused("3 court_ban", "қызметке тыйым салу туралы", "о запрещении деятельности")
					w.steps = untilFound + ", check %[1]s osmsd, hear %[1]s Ж. Үсенов, sign %[1]s osmsd, issue %[1]s osmsd"
					return w
				}()},
			{what: "a hearing, after which the person is entered", hear: true, in: handedIn{person: student(t, 42), name: "Оспанов Берік", form: "очная", enrolled: "02.03.2026"},
				by: []CaseStep{{StepDone: osms.StepDone{Step: osms.StepHear, Note: "аты-жөні өзгерген"}, Outcome: osms.CaseNotified}},
				want: func() wanted {
					w := entered(20260303, "03-04 18:30", "2025-09..2026-02 63, 2026-03..9999-12 63")
					w.steps = untilFound + ", check %[1]s osmsd, hear %[1]s Ж. Үсенов, sign %[1]s osmsd, issue %[1]s osmsd"
					return w
				}()},
		} {
			if c.in.received == "" {
				c.in.received = "03.03.2026 10:00"
			}
			if c.at == "" {
				c.at = "2026-03-03T11:00:00+05:00"
				if c.in.received == "20.03.2026 10:00" {
					c.at = "2026-03-20T11:00:00+05:00"
				}
			}
			if c.in.bin == 0 {
				c.in.bin = a
			}
			c.in.number = c.what
			o.at(c.at)
			o.desk.Casework.Hearing = c.hear
			if c.before != nil {
				c.before()
			}
			r := o.take(63, "өтініштер.csv", applicationsOf(c.in)...)
			if r.Joined != 1 {
				t.Fatalf("%s: %s %v %v", c.what, r.Outcome, r.Error, r.Refusals)
			}
			o.worked()
			is := o.only(store.CaseFilter{Incoming: c.what})
			for _, s := range c.by {
				if s.Step == "" {
					s.Step = osms.StepAnswer
				}
				if _, err := o.does(is.Number, s); err != nil {
					t.Errorf("%s: %s: %v", c.what, s.Step, err)
				}
			}
			o.worked()
			is = o.only(store.CaseFilter{Incoming: c.what})
			why := strings.TrimSpace(fmt.Sprint(int(is.Ground), " ", is.Reason))
			at := o.now.In(o.desk.Zone).Format("01-02 15:04")
			if is.Outcome != c.want.outcome || why != c.want.why || is.Counted != c.want.counted || is.Deadline.In(o.desk.Zone).Format("01-02 15:04") != c.want.deadline || is.State != c.want.state {
				t.Errorf("%s: %s on %q, counted %s, until %s, %s; want %+v", c.what, is.Outcome, why, is.Counted, is.Deadline.In(o.desk.Zone), is.State, c.want)
			}
			if got, want := o.steps(is.Case), fmt.Sprintf(c.want.steps, at); got != want {
				t.Errorf("%s: steps\n%s\nwant\n%s", c.what, got, want)
			}
			about, err := o.desk.Store.OfficeLettersAbout(t.Context(), is.Number.String())
			if err != nil {
				t.Fatal(err)
			}
			var lines []store.RegisteredLetter
			for _, l := range about {
				lines = append(lines, l.RegisteredLetter)
				if l.Kind == osms.LetterQuestion {
					// Friday the 20th and two working days after it: the 21st to 25th are days off.
					o.says(c.what, l, "2026 жылғы 27 наурыз", "до 27 марта 2026 года", is.Number.String())
				}
			}
			if kinds(lines) != c.want.kinds {
				t.Errorf("%s: letters %q, want %q", c.what, kinds(lines), c.want.kinds)
			}
			if n := len(about); n == 0 || about[n-1].Outgoing() != is.Letter {
				t.Errorf("%s: issued %q: %v", c.what, is.Letter, about)
			} else {
				o.says(c.what, about[n-1], c.want.kk, c.want.ru, is.Number.String())
			}
			if c.want.due != "-" {
				o.wantDue(c.what, c.in.person, c.want.due)
			}
		}
		o.verified()
		letters := o.register()
		if got, want := kinds(letters), "notification 13, refusal 14, not_accepted 4, question 7"; got != want {
			t.Errorf("register: %s, want %s", got, want)
		}
		// Who was entered by a case leads to the case's own file.
		p, err := o.desk.Person(t.Context(), student(t, 21), 0, 0)
		if err != nil || len(p.Facts) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		entered21 := o.only(store.CaseFilter{Person: student(t, 21)})
		if s := p.Facts[0].Source; s.Import != entered21.Update || s.Cell != "A6" || s.File != fmt.Sprintf("case-63-2026-%06d-%s.csv", entered21.Number.Serial, a.Digits()) {
			t.Errorf("%+v, update %d", s, entered21.Update)
		}
		for n, last := range map[int]osms.Date{11: 20260313, 41: 20260227} {
			ended := false
			p, err := o.desk.Person(t.Context(), student(t, n), 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range p.Facts {
				ended = ended || f.BIN == b && f.KnownUntil == 0 && f.Until == last
			}
			if !ended {
				t.Errorf("%d did not leave the previous organisation: %+v", n, p.Facts)
			}
		}
		r, err := o.desk.CasesReport(t.Context(), 202603, 63, o.now)
		if err != nil {
			t.Fatal(err)
		}
		total := r.Total
		if got, want := fmt.Sprint(total.Received, total.NotAccepted, total.Notified, total.Refused, total.Open, total.OneDay, total.FourDays, total.InTime, total.Late, total.ByGround),
			"31 4 13 14 0 24 7 30 1 map[1:5 2:4 3:2 4:1 5:2]"; got != want {
			t.Errorf("report %s, want %s", got, want)
		}
		if len(r.Providers) != 2 {
			t.Errorf("%+v", r.Providers)
		}
		// The same list again is no news; another region's organisation is refused.
		before := len(o.register())
		again := o.take(63, "тағы.csv", applicationsOf(handedIn{number: "everything is there", received: "03.03.2026 10:00", person: student(t, 1), bin: a})...)
		if again.Joined != 0 || again.Unchanged != 1 {
			t.Errorf("%+v", again)
		}
		if foreign := o.take(63, "бөтен.csv", applicationsOf(handedIn{number: "1", received: "03.03.2026 10:00", person: student(t, 1), bin: other})...); foreign.Refused != 1 ||
			!slices.ContainsFunc(foreign.Refusals, func(r osms.Refusal) bool { return r.Code == osms.OtherRegion && r.Severity == osms.Refused }) {
			t.Errorf("%+v", foreign.Refusals)
		}
		o.worked()
		if o.only(store.CaseFilter{Person: student(t, 1)}); len(o.register()) != before {
			t.Error("the same application was answered twice")
		}
		o.verified()
	})
}
