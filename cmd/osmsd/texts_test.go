package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"osmsd/cmd/internal/words"
	"osmsd/exporters/statement"
	"osmsd/importers/intake"
	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([.0-9+#]*[a-zA-Z%])`)

// verbsOf gives the verbs of a text in the order of their arguments.
func verbsOf(s string) []string {
	var out []string
	n := 0
	for _, m := range verb.FindAllStringSubmatch(s, -1) {
		if m[2] == "%" {
			continue
		}
		n++
		if m[1] != "" {
			n, _ = strconv.Atoi(m[1])
		}
		out = append(out, strconv.Itoa(n)+m[2])
	}
	slices.Sort(out)
	return out
}

// TestTexts: every key says the same in all three languages, with the same
// arguments and columns.
func TestTexts(t *testing.T) {
	if len(texts()) < 150 {
		t.Errorf("%d keys", len(texts()))
	}
	cyrillic := func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
	for key, block := range texts() {
		if len(block) != len(languages) {
			t.Errorf("%s: %d languages", key, len(block))
		}
		for _, lang := range languages {
			s := block[lang]
			if strings.TrimSpace(s) == "" || strings.TrimRight(s, " ") != s {
				t.Errorf("%s in %s: %q", key, lang, s)
			}
			if !slices.Equal(verbsOf(s), verbsOf(block["en"])) {
				t.Errorf("%s: verbs %v in %s, %v in en", key, verbsOf(s), lang, verbsOf(block["en"]))
			}
			if strings.Count(s, " | ") != strings.Count(block["en"], " | ") {
				t.Errorf("%s in %s: other columns than in en", key, lang)
			}
			if lang == "en" && strings.ContainsFunc(s, cyrillic) {
				t.Errorf("%s: Cyrillic in English: %q", key, s)
			}
		}
	}
}

// speaks are the functions whose argument with this number is a key.
var speaks = map[string]int{"say": 0, "heads": 0, "tell": 0, "usage": 0, "failure": 0, "refusal": 0, "word": 0, "fine": 0, "warning": 0, "fault": 0}

// TestTextsOfTheCode: every key in the code has a text and as many arguments as
// the text has places for, and every text is used.
func TestTextsOfTheCode(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	use := func(where, key string, args int) {
		used[key] = true
		places := 0
		for _, v := range verbsOf(texts()[key]["en"]) {
			n, _ := strconv.Atoi(v[:len(v)-len(strings.TrimLeft(v, "0123456789"))])
			places = max(places, n)
		}
		if places > args {
			t.Errorf("%s: %s has places for %d arguments, it gets %d", where, key, places, args)
		}
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "texts.go" {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			called := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				called = f.Name
			case *ast.SelectorExpr:
				called = f.Sel.Name
			}
			at, speaking := speaks[called]
			if !speaking || len(call.Args) <= at {
				return true
			}
			literal, ok := call.Args[at].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			key, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			where := set.Position(call.Pos()).String()
			if called == "word" {
				for k := range texts() {
					if strings.HasPrefix(k, key+".") {
						used[k] = true
					}
				}
				return true
			}
			if texts()[key] == nil {
				t.Errorf("%s: no text for %q", where, key)
				return true
			}
			use(where, key, len(call.Args)-at-1)
			if texts()[key+".hint"] != nil {
				use(where, key+".hint", len(call.Args)-at-1)
			}
			return true
		})
	}
	for key := range words.Parse(textsTXT) {
		if !used[key] && !strings.HasPrefix(key, "path") {
			t.Errorf("nothing says %q", key)
		}
	}
}

func of[T ~string](kinds []T) (out []string) {
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

// TestTextsOfTheVocabulary: values that people are shown have names.
func TestTextsOfTheVocabulary(t *testing.T) {
	groups := map[string][]string{
		"form":          {string(osms.FullTime), string(osms.PartTime), string(osms.Evening), string(osms.Distance), string(osms.External)},
		"status":        {string(osms.Studying), string(osms.AcademicLeave), string(osms.Expelled), string(osms.Graduated), string(osms.TransferredOut)},
		"ending":        {string(osms.Absence), string(osms.Expected)},
		"kind":          {string(osms.KindRoster), string(osms.KindLedger), string(osms.KindPayments), string(osms.KindApplications), string(osms.KindRequests), string(osms.KindOrganisations), string(osms.KindEvents)},
		"state":         {string(osms.Running), string(osms.Done), string(osms.Failed), string(osms.Interrupted)},
		"mode":          {string(osms.Full), string(osms.Delta)},
		"letter":        {string(osms.Entered), string(osms.Updated), string(osms.Removed)},
		"participation": {string(osms.Participating), string(osms.RightPreserved), string(osms.NotParticipating)},
		"bridge": {string(osms.BridgeUndone), string(osms.BridgeClaimedTwice), string(osms.BridgeMovedRegion), string(osms.BridgeCategoryOrRate),
			string(osms.BridgeJoinedLate), string(osms.BridgeLeftLate), string(osms.BridgeReturned), string(osms.BridgePaidTwice),
			string(osms.BridgeOtherMonth), string(osms.BridgeOtherRegion), string(osms.BridgeUnknownPerson), string(osms.BridgeNotSubmitted),
			string(osms.BridgeInTransit), string(osms.BridgeRounding)},
		"event": of(osms.EventKinds),
		"case.step": {string(osms.StepAccept), string(osms.StepResolve), string(osms.StepAsk), string(osms.StepAnswer), string(osms.StepCheck),
			string(osms.StepHear), string(osms.StepSign), string(osms.StepIssue)},
		"case.state":   {string(casework.InTime), string(casework.Nearly), string(casework.Overdue), string(casework.DoneInTime), string(casework.DoneLate)},
		"case.outcome": {string(osms.CaseNotAccepted), string(osms.CaseNotified), string(osms.CaseRefused)},
		"case.role":    {string(law.Office), string(law.Head), string(law.Executor), string(casework.PreviousOrganisation)},
		"case.refused": {string(casework.WrongStep), string(casework.Closed), string(casework.WhoMissing), string(casework.WhenMissing), string(casework.Before),
			string(casework.NeedsAnswer), string(casework.NeedsLeftOn), string(casework.NeedsDecision), string(casework.NeedsGround),
			string(casework.NeedsReason), string(casework.WrongGround), string(casework.NotHere)},
		"lack":          {string(osms.LacksForm), string(osms.LacksIdentity), string(osms.LacksStudy), string(osms.ExpiredIdentity), string(osms.ExpiredStudy)},
		"letter.kind":   of(osms.LetterKinds),
		"verify.reason": of(statement.Reasons),
		"ends":          {string(osms.RiskTurns18), string(osms.RiskGraduation), string(osms.RiskLeave), string(osms.RiskLeftOn)},
		"trigger":       {"command", "schedule", "folder"},
	}
	for _, r := range []intake.Reason{intake.IsLink, intake.IsHardLink, intake.IsDirectory, intake.IsSpecial, intake.TooLarge, intake.TooMany,
		intake.LoneSidecar, intake.Misplaced, intake.NotADrop, intake.Missing, intake.Unreadable, intake.NotRemovable} {
		groups["odd"] = append(groups["odd"], string(r))
	}
	for _, k := range osms.MailKinds() {
		groups["mail.kind"] = append(groups["mail.kind"], string(k))
	}
	groups["mail.state"] = []string{"waiting", "sent", "given_up"}
	for group, values := range groups {
		for _, v := range values {
			if texts()[group+"."+v] == nil {
				t.Errorf("%s %q has no name", group, v)
			}
		}
	}
}

func TestTextsGroupCounts(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u00a0000", -1234567: "-1\u00a0234\u00a0567"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
