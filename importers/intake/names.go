package intake

import "slices"

// Deliveries tells, of all names in a folder, by the rules of the drop folders,
// which are files that somebody delivered and that nobody is still copying or
// has open, and which sidecars lie beside them, by the name of the file. Order
// is kept. Whether a file is at rest the name does not say.
func Deliveries(names []string) (files []string, sidecars map[string]string) {
	here := make(map[string]bool, len(names))
	for _, name := range names {
		here[name] = true
	}
	sidecars = map[string]string{}
	for _, name := range names {
		if _, side := sidecarOf(name); side || ignored(name) || partial(name) {
			continue
		}
		if slices.ContainsFunc(lockedBy(name), func(lock string) bool { return here[lock] }) {
			continue
		}
		files = append(files, name)
		for _, side := range SidecarsOf(name) {
			if here[side] {
				sidecars[name] = side
				break
			}
		}
	}
	return files, sidecars
}

// SidecarsOf are the names under which a file's sidecar is looked for.
func SidecarsOf(name string) (out []string) {
	for _, ext := range sidecarExts {
		out = append(out, name+ext)
	}
	return out
}

// StatedDigest is the digest that the text of a sidecar states; "" for none.
func StatedDigest(text string) string { return digestIn(text) }
