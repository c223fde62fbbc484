package workbook

import "osmsd/sync/osms"

// bridgeKind is how a kind of bridge line is called: briefly on tabs and
// charts, and in a sentence in the bridge itself.
type bridgeKind struct {
	kind     osms.BridgeKind
	first    bool // of the first part, frozen − due
	brief    label
	sentence label
}

// describe finds a kind; one that is not in the list speaks for itself.
func describe(kind osms.BridgeKind) bridgeKind {
	return bridgeKind{kind: kind, first: kind.First(), brief: told(kind.Brief), sentence: told(kind.In)}
}

// told makes a label of words that are asked for by language.
func told(words func(lang string) string) label { return label{words("kk"), words("ru"), words("en")} }
