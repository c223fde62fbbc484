package table

// List gives the words of a field's values in the order of the data.
func (w *ValueWords) List(field string) (words []Value) {
	for _, v := range w.all {
		if v.Field == field {
			words = append(words, v)
		}
	}
	return words
}
