package config

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

//go:embed example.yaml
var example string

// Example is a commented osmsd.yaml in which every key has its default.
func Example() string { return example }

// maxFile bounds osmsd.yaml.
const maxFile = 1 << 20

// Load reads the file at path over Default and the environment over the file.
// An empty path or a file that does not exist stands for an empty file. env
// looks a variable up, as os.LookupEnv does.
//
// The error is Faults, with what Validate finds without a check of cron
// expressions, or an error of reading. With Faults the Config holds what could
// be read, and its Validate lists the same faults and those of the check.
func Load(path string, env func(string) (string, bool)) (Config, error) {
	c := Default()
	c.source = source{file: filepath.Base(path), places: map[string]place{}}
	if path != "" {
		data, shared, err := readFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return c, fmt.Errorf("read configuration: %w", err)
		}
		c.parse(data)
		if shared && c.Mail.SMTP.Password != "" {
			c.source.add("mail.smtp.password", "the file holds a password and others can read it: set its mode to 600, or give the password by OSMSD_MAIL_PASSWORD_FILE")
		}
		if shared && c.holdsSecret() {
			at := c.source.at("database_password")
			if c.source.taken {
				at = c.source.at("database")
			}
			c.source.addAt(at, "database_password", "the file holds a password and others can read it: set its mode to 600, or give the password by OSMSD_DATABASE_PASSWORD_FILE")
		}
	}
	c.overlay(env)
	c.defaultRemotes()
	err := c.Validate(nil)
	return c, err
}

// readFile reads a bounded file and reports whether others than its owner and
// group may read it.
func readFile(path string) (data []byte, shared bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() {
		return nil, false, fmt.Errorf("%s is not a file", path)
	}
	data, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than 1 MiB", path)
	}
	return data, runtime.GOOS != "windows" && info.Mode().Perm()&0o004 != 0, err
}

// parse reads the YAML text into c.
func (c *Config) parse(data []byte) {
	whole := place{source: c.source.file}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		c.source.addAt(whole, "", "the file is not UTF-8: save it as UTF-8")
		return
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		c.source.addAt(whole, "", "%v", err)
		return
	}
	var document yaml.Node
	switch err := loader.Load(&document); {
	case err == io.EOF:
		return // nothing but comments
	case err != nil:
		c.syntax(err)
		return
	}
	if len(document.Content) == 1 {
		root := document.Content[0]
		if root.Kind == yaml.ScalarNode && root.Value == "" {
			return
		}
		c.source.decode(root, reflect.ValueOf(c).Elem(), "")
	}
	var second yaml.Node
	if err := loader.Load(&second); err == nil {
		c.source.addAt(place{c.source.file, second.Line}, "", "one document only is expected")
	} else if err != io.EOF {
		c.syntax(err)
	}
	c.takePassword("database")
}

// syntax adds a fault of the YAML text itself.
func (c *Config) syntax(err error) {
	at, text := place{source: c.source.file}, err.Error()
	var fault *yaml.LoadError
	if errors.As(err, &fault) {
		at.line, text = fault.Mark.Line, fault.Message
	}
	c.source.addAt(at, "", "not YAML: %s", text)
}

// overlay reads OSMSD_* variables over c, and secrets from *_FILE.
func (c *Config) overlay(env func(string) (string, bool)) {
	if env == nil {
		return
	}
	c.overlayFields(env, reflect.ValueOf(c).Elem(), "")
	for _, key := range []string{"database", "database_password", "mail.smtp.password"} {
		name := variable(key) + "_FILE"
		path, ok := env(name)
		if !ok || path == "" {
			continue
		}
		at := place{source: name}
		if _, both := env(variable(key)); both {
			c.source.addAt(at, key, "%s is set too: set one of them", variable(key))
		}
		data, shared, err := readFile(path)
		switch {
		case err != nil:
			c.source.addAt(at, key, "%v", err)
			continue
		case shared:
			c.source.addAt(at, key, "others can read %s: set its mode to 600", path)
		}
		c.set(at, key, strings.TrimRight(string(data), "\r\n"))
	}
}

func (c *Config) overlayFields(env func(string) (string, bool), v reflect.Value, key string) {
	for _, f := range fieldsOf(v) {
		path := join(key, f.name)
		if _, scalar := formatScalar(f.value.Interface()); !scalar {
			if f.value.Kind() == reflect.Struct {
				c.overlayFields(env, f.value, path)
			}
			continue
		}
		text, ok := env(variable(path))
		if !ok {
			continue
		}
		at := place{source: variable(path)}
		if path == "database" {
			c.set(at, path, text)
			continue
		}
		c.source.places[path] = at
		c.source.scalar(at, path, text, f.value)
	}
}

// set gives the database's address or a password a new value.
func (c *Config) set(at place, key, text string) {
	c.source.places[key] = at
	if key == "database" {
		c.Database = text
		c.takePassword(key)
		return
	}
	if key == "mail.smtp.password" {
		c.Mail.SMTP.Password = Secret(text)
		return
	}
	c.DatabasePassword = Secret(text)
}

// variable is the name of the environment variable of a key.
func variable(key string) string {
	if key == "mail.smtp.password" {
		return "OSMSD_MAIL_PASSWORD"
	}
	return "OSMSD_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}
