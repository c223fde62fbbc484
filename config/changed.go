package config

import (
	"reflect"
	"slices"
	"strings"
)

// Changed lists the keys whose values differ, in the order of example.yaml. Of
// lists and of sections with free names the key of the whole is given.
func Changed(a, b Config) []string {
	return changed(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem(), "")
}

func changed(a, b reflect.Value, key string) (keys []string) {
	others := fieldsOf(b)
	for i, f := range fieldsOf(a) {
		path, was, is := join(key, f.name), f.value, others[i].value
		if _, scalar := formatScalar(was.Interface()); !scalar && was.Kind() == reflect.Struct {
			keys = append(keys, changed(was, is, path)...)
		} else if !reflect.DeepEqual(was.Interface(), is.Interface()) {
			keys = append(keys, path)
		}
	}
	return keys
}

// Variables lists the environment variables that stand for a key, in order.
func Variables() []string {
	c := Default()
	names := variables(reflect.ValueOf(&c).Elem(), "")
	for _, key := range []string{"database", "database_password"} {
		names = append(names, variable(key)+"_FILE")
	}
	slices.SortFunc(names, strings.Compare)
	return names
}

func variables(v reflect.Value, key string) (names []string) {
	for _, f := range fieldsOf(v) {
		path := join(key, f.name)
		if _, scalar := formatScalar(f.value.Interface()); scalar {
			names = append(names, variable(path))
		} else if f.value.Kind() == reflect.Struct {
			names = append(names, variables(f.value, path)...)
		}
	}
	return names
}
