package web

import (
	"net/http"
	"strings"

	"osmsd/sync/osms"
)

func (s *Server) helpRoutes() []route {
	return []route{
		{"GET /help", everybody, "", (*ask).helpIndex},
		{"GET /help/{topic}", everybody, "", (*ask).helpPage},
	}
}

// shownHelp is a topic as a reader is shown it.
type shownHelp struct {
	helpTopic
	Own      bool // it is about the reader's own day
	Headings []helpHeading
	Others   []shownHelp
}

type helpHeading struct{ Anchor, Text string }

// helpIndex lists the topics, the reader's own role first and with what stands
// in it.
func (q *ask) helpIndex() error {
	var own, others []shownHelp
	for _, name := range topics {
		t := q.helpTopic(name)
		if t.Own {
			own = append(own, t)
		} else {
			others = append(others, t)
		}
	}
	return q.show("help", q.say("help.title"), struct{ Topics []shownHelp }{append(own, others...)})
}

// helpPage shows one.
func (q *ask) helpPage() error {
	name := q.r.PathValue("topic")
	if _, ok := helpPages()[q.lang][name]; !ok {
		return refused(http.StatusNotFound, "refused.missing")
	}
	t := q.helpTopic(name)
	for _, other := range topics {
		if other != name {
			t.Others = append(t.Others, q.helpTopic(other))
		}
	}
	return q.show("helptopic", t.Title, t)
}

func (q *ask) helpTopic(name string) shownHelp {
	t := shownHelp{helpTopic: helpPages()[q.lang][name], Own: name == string(q.account.Role)}
	for _, b := range t.Blocks {
		if b.Kind == "##" {
			t.Headings = append(t.Headings, helpHeading{b.Anchor, q.helpText(b.Items[0].Text)})
		}
	}
	return t
}

// helpText is a line without its links.
func (q *ask) helpText(spans []helpSpan) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Say(q.lang))
	}
	return b.String()
}

// Say is what a piece of Help reads.
func (s helpSpan) Say(lang string) string {
	switch s.Kind {
	case "button", "text":
		return strings.TrimRight(catalogue().Text(lang, s.Arg), "…")
	case "page":
		return catalogue().Text(lang, "nav."+strings.TrimPrefix(s.Arg, "/"))
	case "outcome":
		return osms.Outcome(s.Arg).In(lang)
	case "code":
		return s.Arg
	}
	return s.Text
}

// Picture is the address of a picture of Help in a language; "" where none was
// taken yet.
func (b helpBlock) Picture(lang string) string {
	path, err := asset("help/" + lang + "/" + b.Anchor + ".webp")
	if err != nil {
		return ""
	}
	return path
}

// helpPlaces say where Help speaks of a page, by the beginning of its address; the
// first that fits. An empty role is everybody else.
var helpPlaces = []struct {
	path  string
	role  osms.Role
	place string
}{
	{"/month", osms.RoleAkimat, "akimat#missing"}, {"/month", osms.RoleFund, "fund#month"}, {"/month", osms.RoleAuditor, "auditor#money"}, {"/month", "", "administrator#day"},
	{"/missing", osms.RoleAkimat, "akimat#missing"}, {"/missing", osms.RoleFund, "fund#month"}, {"/missing", "", "administrator#day"},
	{"/files/", osms.RoleAkimat, "akimat#receipt"}, {"/files", osms.RoleAkimat, "akimat#send"}, {"/uploads", osms.RoleAkimat, "akimat#check"}, {"/files", "", "files"}, {"/uploads", "", "files"},
	{"/held", osms.RoleAkimat, "akimat#held"}, {"/held", osms.RoleAdministrator, "administrator#held"}, {"/held", "", "words#held"},
	{"/imports", "", "administrator#undo"},
	{"/overlaps", osms.RoleAkimat, "akimat#overlaps"}, {"/overlaps", "", "fund#overlaps"},
	{"/templates", "", "akimat#template"}, {"/organisations", "", "akimat#template"},
	{"/cases", "", "akimat#cases"}, {"/letters", "", "akimat#letters"},
	{"/reconciliation", osms.RoleAuditor, "auditor#money"}, {"/reconciliation", "", "fund#reconciliation"},
	{"/persons", osms.RoleAuditor, "auditor#person"}, {"/persons", "", "fund#person"}, {"/statements", "", "fund#statements"},
	{"/runs", osms.RoleAuditor, "auditor#readonly"}, {"/runs", osms.RoleFund, "fund#month"}, {"/runs", "", "administrator#runs"},
	{"/users", "", "administrator#users"}, {"/settings", "", "administrator#settings"}, {"/api", "", "administrator#users"},
	{"/audit", "", "auditor#audit"}, {"/access", "", "auditor#access"}, {"/password", "", "keyboard#password"},
}

// helpPlace is where Help speaks of a page; "" on the pages of Help themselves.
func helpPlace(path string, role osms.Role) string {
	if path == "/help" || strings.HasPrefix(path, "/help/") {
		return ""
	}
	for _, p := range helpPlaces {
		fits := path == p.path || strings.HasPrefix(path, strings.TrimSuffix(p.path, "/")+"/")
		if strings.HasSuffix(p.path, "/") {
			fits = strings.HasPrefix(path, p.path)
		}
		if fits && (p.role == "" || p.role == role) {
			return "/help/" + p.place
		}
	}
	return "/help"
}

// HelpPictures are the pictures that Help wants, by name, in every language.
func HelpPictures() (out []string) {
	seen := map[string]bool{}
	for _, byName := range helpPages() {
		for _, t := range byName {
			for _, b := range t.Blocks {
				if b.Kind == "[picture]" && !seen[b.Anchor] {
					seen[b.Anchor] = true
					out = append(out, b.Anchor)
				}
			}
		}
	}
	return out
}
