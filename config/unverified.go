package config

import (
	"slices"
	"strings"
	"sync"
)

// unverified are the keys that example.yaml marks so: by a remark on their line or
// on the lines below it, or by the comment above them.
var unverified = sync.OnceValue(func() (keys []string) {
	var path []string // of the last key, one name for each level
	above := false    // the comment above what comes says so
	for line := range strings.Lines(example) {
		line = strings.TrimSuffix(line, "\n")
		text := strings.TrimLeft(line, " ")
		marked := strings.Contains(text, "nverified")
		switch {
		case text == "":
			above = false
			continue
		case strings.HasPrefix(text, "#"):
			if len(line)-len(text) > 12 { // a remark that goes on
				if marked {
					keys = append(keys, strings.Join(path, "."))
				}
				continue
			}
			above = above || marked
			continue
		}
		name, _, _ := strings.Cut(text, ":")
		path = append(path[:min(len(path), (len(line)-len(text))/2)], name)
		if marked || above {
			keys = append(keys, strings.Join(path, "."))
		}
		above = false
	}
	slices.Sort(keys)
	return slices.Compact(keys)
})

// Unverified lists the keys whose default rests on a decision of ours or on
// knowledge without a published source, and which nobody has set: whoever writes
// a value answers for it.
func (c Config) Unverified() (keys []string) {
	for _, key := range unverified() {
		set := false
		for given := range c.source.places {
			set = set || given == key || strings.HasPrefix(given, key+".") || strings.HasPrefix(given, key+"[")
		}
		if !set {
			keys = append(keys, key)
		}
	}
	return keys
}
