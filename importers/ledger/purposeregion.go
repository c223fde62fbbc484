package ledger

import (
	"strings"

	"osmsd/sync/osms"
)

// purposeRegion is the one region that the text names, by KATO or by a name in
// any language and case, or 0. A name counts with the word for region or city
// beside it: "ул. Астана" and "Абайский район" name no region.
func purposeRegion(words []purposeWord) osms.Region {
	var found osms.Region
	for i := 0; i < len(words); {
		region, length := regionAt(words, i)
		if length == 0 {
			i++
			continue
		}
		if region == 0 || found != 0 && found != region {
			return 0
		}
		found = region
		i += length
	}
	return found
}

// regionAt reads a region whose mention begins with the word at i, and how many
// words it takes; region 0 with a length is a KATO code that cannot be one.
func regionAt(words []purposeWord, i int) (osms.Region, int) {
	if katoWords[words[i].text] && i+1 < len(words) && words[i+1].numeric && states(words[i+1].gap) {
		code := words[i+1].text
		if len(code) != 2 && len(code) != 9 || !alone(words, i+1) {
			return 0, 0
		}
		region, _ := osms.ParseRegion(code)
		return region, 2
	}
	if i > 0 && words[i].text == "г" && isYear(words, i-1) {
		return 0, 0 // «2026 г. Алматы» may be a year and a bare name
	}
	if !regionBegins[kindOf(words[i])] {
		return 0, 0
	}
	for length := min(3, len(words)-i); length >= 1; length-- {
		var key strings.Builder
		together := true
		for k, w := range words[i : i+length] {
			if k > 0 {
				together = together && beside(w.gap)
				key.WriteByte(' ')
			}
			key.WriteString(kindOf(w))
		}
		if region, ok := regionForms[key.String()]; ok && together {
			return region, length
		}
	}
	return 0, 0
}

var katoWords = folded("като", "kato", "регион", "региона", "региону", "өңір", "өңірі", "өңірдің")

// The words for a region and a city in all their cases, as they stand in
// regionForms.
const (
	anyRegion   = "<region>"
	anyCity     = "<city>"        // г., город, before the name
	cityBehind  = "<city-behind>" // қ., қаласы, city
	kazakhBegin = "облыс"
)

// kindOf gives the word, or what it stands for.
func kindOf(w purposeWord) string {
	switch {
	case w.numeric:
	case w.text == "обл", regionWords[w.text], strings.HasPrefix(w.text, kazakhBegin):
		return anyRegion
	case cityWords[w.text]:
		return anyCity
	case w.raw == "қ", w.raw == "Қ", cityNames[w.text], strings.HasPrefix(w.text, "калас"):
		return cityBehind
	}
	return w.text
}

var (
	regionWords = folded("область", "области", "областью", "region", "oblast", "obl")
	cityWords   = folded("г", "гор", "город", "города", "городу", "городе", "городом")
	cityNames   = folded("city")
)

// regionSpellings are the ways in which each region is named in running text:
// adjectives without their ending, and names that stand with the word for
// region or city. The names of osms.Regions are added.
var regionSpellings = []struct {
	region     osms.Region
	adjectives string // comma-separated stems: «абайск» + ая, ой, ую область
	names      string // name + облысы, region
	behind     string // область + name
	cities     string // г. + name in its cases, name + қаласы
	alone      string // needs no other word
}{
	{region: 10, adjectives: "абайск", names: "абай,abay", behind: "абай,абая"},
	{region: 11, adjectives: "акмолинск", names: "ақмола,akmola,aqmola"},
	{region: 15, adjectives: "актюбинск,актобинск", names: "ақтөбе,aktobe,aqtobe"},
	{region: 19, adjectives: "алматинск", names: "алматы,almaty"},
	{region: 23, adjectives: "атырауск", names: "атырау,atyrau"},
	{region: 27, adjectives: "западно-казахстанск,западноказахстанск", names: "батыс қазақстан,west kazakhstan", alone: "зко,бқо"},
	{region: 31, adjectives: "жамбылск,жамбыльск", names: "жамбыл,zhambyl,jambyl"},
	{region: 33, adjectives: "жетысуск,жетисуск", names: "жетісу,жетысу,zhetysu,jetisu", behind: "жетісу,жетысу"},
	{region: 35, adjectives: "карагандинск", names: "қарағанды,karagandy,qaragandy"},
	{region: 39, adjectives: "костанайск,кустанайск", names: "қостанай,kostanai,qostanai"},
	{region: 43, adjectives: "кызылординск,кзылординск", names: "қызылорда,kyzylorda,qyzylorda"},
	{region: 47, adjectives: "мангистауск,мангыстауск", names: "маңғыстау,mangistau,mangystau"},
	{region: 55, adjectives: "павлодарск", names: "павлодар,pavlodar"},
	{region: 59, adjectives: "северо-казахстанск,североказахстанск", names: "солтүстік қазақстан,north kazakhstan", alone: "ско,сқо"},
	{region: 61, adjectives: "туркестанск,туркистанск", names: "түркістан,turkestan,turkistan"},
	{region: 62, adjectives: "улытауск", names: "ұлытау,ulytau", behind: "ұлытау"},
	{region: 63, adjectives: "восточно-казахстанск,восточноказахстанск", names: "шығыс қазақстан,east kazakhstan", alone: "вко,шқо"},
	{region: 71, cities: "астана,астаны,астане,астану,астаной,astana,нур-султан,нур-султана,нур-султану,нур-султане,нұр-сұлтан",
		alone: "по астане"},
	{region: 75, cities: "алматы,almaty,алма-ата,алма-аты,алма-ате,алма-ату"},
	{region: 79, cities: "шымкент,шымкента,шымкенту,шымкенте,шымкентом,shymkent", alone: "по шымкенту"},
}

// regionForms gives the region of each form, words parted by one space.
var regionForms = func() map[string]osms.Region {
	forms := map[string]osms.Region{}
	each := func(list string, form func(name string)) {
		for name := range strings.SplitSeq(list, ",") {
			if name != "" {
				form(osms.FoldName(name))
			}
		}
	}
	for _, s := range regionSpellings {
		each(s.adjectives, func(stem string) {
			for _, ending := range []string{"ая", "ои", "ую", "ою"} {
				forms[stem+ending+" "+anyRegion] = s.region
				forms[anyRegion+" "+stem+ending] = s.region
			}
		})
		each(s.names, func(name string) { forms[name+" "+anyRegion] = s.region })
		each(s.behind, func(name string) { forms[anyRegion+" "+name] = s.region })
		each(s.cities, func(name string) {
			forms[anyCity+" "+name] = s.region
			forms[name+" "+cityBehind] = s.region
		})
		each(s.alone, func(name string) { forms[name] = s.region })
	}
	for _, n := range osms.Regions() {
		for _, name := range []string{n.KK, n.RU, n.EN} {
			var words []string
			for _, w := range purposeWords(name) {
				words = append(words, kindOf(w))
			}
			forms[strings.Join(words, " ")] = n.Region
		}
	}
	return forms
}()

// regionBegins are the first words of the forms.
var regionBegins = func() map[string]bool {
	begins := map[string]bool{}
	for form := range regionForms {
		first, _, _ := strings.Cut(form, " ")
		begins[first] = true
	}
	return begins
}()
